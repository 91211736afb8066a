import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, afterEach, before, suite, test } from 'mocha'
import type { Packet } from 'mqtt-packet'
import { generate, parser } from 'mqtt-packet'
import { defaultLimits } from '../../core/index.js'
import type { Broker } from '../../test/support/mqtt/broker.js'
import { startBroker } from '../../test/support/mqtt/broker.js'
import { clientFrame, RawWebSocket } from '../../test/support/raw-websocket.js'
import { mqttTransportLimits } from './limits.js'

const { connectBytesMax, fragmentsMax, frameSlackBytes, pingBytes, unreadBytesMax } = mqttTransportLimits

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const

const connect: Packet = { cmd: 'connect', protocolVersion: 5, clientId: '', clean: true, keepalive: 60 }

const bytesOf = (...packets: readonly Packet[]): Buffer =>
  Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: 5 })))

function publishOf(topic: string, payload: string | Buffer): Packet {
  return { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }
}

function subscribeTo(topic: string): Packet {
  return { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0, nl: false, rap: false, rh: 0 }] }
}

/** The packets of a frame. */
function packetsIn(bytes: Buffer): Packet[] {
  const packets: Packet[] = []
  const reader = parser({ protocolVersion: 5 })
  reader.on('packet', (packet) => packets.push(packet))
  reader.parse(bytes)
  return packets
}

/** The kind of packet that bytes begin with. */
const kindOf = (bytes: Buffer): number => (bytes[0] ?? 0) >> 4
const kinds = { connack: 2, publish: 3, suback: 9, disconnect: 14 } as const

