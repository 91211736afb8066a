import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { FrameEncoder } from '../../codecs/protobuf/index.js'
import type { GatewayMessage } from '../../core/index.js'
import { flushOf, WebSocketGateway } from '../../test/support/websocket-gateway.js'
import { heardByClient } from '../../test/support/wire/heard.js'
import { acknowledgeLimits } from './limits.js'

const replies: readonly GatewayMessage[] = [{ kind: 'pong', nonce: 5 }]
const position = { epoch: '0011223344556677', offset: 99, held: [] }

const welcome: GatewayMessage = {
  kind: 'welcome',
  version: 1,
  start: 'new',
  sessionId: '1',
  token: new Uint8Array(16),
  epoch: position.epoch,
  sessionTimeoutMs: 60_000,
  keepAliveMs: 30_000,
  messageBytesMax: 1_048_576,
  sequence: 0,
}

const gateways: WebSocketGateway[] = []

/** Clients, one after another, and their links at one gateway. */
async function linked(count: number) {
  const gateway = await WebSocketGateway.start()
  gateways.push(gateway)
  const pairs: { client: WebSocket; link: Awaited<ReturnType<WebSocketGateway['link']>>['link'] }[] = []
  for (let index = 0; index < count; index++) {
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, 'rivulet.v1', { perMessageDeflate: false })
    await once(client, 'open')
    pairs.push({ client, link: (await gateway.link(index)).link })
  }
  return pairs
}

suite('websocket frames of one link alone', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  // In one piece while the updates are copied, 16 KiB; in two behind each length of header. RFC 6455 §5.2
  for (const valueBytes of [20, 16_000, 17_000, 64_000]) {
    test(`have replies and position in front of the updates that others get, ${valueBytes} bytes, and count all`, async () => {
      const [pair] = await linked(1)
      assert.ok(pair)
      const flush = flushOf([10, valueBytes], replies, position)
      const updates = Buffer.from(new FrameEncoder().encodeBatch(flush.batch, () => 0))
      const { items, bytes } = pair.link.send(flush)
      const [data] = await once(pair.client, 'message')
      assert.equal(items, 3)
      assert.equal(bytes, data.length + (data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10))
      assert.ok(data.length > updates.length)
      assert.ok(data.subarray(-updates.length).equals(updates))
    })
  }

  test('may have replies and nothing else', async () => {
    const [pair] = await linked(1)
    assert.equal(pair?.link.send(flushOf([], replies)).items, 1)
    assert.ok(pair)
    const [data] = await once(pair.client, 'message')
    assert.deepEqual(heardByClient(data).heard.replies, replies)
  })

  test('ask each client to acknowledge in a time of its own [PROTOCOL 5.3]', async () => {
    const periods: number[] = []
    for (const { client, link } of await linked(3)) {
      link.send(flushOf([], [welcome]))
      const [data] = await once(client, 'message')
      const [heard] = heardByClient(data).heard.replies
      assert.ok(heard && 'acknowledgeMs' in heard)
      periods.push(Number(heard.acknowledgeMs))
    }
    assert.equal(new Set(periods).size, 3)
    assert.ok(
      periods.every((ms) => ms >= acknowledgeLimits.acknowledgeMsMin && ms <= acknowledgeLimits.acknowledgeMsMax),
    )
  })
})
