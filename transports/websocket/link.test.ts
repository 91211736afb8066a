import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { encodePublish, FrameEncoder } from '../../codecs/protobuf/index.js'
import type { Batch } from '../../core/index.js'
import { closeReasons } from '../../core/index.js'
import { publication } from '../../test/support/memory-peer.js'
import { clientFrame, RawWebSocket } from '../../test/support/raw-websocket.js'
import { flushOf, WebSocketGateway } from '../../test/support/websocket-gateway.js'

/** `FromClient` by hand, so that these tests do not lean on the codec: a ping, and an acknowledgement. */
const ping = (nonce: number) => Buffer.from([0x1a, 4, 0x4a, 2, 0x08, nonce])
const acknowledge = (bytes: number) => Buffer.from([0x12, 3 + varint(bytes).length, 0x08, ...varint(bytes), 0x10, 1])
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)])

const updatesOf = (batch: Batch) => Buffer.from(new FrameEncoder().encodeBatch(batch, () => 0))

const gateways: WebSocketGateway[] = []

async function started(options: object = {}): Promise<WebSocketGateway> {
  const gateway = await WebSocketGateway.start(options)
  gateways.push(gateway)
  return gateway
}

/** A client, and its link at the gateway. */
async function linked(options: object = {}) {
  const gateway = await started(options)
  const client = await dial(gateway)
  return { gateway, client, owner: await gateway.link() }
}

async function dial(gateway: WebSocketGateway): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, 'rivulet.v1', { perMessageDeflate: false })
  client.on('error', () => client.terminate())
  await once(client, 'open')
  return client
}

async function linkedRaw(options: object = {}) {
  const gateway = await started(options)
  const client = await RawWebSocket.dial(gateway.port)
  return { gateway, client, owner: await gateway.link() }
}

const noncesOf = (messages: readonly object[]) => messages.map((message) => ('nonce' in message ? message.nonce : null))