suite('MQTT over WebSockets', () => {
  let broker: Broker
  const sockets: RawWebSocket[] = []

  before(async () => {
    broker = await startBroker({})
  })

  after(() => broker.stop())

  afterEach(() => {
    for (const { socket } of sockets.splice(0)) socket.destroy()
  })

  async function dial(): Promise<RawWebSocket> {
    const client = await RawWebSocket.dial(broker.webSocketPort, '/mqtt', 'mqtt')
    sockets.push(client)
    return client
  }

  /** One that was let in, and its first ping. */
  async function connected(...more: readonly Packet[]) {
    const client = await dial()
    client.write(clientFrame(bytesOf(connect, ...more)))
    assert.equal(kindOf((await client.next()).payload), kinds.connack)
    const ping = await client.next()
    assert.equal(ping.opcode, opcodes.ping)
    return { client, ping }
  }

  /** The content of the next frame that is no ping; pings are answered if the client is to be seen as reading. */
  async function content(client: RawWebSocket, answersPings = false): Promise<Buffer> {
    for (;;) {
      const { opcode, payload } = await client.next()
      if (opcode !== opcodes.ping) return payload
      if (answersPings) client.write(clientFrame(payload, { opcode: opcodes.pong }))
    }
  }

  const offences: Readonly<Record<string, { readonly frames: readonly Buffer[]; readonly code: number }>> = {
    'a text': { frames: [clientFrame(bytesOf(connect), { opcode: opcodes.text })], code: 1003 },
    'a frame that is not masked': { frames: [clientFrame(bytesOf(connect), { isMasked: false })], code: 1002 },
    'a frame with a reserved bit': { frames: [clientFrame(bytesOf(connect), { reserved: 4 })], code: 1002 },
    'too many fragments': {
      frames: Array.from({ length: fragmentsMax + 1 }, (_, index) =>
        clientFrame(Buffer.alloc(1), { opcode: index === 0 ? 2 : 0, isFinal: false }),
      ),
      code: 1002,
    },
    'a frame that claims to be longer than any may be': {
      frames: [clientFrame(Buffer.alloc(0), { claimedBytes: 1_048_576 * 4 + frameSlackBytes })],
      code: 1009,
    },
    'too much before CONNECT is complete': {
      frames: [clientFrame(Buffer.alloc(2 * connectBytesMax), { claimedBytes: 3 * connectBytesMax })],
      code: 1009,
    },
  }

  for (const [offence, { frames, code }] of Object.entries(offences)) {
    test(`${offence} is answered with ${code}`, async () => {
      const client = await dial()
      client.write(...frames)
      assert.equal(await client.closeCode(), code)
    })
  }

  test('a text from who was let in is answered with DISCONNECT, and then 1003', async () => {
    const { client } = await connected()
    client.write(clientFrame(Buffer.from('hello'), { opcode: opcodes.text }))
    const { payload } = await client.next()
    assert.deepEqual([kindOf(payload), payload[2]], [kinds.disconnect, 0x82])
    assert.equal(await client.closeCode(), 1003)
  })

  test('what came before a frame that breaks the rules is heard', async () => {
    const { client: reader } = await connected(subscribeTo('last/words'))
    assert.equal(kindOf(await content(reader)), kinds.suback)
    const { client } = await connected()
    const wrong = clientFrame(Buffer.from('hello'), { opcode: opcodes.text })
    client.write(Buffer.concat([clientFrame(bytesOf(publishOf('last/words', 'heard'))), wrong]))
    assert.match((await content(reader)).toString(), /heard$/)
  })

  test('a goodbye is answered with 1000', async () => {
    const { client } = await connected({ cmd: 'disconnect', reasonCode: 0 })
    assert.equal(await client.closeCode(), 1000)
  })

  test('a ping of the client is answered', async () => {
    const { client } = await connected()
    client.write(clientFrame(Buffer.from('there?'), { opcode: opcodes.ping }))
    const { opcode, payload } = await client.next()
    assert.deepEqual([opcode, payload.toString()], [opcodes.pong, 'there?'])
  })

  test('a page from elsewhere may not connect', async () => {
    const upgrading = request({
      port: broker.webSocketPort,
      path: '/mqtt',
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'BwcHBwcHBwcHBwcHBwcHBw==',
        'sec-websocket-protocol': 'mqtt',
        origin: 'https://example.com',
      },
    })
    upgrading.end()
    const status = await new Promise((resolve) => upgrading.once('response', (it) => resolve(it.statusCode)))
    assert.equal(status, 403)
  })

  /** One message after another until the client would have more than it may leave unread, twice over. */
  async function flood(topic: string): Promise<{ readonly count: number; readonly publish: () => Promise<void> }> {
    const { client } = await connected()
    const publish = async () => {
      client.write(clientFrame(bytesOf(publishOf(topic, Buffer.alloc(pingBytes)), { cmd: 'pingreq' })))
      // Its own answer comes when the publish was taken.
      await content(client)
    }
    const count = (2 * unreadBytesMax) / pingBytes
    for (let sent = 0; sent < count; sent++) await publish()
    return { count, publish }
  }

  test('a client that never answers pings is sent everything', async () => {
    const { client } = await connected(subscribeTo('flood/deaf'))
    assert.equal(kindOf(await content(client)), kinds.suback)
    const { count } = await flood('flood/deaf')
    for (let came = 0; came < count; came++) assert.equal(kindOf(await content(client)), kinds.publish)
  })

  test('a client that stops answering is sent no more than it may leave unread, and goes on when it answers', async () => {
    const { client, ping } = await connected(subscribeTo('flood/slow'))
    client.write(clientFrame(ping.payload, { opcode: opcodes.pong }))
    assert.equal(kindOf(await content(client)), kinds.suback)
    const { publish } = await flood('flood/slow')
    const held = client.socket.bytesRead
    assert.ok(held < 1.75 * unreadBytesMax, `${held} bytes`)
    await publish()
    assert.equal(client.socket.bytesRead, held, 'nothing more comes')
    for (;;) {
      const publishBytes = await content(client, true)
      assert.equal(kindOf(publishBytes), kinds.publish)
      if (client.socket.bytesRead > 1.75 * unreadBytesMax) break
    }
  })
  test('a client whose answers to pings stand behind more questions than may wait is answered all the same', async () => {
    const { client, ping } = await connected(subscribeTo('flood/busy'))
    client.write(clientFrame(ping.payload, { opcode: opcodes.pong }))
    assert.equal(kindOf(await content(client)), kinds.suback)
    await flood('flood/busy')
    const asked = defaultLimits.repliesMax + 100
    client.write(...Array.from({ length: asked }, () => clientFrame(bytesOf(subscribeTo('other')))))
    for (let answered = 0; answered < asked; ) {
      const packets = packetsIn(await content(client, true))
      answered += packets.filter(({ cmd }) => cmd === 'suback').length
    }
  })
})
