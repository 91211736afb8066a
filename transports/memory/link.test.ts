import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { LinkOwner } from '../../core/index.js'
import { frameless } from '../../test/support/frameless.js'
import { LinkRecorder } from '../../test/support/link-recorder.js'
import { flushOf } from '../../test/support/websocket-gateway.js'
import type { ArrivedFrame } from './pipe.js'
import { MemoryLink } from './pipe.js'

/** A pipe whose far end only remembers. */
function piped(windowBytes = 100) {
  const frames: ArrivedFrame[] = []
  const ends: string[] = []
  const end = { arrived: (frame: ArrivedFrame) => frames.push(frame), closed: (reason: string) => ends.push(reason) }
  const link = new MemoryLink(end, windowBytes)
  const owner = new LinkRecorder(link, 'test')
  link.join(owner satisfies LinkOwner)
  return { link, owner, frames, ends }
}

const ping = (nonce: number) => ({ kind: 'ping', nonce }) as const
const bound = (bytes: number) => {
  const flush = flushOf([bytes])
  return { ...flush, batch: { ...flush.batch, count: 1, flags: [1], ...frameless } }
}

suite('memory link', () => {
  test('what was sent occupies the window until it was read, and the owner then hears that there is room', () => {
    const { link, owner, frames } = piped()
    assert.equal(link.roomBytes, 100)
    link.send(bound(200))
    assert.equal(link.roomBytes, 0)
    link.drain(frames[0]?.bytes ?? 0)
    assert.deepEqual([link.roomBytes, owner.timesWritable], [100, 1])
  })

  test('whoever was not told that nothing fits is not told that something does', () => {
    const { link, owner, frames } = piped()
    link.send(bound(200))
    link.drain(frames[0]?.bytes ?? 0)
    assert.equal(owner.timesWritable, 0)
  })

  test('while paused it keeps what the far end says, in order', () => {
    const { link, owner } = piped()
    link.pause()
    for (const nonce of [1, 2]) link.push(ping(nonce))
    assert.deepEqual(owner.messages, [])
    link.resume()
    link.push(ping(3))
    assert.deepEqual(owner.messages, [1, 2, 3].map(ping))
  })

  test('once closed it takes nothing, says nothing and stays closed', () => {
    const { link, owner, frames, ends } = piped()
    link.close('draining')
    link.close('bye')
    link.cut()
    link.push(ping(1))
    assert.deepEqual(link.send(bound(1)), { items: 0, bytes: 0 })
    assert.deepEqual([owner.closedWith, ends, frames, link.roomBytes], [['draining'], ['draining'], [], 0])
  })

  test('core may not use a topic that it has not bound', () => {
    const { link } = piped()
    assert.throws(() => link.send(flushOf([1])), /a topic is bound before it is used/)
  })
})
