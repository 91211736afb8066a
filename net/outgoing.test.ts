import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { closeReasons } from '../core/index.js'
import { flushOf, WebSocketGateway } from '../test/support/websocket-gateway.js'

const gateways: WebSocketGateway[] = []

/** A client, and its link at the gateway. */
async function linked() {
  const gateway = await WebSocketGateway.start()
  gateways.push(gateway)
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, 'rivulet.v1', { perMessageDeflate: false })
  await once(client, 'open')
  return { client, owner: await gateway.link() }
}

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
