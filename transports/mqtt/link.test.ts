import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { Authentication, Credentials } from '../../core/index.js'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

suite('mqtt link', () => {
  afterEach(() => gateways.stop())

  for (const version of [4, 5] as const) {
    test(`a message arrives with each QoS, as surely as both ends want (version ${version})`, async () => {
      const gateway = await gateways.start()
      const [writer, reader] = [await gateway.client('w', { version }), await gateway.client('r', { version })]
      assert.equal(await reader.subscribe('t/#', { qos: 2 }), 2)
      for (const qos of [0, 1, 2] as const) {
        await writer.publish(`t/${qos}`, `${qos}`, { qos })
        const { topic, qos: got, payload, retain, dup } = await reader.take()
        assert.deepEqual([topic, got, payload.toString(), retain, dup], [`t/${qos}`, qos, `${qos}`, false, false])
      }
    })
  }

  test('a session that comes back is told what waited, and first, under its identifiers, what it had not acknowledged', async () => {
    const gateway = await gateways.start()
    const reader = await gateway.client('r', lasting)
    await reader.subscribe('t', { qos: 1 })
    for (const value of ['1', '2']) gateway.publish('t', value)
    const sent = [await reader.expect('publish'), await reader.expect('publish')]
    reader.break()
    await gateway.time.until('a lost link', () => gateway.gateway.statistics().links === 0)
    gateway.publish('t', '3')
    const again = await gateway.client('r', lasting)
    const told = [await again.take(), await again.take(), await again.take()]
    assert.deepEqual(
      told.map(({ payload, dup }) => [payload.toString(), dup]),
      [
        ['1', true],
        ['2', true],
        ['3', false],
      ],
    )
    assert.deepEqual([told[0]?.messageId, told[1]?.messageId], [sent[0]?.messageId, sent[1]?.messageId])
  })

  test('no more messages are unacknowledged than the client allows, whatever it is sent', async () => {
    const gateway = await gateways.start()
    const reader = await gateway.client('r', { properties: { receiveMaximum: 2 } })
    await reader.subscribe('t', { qos: 1 })
    for (const value of ['1', '2', '3']) gateway.publish('t', value)
    const first = await reader.expect('publish')
    await reader.expect('publish')
    await reader.ping()
    reader.send({ cmd: 'puback', messageId: first.messageId ?? 0 })
    assert.equal((await reader.expect('publish')).payload.toString(), '3')
  })

  test('more publishes unanswered than the gateway allows end the connection with 0x93, exactly as many do not', async () => {
    const gateway = await gateways.start({ mqtt: { receiveMax: 4 } })
    const writer = await gateway.client('w')
    const publish = { cmd: 'publish', topic: 't', payload: 'x', qos: 2, dup: false, retain: false } as const
    for (const messageId of [1, 2, 3, 4]) writer.send({ ...publish, messageId })
    for (const messageId of [1, 2, 3, 4]) assert.equal((await writer.expect('pubrec')).messageId, messageId)
    writer.send({ ...publish, messageId: 5 })
    assert.equal((await writer.expect('disconnect')).reasonCode, 0x93)
  })

  test('a client is told that it may leave 1,000 publishes unanswered unless the options say otherwise', async () => {
    for (const [mqtt, receiveMaximum] of [
      [{}, 1_000],
      [{ receiveMax: 65_534 }, 65_534],
    ] as const) {
      const gateway = await gateways.start({ mqtt })
      const client = await gateway.dial()
      client.send({ cmd: 'connect', protocolVersion: 5, clientId: 'c', clean: true, keepalive: 0 })
      assert.equal((await client.expect('connack')).properties?.receiveMaximum, receiveMaximum)
    }
  })

  test('answers leave in the order of the publishes, also those that core is not asked for', async () => {
    const gateway = await gateways.start()
    const writer = await gateway.client('w')
    const publish = { cmd: 'publish', topic: 't', qos: 1, dup: false, retain: false } as const
    const mislabelled = { payload: Buffer.of(0xff), properties: { payloadFormatIndicator: true } }
    writer.send(
      { ...publish, payload: 'a', messageId: 1 },
      { ...publish, ...mislabelled, messageId: 2 },
      { ...publish, payload: 'c', messageId: 3 },
    )
    const answers = [await writer.expect('puback'), await writer.expect('puback'), await writer.expect('puback')]
    assert.deepEqual(
      answers.map(({ messageId, reasonCode }) => [messageId, reasonCode]),
      [
        [1, 0],
        [2, 0x99],
        [3, 0],
      ],
    )
  })

  test('a topic that core does not know as one is refused as often as it comes, and the connection goes on', async () => {
    const gateway = await gateways.start()
    const writer = await gateway.client('w')
    const topic = 'x'.repeat(2_000)
    for (const messageId of [1, 2, 3]) {
      writer.send({ cmd: 'publish', topic, payload: 'x', qos: 1, messageId, dup: false, retain: false })
      assert.equal((await writer.expect('puback')).reasonCode, 0x90)
    }
    await writer.ping()
  })

  test('aliases stand for topics both ways', async () => {
    const gateway = await gateways.start()
    const client = await gateway.client('c', { properties: { topicAliasMaximum: 5 } })
    await client.subscribe('long/#')
    for (const [topic, payload] of [
      ['long/topic', '1'],
      ['', '2'],
    ] as const)
      client.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, properties: { topicAlias: 9 } })
    const [named, aliased] = [await client.take(), await client.take()]
    assert.deepEqual([named.topic, aliased.topic, `${named.payload}${aliased.payload}`], ['long/topic', '', '12'])
    assert.equal(named.properties?.topicAlias, aliased.properties?.topicAlias)
  })

  test('an alias whose topic is gone stands for another from then on, and the client is told', async () => {
    const gateway = await gateways.start()
    const client = await gateway.client('c', { properties: { topicAliasMaximum: 1 } })
    await client.subscribe('t/#')
    const publish = (topic: string, payload: string) =>
      client.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: payload === '' })
    const told: unknown[] = []
    for (const [topic, payload] of [
      ['t/a', '1'],
      ['t/a', '2'],
      ['t/b', '3'],
      ['t/a', ''],
      ['t/c', '4'],
      ['t/c', '5'],
      ['t/a', '6'],
    ] as const) {
      publish(topic, payload)
      const got = await client.take()
      told.push([got.topic, got.properties?.topicAlias, got.payload.toString()])
    }
    assert.deepEqual(told, [
      ['t/a', 1, '1'],
      ['', 1, '2'],
      ['t/b', undefined, '3'],
      ['', 1, ''],
      ['t/c', 1, '4'],
      ['', 1, '5'],
      ['t/a', undefined, '6'],
    ])
  })

  test('a message longer than the client takes is left out, and those behind it arrive', async () => {
    const gateway = await gateways.start()
    const reader = await gateway.client('r', { properties: { maximumPacketSize: 100 } })
    await reader.subscribe('t', { qos: 1 })
    for (const value of ['x'.repeat(200), 'short']) gateway.publish('t', value)
    assert.equal((await reader.take()).payload.toString(), 'short')
    assert.equal(gateway.transport.counters?.().packetTooLarge, 1)
  })

  test('any packet keeps the connection alive, an acknowledgement too', async () => {
    const gateway = await gateways.start()
    const reader = await gateway.client('r', { keepalive: 10 })
    await reader.subscribe('t', { qos: 1 })
    for (let times = 0; times < 4; times++) {
      gateway.publish('t', `${times}`)
      await reader.take()
      await gateway.time.until('an acknowledgement', () => gateway.gateway.statistics().owed === 0)
      await gateway.time.pass(8_000)
    }
    await reader.ping()
  })

  test('a client that comes by another connection ends the one it had with 0x8E', async () => {
    const gateway = await gateways.start()
    const first = await gateway.client('same')
    await gateway.client('same')
    assert.equal((await first.expect('disconnect')).reasonCode, 0x8e)
    await first.closed()
  })

  test('an authenticator that does not answer is told as a busy server, and core as what it is', async () => {
    const gateway = await gateways.start({ gateway: { authenticator: { authenticate: () => undefined } } })
    const client = await gateway.dial()
    const answer = client.open({ clientId: 'c' })
    await gateway.time.until('a link', () => gateway.gateway.statistics().links === 1)
    await gateway.time.pass(12_000)
    assert.equal((await answer).reasonCode, 0x89)
    await client.closed()
    assert.deepEqual(gateway.gateway.statistics().closed, { authenticationTimeout: 1 })
  })

  test('a client that may not publish is told so by PUBACK and PUBREC, and may go on', async () => {
    const authorizer = {
      generation: 0,
      allows: (_who: object, action: string) => action !== 'publish',
      coverage: () => 'all' as const,
    }
    const gateway = await gateways.start({ gateway: { authorizer } })
    const client = await gateway.client('c')
    const publish = { cmd: 'publish', topic: 't', payload: 'x', dup: false, retain: false } as const
    client.send({ ...publish, qos: 1, messageId: 1 }, { ...publish, qos: 2, messageId: 2 }, { ...publish, qos: 0 })
    assert.equal((await client.expect('puback')).reasonCode, 0x87)
    assert.equal((await client.expect('pubrec')).reasonCode, 0x87)
    await client.ping()
  })

  test('what a client says of its message travels with it, in its order', async () => {
    const gateway = await gateways.start()
    const client = await gateway.client('c')
    await client.subscribe('t')
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answers/7',
      correlationData: Buffer.of(0, 255),
      userProperties: { unit: ['K', 'C'], other: 'x' },
    }
    await client.publish('t', 'x', { qos: 1, properties })
    const got = (await client.take()).properties
    assert.deepEqual({ ...got, userProperties: { ...got?.userProperties } }, properties)
  })

  test('who asks for the latest gets the newest value and is told of removals', async () => {
    const gateway = await gateways.start()
    const client = await gateway.client('c', { properties: { receiveMaximum: 1 } })
    const subscriptions = [{ topic: 't', qos: 1, nl: false }] as const
    const properties = { userProperties: { delivery: 'latest' } }
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [...subscriptions], properties })
    await client.expect('suback')
    gateway.publish('t', '0')
    const held = await client.expect('publish')
    for (let value = 1; value <= 100; value++) gateway.publish('t', `${value}`)
    client.send({ cmd: 'puback', messageId: held.messageId ?? 0 })
    assert.equal((await client.take()).payload.toString(), '100')
    const other = await gateway.client('o')
    await other.publish('t', '', { qos: 1, retain: true })
    assert.equal((await client.take()).properties?.userProperties?.removed, 'true')
  })

  test('a client is told by its answer why it is not let in', async () => {
    const results: Record<string, Authentication> = {
      wrong: { kind: 'refused', why: 'wrong password' },
      busy: { kind: 'busy', why: 'later' },
    }
    const authenticate = ({ user = '' }: Credentials, answer: (result: Authentication) => void) =>
      answer(results[user] ?? { kind: 'refused', why: 'nobody' })
    const gateway = await gateways.start({ gateway: { authenticator: { authenticate } } })
    for (const [username, code] of [
      ['wrong', 0x86],
      ['busy', 0x89],
    ] as const) {
      const client = await gateway.dial()
      assert.equal((await client.open({ clientId: 'c', username })).reasonCode, code)
      assert.deepEqual(await client.closed(), [])
    }
  })
})
