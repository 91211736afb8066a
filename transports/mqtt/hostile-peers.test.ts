import assert from 'node:assert/strict'
import { after, before, suite, test } from 'mocha'
import { generate } from 'mqtt-packet'
import { BrokerAccess, challenge } from '../../test/support/mqtt/broker-access.js'
import type { Client } from '../../test/support/mqtt/client.js'
import { codeOf } from '../../test/support/mqtt/client.js'
import { MqttGateway } from '../../test/support/mqtt/mqtt-gateway.js'
import { bytesOf, malformedPackets } from '../../test/support/mqtt/vectors.js'

const version5 = { protocolVersion: 5 } as const

/** What no client should send once it is connected, and the reason that it is told. */
const offences: Readonly<Record<string, readonly [code: number, ...bytes: number[]]>> = {
  'a length of five bytes': [0x81, 0x30, 0xff, 0xff, 0xff, 0xff, 0x01],
  'the length of a packet of 256 MB': [0x95, 0x30, 0xff, 0xff, 0xff, 0x7f],
  'an alias above the maximum': [0x94, 0x30, 0x07, 0, 1, 0x61, 3, 0x23, 0x40, 0],
  'an alias that means nothing': [0x82, 0x30, 0x06, 0, 0, 3, 0x23, 0, 7],
  'a publish of QoS 3': [0x81, 0x36, 0x06, 0, 1, 0x61, 0, 1, 0],
  'AUTH that nobody asked for': [0x82, 0xf0, 0x06, 0x19, 4, 0x15, 0, 1, 0x61],
}

suite('mqtt link and a hostile peer', () => {
  let gateway: MqttGateway
  let bystander: Client

  before(async () => {
    gateway = await MqttGateway.start()
    bystander = await gateway.client('bystander')
    await bystander.subscribe('watched', { qos: 1 })
  })

  after(() => gateway.stop())

  /** Whatever was done, the other client is served. */
  async function othersGoOn(): Promise<void> {
    gateway.publish('watched', 'still')
    assert.equal((await bystander.take()).payload.toString(), 'still')
  }

  for (const { says, version, hex } of malformedPackets) {
    test(`${says} ends that connection alone (version ${version})`, async () => {
      const client = version === 0 ? await gateway.dial() : await gateway.client('hostile', { version })
      client.sendBytes(bytesOf(hex))
      const told = await client.closed()
      assert.ok(told.length <= 1 && told.every(({ cmd }) => cmd === 'disconnect' || cmd === 'connack'))
      await othersGoOn()
    })
  }

  for (const [what, [code, ...bytes]] of Object.entries(offences)) {
    test(`${what} is answered with DISCONNECT ${code} and ends that connection alone`, async () => {
      const client = await gateway.client('hostile')
      client.sendBytes(Uint8Array.from(bytes))
      const [told] = await client.closed()
      assert.equal(told?.cmd === 'disconnect' && told.reasonCode, code)
      await othersGoOn()
    })
  }

  test('acknowledgements of what was never sent are answered, or ignored, and the connection goes on', async () => {
    const client = await gateway.client('hostile')
    for (const cmd of ['puback', 'pubcomp'] as const) client.send({ cmd, messageId: 7 })
    await client.ping()
    client.send({ cmd: 'pubrec', messageId: 7 })
    assert.equal((await client.expect('pubrel')).reasonCode, 0x92)
    client.send({ cmd: 'pubrel', messageId: 7 })
    assert.equal((await client.expect('pubcomp')).reasonCode, 0x92)
    await client.ping()
  })

  test('a client that sends byte by byte is understood', async () => {
    const client = await gateway.dial()
    const packets = [
      generate({ cmd: 'connect', clientId: 'slowly', clean: true, keepalive: 60, protocolVersion: 5 }, version5),
      generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'slow', qos: 0, nl: false }] }, version5),
      generate({ cmd: 'publish', topic: 'slow', payload: 'ly', qos: 0, dup: false, retain: false }, version5),
    ]
    for (const byte of Buffer.concat(packets)) {
      await new Promise((resolve) => client.socket.write(Buffer.from([byte]), resolve))
    }
    await client.expect('connack')
    await client.expect('suback')
    assert.equal((await client.take()).payload.toString(), 'ly')
  })

  test('ten thousand filters in one packet are each answered, those above the bound refused', async () => {
    const client = await gateway.client('greedy')
    const subscriptions = Array.from(
      { length: 10_000 },
      (_, index) => ({ topic: `f/${index}`, qos: 0, nl: false }) as const,
    )
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    const { granted } = await client.expect('suback')
    assert.equal(granted.length, 10_000)
    assert.deepEqual([...new Set(granted.slice(1_000))], [0x97])
    await othersGoOn()
    client.break()
  })

  test('a client that asks and never reads is not read from any more', async () => {
    const client = await gateway.client('deaf')
    client.socket.pause()
    const pings = Buffer.alloc(2_000_000, Buffer.from([0xc0, 0]))
    for (let times = 0; times < 30; times++) client.sendBytes(pings)
    await othersGoOn()
    await gateway.time.until('a full pipe', () => client.socket.writableLength > 0)
    for (let times = 0; times < 50; times++) await othersGoOn()
    assert.ok(client.socket.writableLength > 0, 'the gateway reads what it cannot answer')
    client.break()
  })

  test('who is still proving who it is may not claim more than a CONNECT has', async () => {
    const asking = await MqttGateway.start({ gateway: { authenticator: new BrokerAccess() } })
    const client = await asking.dial()
    const properties = { authenticationMethod: challenge.method }
    client.send({ cmd: 'connect', protocolVersion: 5, clientId: 'c', clean: true, keepalive: 60, properties })
    await client.expect('auth')
    client.sendBytes(Uint8Array.from([0xf0, 0xff, 0xff, 0x04]))
    assert.equal(codeOf(await client.expect('connack')), 0x95)
    await asking.stop()
  })

  test('lengths that are claimed by many cost no memory', async () => {
    const claimed = Buffer.from([0x30, 0xff, 0xff, 0x3f, 0, 1, 0x61])
    const before = process.memoryUsage().arrayBuffers
    for (let index = 0; index < 200; index++) {
      const client = await gateway.client(`claims ${index}`)
      client.sendBytes(claimed)
    }
    await othersGoOn()
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000)
  })

  test('who says nothing, or half a CONNECT, is cut off in time', async () => {
    const silent = await gateway.dial()
    const slow = await gateway.dial()
    slow.sendBytes(Uint8Array.from([0x10, 30, 0, 4]))
    await gateway.time.pass(12_000)
    assert.deepEqual([await silent.closed(), await slow.closed()], [[], []])
    await othersGoOn()
  })
})