suite('websocket link', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  test('hands over what a message holds, in order, with the address of the peer; an empty one, and a ping, show that the client is there [PROTOCOL 1.1, 1.3]', async () => {
    const { client, owner } = await linked()
    client.send(Buffer.concat([ping(1), ping(2)]))
    client.send(Buffer.alloc(0))
    client.send(ping(3))
    client.ping()
    await owner.until(() => owner.messages.length === 3 && owner.timesHeard === 2)
    assert.deepEqual(noncesOf(owner.messages), [1, 2, 3])
    assert.equal(owner.peer, '127.0.0.1')
    assert.equal(client.protocol, 'rivulet.v1')
  })

  test('hands over values that slice copies, and no Buffers', async () => {
    const { client, owner } = await linked()
    client.send(encodePublish(publication('a', 'value')))
    await owner.until(() => owner.messages.length === 1)
    const [message] = owner.messages
    assert.ok(message?.kind === 'publish')
    assert.deepEqual(message.value, new TextEncoder().encode('value'))
  })

  test('sends values of any size in one whole frame, also where its header grows (RFC 6455 §5.2)', async () => {
    const { client, owner } = await linked()
    let [received, acknowledged] = [0, 0]
    for (const valueBytes of [0, 60, ...upTo(127), ...upTo(65_537), 200_000]) {
      const flush = flushOf([valueBytes])
      const { items, bytes } = owner.link.send(flush)
      const [data] = await once(client, 'message')
      assert.deepEqual(data, updatesOf(flush.batch))
      assert.equal(items, 1)
      assert.equal(bytes, data.length + (data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10))
      received += data.length
      client.send(acknowledge(received))
      await owner.until(() => owner.messages.length > acknowledged)
      acknowledged = owner.messages.length
    }
    assert.equal(owner.timesWritable, 0, 'nobody had been told that there was no room')
  })

  test('deflates values for those who inflate, but not those that would hold up the others', async () => {
    const { client, owner } = await linked()
    let received = 0
    const sizeOf = async (valueBytes: number) => {
      const flush = flushOf([valueBytes])
      const inflating = { ...flush.batch.audience, features: { deltas: false, deflate: true } }
      owner.link.send({ ...flush, batch: Object.assign(flush.batch, { audience: inflating }) })
      const [data] = await once(client, 'message')
      received += data.length
      client.send(acknowledge(received))
      return data.length
    }
    assert.ok((await sizeOf(10_000)) < 200)
    assert.ok((await sizeOf(70_000)) > 70_000)
  })

  test('makes one frame for all links that are owed the same batch', async () => {
    const gateway = await started()
    const clients = [await dial(gateway), await dial(gateway), await dial(gateway)]
    const owners = await Promise.all([0, 1, 2].map((index) => gateway.link(index)))
    const flush = flushOf([100, 50])
    for (const { link } of owners) link.send(flush)
    const heard = await Promise.all(clients.map((client) => once(client, 'message')))
    assert.deepEqual(heard[0], heard[1])
    assert.deepEqual(heard[0], heard[2])
    assert.equal(flush.batch.kept.length, 1)
    owners[0]?.link.send({ ...flush, replies: [{ kind: 'pong', nonce: 1 }] })
    assert.equal(flush.batch.kept.length, 1)
  })

  test('has no room once 64 KiB are not acknowledged, and says so when there is some again', async () => {
    const { client, owner } = await linked()
    const { link } = owner
    let payload = 0
    client.on('message', (data: Buffer) => {
      payload += data.length
    })
    while (link.roomBytes > 0) link.send(flushOf([4_000]))
    assert.equal(owner.timesWritable, 0)
    while (payload < 65_536) await once(client, 'message')
    client.send(acknowledge(payload))
    await owner.until(() => owner.timesWritable === 1)
    assert.ok(link.roomBytes > 0)
    assert.equal(owner.messages[0]?.kind, 'acknowledge')
  })

  test('refuses what does not fit beside what is on its way, and takes it when that has arrived', async () => {
    const { client, owner } = await linked()
    assert.equal(owner.link.send(flushOf([300_000])).items, 1)
    const big = flushOf([300_000])
    assert.deepEqual(owner.link.send(big), { items: 0, bytes: 0 })
    assert.equal(owner.link.roomBytes, 0)
    const [data] = await once(client, 'message')
    client.send(acknowledge(data.length))
    await owner.until(() => owner.timesWritable === 1)
    assert.equal(owner.link.send(big).items, 1)
  })

  test('is busy while the socket holds unsent bytes, acknowledged or not, and says when they are gone', async () => {
    const { client, owner } = await linkedRaw()
    client.socket.pause()
    const { items, bytes } = owner.link.send(flushOf([8_000_000]))
    assert.equal(items, 1)
    // A client that claims to have what it has not read frees credit, but not the socket.
    client.write(clientFrame(acknowledge(bytes - 10)))
    await owner.until(() => owner.messages.length === 1)
    assert.equal(owner.link.roomBytes, 0)
    assert.equal(owner.timesWritable, 0)
    client.socket.resume()
    await owner.until(() => owner.timesWritable === 1)
    assert.ok(owner.link.roomBytes > 0)
  })

  for (const [what, bytes] of [
    ['more than was sent', 1_000],
    ['less than before', 5],
  ] as const) {
    test(`closes on an acknowledgement of ${what}`, async () => {
      const { client, owner } = await linked()
      owner.link.send(flushOf([100]))
      await once(client, 'message')
      client.send(acknowledge(50))
      client.send(acknowledge(bytes))
      const [code] = await once(client, 'close')
      assert.equal(code, closeReasons.protocolViolation.code)
      assert.equal(await owner.end(), 'protocolViolation')
    })
  }

  test('hands over nothing while paused, and what waited in order afterwards', async () => {
    const { client, owner } = await linkedRaw()
    owner.onReceived = () => owner.link.pause()
    client.write(Buffer.concat([1, 2, 3, 4].map((nonce) => clientFrame(ping(nonce)))))
    for (let count = 1; count <= 4; count++) {
      await owner.until(() => owner.messages.length >= count)
      assert.equal(owner.messages.length, count)
      owner.link.resume()
      assert.equal(owner.messages.length, count, 'a message came in the middle of a call')
    }
    assert.deepEqual(noncesOf(owner.messages), [1, 2, 3, 4])
  })

  test('lets the network hold back a peer while paused', async () => {
    const { gateway, client, owner } = await linkedRaw()
    owner.link.pause()
    let isTaken = false
    const taken = new Promise<void>((resolve) => {
      client.socket.write(Buffer.concat(Array(600_000).fill(clientFrame(ping(1)))), () => resolve())
    }).then(() => {
      isTaken = true
    })
    const bystander = await dial(gateway)
    for (let round = 0; round < 50; round++) {
      bystander.ping()
      await once(bystander, 'pong')
    }
    assert.ok(!isTaken)
    owner.link.close('slowConsumer')
    await taken
  })

  test('hands over nothing of a message behind the one that made the owner close', async () => {
    const { client, owner } = await linked()
    owner.onReceived = () => owner.link.close('forbidden')
    client.send(Buffer.concat([ping(1), ping(2)]))
    client.send(ping(3))
    assert.equal(await owner.end(), 'forbidden')
    assert.deepEqual(noncesOf(owner.messages), [1])
  })

  test('closes once, with the code and text of the first reason', async () => {
    const { client, owner } = await linked()
    owner.link.close('draining')
    owner.link.close('internalError')
    const [code, text] = await once(client, 'close')
    assert.deepEqual([code, text.toString()], [closeReasons.draining.code, closeReasons.draining.text])
    assert.equal(await owner.end(), 'draining')
    owner.link.close('internalError')
    assert.deepEqual(owner.link.send(flushOf([1])), { items: 0, bytes: 0 })
    assert.equal(owner.link.roomBytes, 0)
    assert.deepEqual(owner.closedWith, ['draining'])
  })

  test('closes while paused', async () => {
    const { client, owner } = await linked()
    owner.link.pause()
    owner.link.close('sessionRemoved')
    await once(client, 'close')
    assert.equal(await owner.end(), 'sessionRemoved')
  })

  test('cuts the socket of a peer that does not answer a close', async () => {
    const { client, owner } = await linkedRaw({ closeTimeoutMs: 50 })
    owner.link.close('draining')
    assert.equal(await client.closeCode(), closeReasons.draining.code)
    assert.equal(await owner.end(), 'draining')
    await client.gone()
  })

  for (const code of [1000, 1001, 4002, undefined]) {
    test(`takes a close by the client with ${code ?? 'no code'} for a lost link, and answers it`, async () => {
      const { client, owner } = await linked()
      client.close(code)
      const [answered] = await once(client, 'close')
      assert.equal(answered, code ?? 1005)
      assert.equal(await owner.end(), 'linkLost')
    })
  }

  test('reports a connection that breaks, or ends without a close, as lost', async () => {
    for (const leave of ['resetAndDestroy', 'end', 'destroy'] as const) {
      const { client, owner } = await linkedRaw()
      client.write(clientFrame(ping(1)).subarray(0, 5))
      client.socket[leave]()
      assert.equal(await owner.end(), 'linkLost', leave)
    }
  })

  test('cuts a peer that sent its end and reads nothing when the owner gives up', async () => {
    const { client, owner } = await linkedRaw({ closeTimeoutMs: 50 })
    client.socket.pause()
    owner.link.send(flushOf([8_000_000]))
    client.socket.end(clientFrame(ping(1)))
    await owner.until(() => owner.messages.length === 1)
    owner.link.close('keepAliveTimeout')
    assert.equal(await owner.end(), 'keepAliveTimeout')
  })
})

/** What else stands in an update is less than 40 bytes. */
function upTo(bytes: number): number[] {
  return [...Array(40).keys()].map((less) => bytes - less)
}
