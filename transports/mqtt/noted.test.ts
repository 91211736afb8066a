import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'mocha'
import type { Client } from '../../test/support/mqtt/client.js'
import { MqttGateway } from '../../test/support/mqtt/mqtt-gateway.js'

const readersOnly = {
  generation: 0,
  allows: (_who: object, action: string) => action !== 'publish',
  coverage: () => 'all' as const,
}

suite('mqtt: what an operator is told', () => {
  let gateway: MqttGateway

  beforeEach(async () => {
    gateway = await MqttGateway.start({ gateway: { authorizer: readersOnly } })
  })

  afterEach(() => gateway.stop())

  const told = () => gateway.noted.map(({ text, clientId, why }) => [text, clientId, why])

  for (const [version, qos] of [
    [4, 1],
    [4, 0],
    [5, 0],
  ] as const) {
    test(`of a publish that is refused, where its client is not (version ${version}, QoS ${qos}) [SEM 4.4]`, async () => {
      const client = await gateway.client('oven', { version })
      await client.publish('oven/heat', 'hot', { qos })
      await client.ping()
      assert.equal(gateway.noted.length, 1)
      const [note] = told()
      assert.deepEqual(note?.slice(0, 2), ['a publish was refused, which its client is not told', 'oven'])
    })
  }

  for (const version of [4, 5] as const)
    test(`of a subscription that ends since its client lost the right to it, and goes on with what it may (version ${version}) [SEM 6.1]`, async () => {
      const rights = { generation: 0, left: '' }
      const authorizer = {
        get generation() {
          return rights.generation
        },
        allows: (_who: object, action: string, path: string) => action !== 'subscribe' || path.startsWith(rights.left),
        coverage: (_who: object, _action: string, selector: string) =>
          selector.startsWith(rights.left) ? ('all' as const) : ('none' as const),
      }
      const changing = await MqttGateway.start({ gateway: { authorizer } })
      try {
        const client = await changing.client('oven', { version })
        for (const filter of ['secret/#', '$share/g/secret/#', 'open/#']) await client.subscribe(filter)
        rights.left = 'open'
        rights.generation += 1
        for (const topic of ['secret/a', 'open/a']) await client.publish(topic, topic, { qos: 1 })
        assert.deepEqual(await client.texts(1), ['open/a'])
        assert.deepEqual(
          changing.noted.map(({ text, clientId, why }) => [text, clientId, why]),
          [['a client may no longer read what it subscribed to, which it is not told', 'oven', 'secret/#']],
        )
      } finally {
        await changing.stop()
      }
    })

  test('nothing of a refusal that its client is told', async () => {
    const client = await gateway.client('oven')
    client.send({ cmd: 'publish', topic: 'oven/heat', payload: 'hot', dup: false, retain: false, qos: 1, messageId: 1 })
    assert.equal((await client.expect('puback')).reasonCode, 0x87)
    assert.deepEqual(gateway.noted, [])
  })

  test('of two clients with one identifier, once for all the times that they come', async () => {
    const clients: Client[] = []
    for (let i = 0; i < 5; i++) clients.push(await gateway.client('same'))
    await Promise.all(clients.slice(0, 4).map((client) => client.closed()))
    assert.deepEqual(told(), [['a client was cut off: another came with its client identifier', 'same', '']])
  })

  test('of what speaks no MQTT, in words', async () => {
    const client = await gateway.dial()
    client.sendBytes(Buffer.from(`GET / HTTP/1.1\r\nHost: gateway\r\nUser-Agent: ${'x'.repeat(40)}\r\n\r\n`))
    await client.closed()
    assert.equal(gateway.noted.length, 1)
    assert.equal(gateway.noted[0]?.text, 'a client broke the protocol and was cut off')
  })

  test('of a client that breaks the protocol, which one and how', async () => {
    const client = await gateway.client('broken')
    client.sendBytes(Uint8Array.of(0x30, 0x06, 0, 0, 3, 0x23, 0, 7))
    await client.closed()
    assert.deepEqual(told(), [
      ['a client broke the protocol and was cut off', 'broken', 'the topic alias means nothing'],
    ])
  })
})
