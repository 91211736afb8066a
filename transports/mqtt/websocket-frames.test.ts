import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { suite, test } from 'mocha'
import { Outgoing } from '../../net/index.js'
import { WebSocketFrames } from './websocket-frames.js'

/** What is handed over to be written, in place of the sockets. */
class Recorded extends Outgoing {
  readonly pieces: (readonly [Uint8Array, Uint8Array | null])[] = []

  override write(_socket: Socket, head: Uint8Array, tail: Uint8Array | null): void {
    this.pieces.push([head, tail])
  }
}

function world() {
  const recorded = new Recorded()
  return { recorded, frames: new WebSocketFrames(recorded), socket: new Socket() }
}

suite('mqtt: frames of WebSockets', () => {
  test('links that are sent the same bytes one after another share the frame', () => {
    const { recorded, frames, socket } = world()
    const bytes = Buffer.from('same')
    frames.write(socket, bytes)
    frames.write(socket, bytes)
    frames.write(socket, Buffer.from('other'))
    const [first, second, third] = recorded.pieces.map(([head]) => head)
    assert.deepEqual(first, Buffer.from([0x82, 4, ...Buffer.from('same')]))
    assert.equal(first, second)
    assert.deepEqual(third, Buffer.from([0x82, 5, ...Buffer.from('other')]))
  })

  test('long packets are not copied, but follow the header of their frame', () => {
    const { recorded, frames, socket } = world()
    const bytes = Buffer.alloc(70_000)
    assert.equal(frames.write(socket, bytes), 70_010)
    const [[head, tail] = []] = recorded.pieces
    assert.deepEqual(head, Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]))
    assert.equal(tail, bytes)
  })

  test('a packet in two pieces is one frame, of which the second piece is not copied', () => {
    const { recorded, frames, socket } = world()
    const tail = Buffer.alloc(300)
    assert.equal(frames.write(socket, Buffer.from('head'), tail), 308)
    assert.deepEqual(recorded.pieces, [[Buffer.from([0x82, 126, 1, 48, ...Buffer.from('head')]), tail]])
    assert.equal(recorded.pieces[0]?.[1], tail)
  })
})
