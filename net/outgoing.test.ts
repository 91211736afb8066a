import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { closeReasons } from '../core/index.js'
import { flushOf, WebSocketGateway } from '../test/support/websocket-gateway.js'
import { Outgoing } from './outgoing.js'

const gateways: WebSocketGateway[] = []

/** A client, and its link at the gateway. */
async function linked() {
  const gateway = await WebSocketGateway.start()
  gateways.push(gateway)
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, 'rivulet.v1', { perMessageDeflate: false })
  await once(client, 'open')
  return { client, owner: await gateway.link() }
}

/** A socket that notes which lengths go in one call of the system. */
class NotedSocket extends Socket {
  readonly calls: number[][] = []

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.calls.push([chunk.length])
    done()
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: () => void): void {
    this.calls.push(chunks.map(({ chunk }) => chunk.length))
    done()
  }
}

suite('outgoing', () => {
  test('what one socket gets in a row goes in one call of the system, heads and tails in order', () => {
    const outgoing = new Outgoing()
    const [one, other] = [new NotedSocket(), new NotedSocket()]
    const bytes = (length: number) => new Uint8Array(length)
    outgoing.write(one, bytes(1), null)
    outgoing.write(one, bytes(2), bytes(3))
    outgoing.write(other, bytes(4), null)
    outgoing.write(one, bytes(5), bytes(6))
    outgoing.write(one, bytes(7), null)
    outgoing.flush()
    outgoing.write(other, bytes(8), bytes(9))
    outgoing.flush()
    assert.deepEqual(one.calls, [
      [1, 2, 3],
      [5, 6, 7],
    ])
    assert.deepEqual(other.calls, [[4], [8, 9]])
  })
})

suite('websocket: outgoing frames', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  test('what was sent leaves before the close that follows at once', async () => {
    const { client, owner } = await linked()
    const heard: string[] = []
    client.on('message', () => heard.push('message'))
    client.on('close', (code) => heard.push(String(code)))
    owner.link.send(flushOf([10]))
    owner.link.close('draining')
    await once(client, 'close')
    assert.deepEqual(heard, ['message', String(closeReasons.draining.code)])
  })

  test('more frames than are written in a row arrive all, in order', async () => {
    const { client, owner } = await linked()
    const lengths: number[] = []
    client.on('message', (data: Buffer) => lengths.push(data.length))
    for (let length = 1; length <= 100; length++) owner.link.send(flushOf([length]))
    while (lengths.length < 100) await once(client, 'message')
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => a - b),
    )
  })
})
