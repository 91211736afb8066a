import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { forbidden } from '../../../test/support/mqtt/broker-access.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import type { Client } from '../../../test/support/mqtt/client.js'
import { textOf } from '../../../test/support/mqtt/client.js'

/** A session that is kept, with a subscription to all topics of the case. */
async function reader(it: Case, qos: 1 | 2): Promise<Client> {
  const { client } = await it.resume('reader')
  await client.subscribe(it.topic('#'), { qos })
  return client
}

/** The session of `reader` on a new connection, after the old one broke. */
async function back(it: Case, broken: Client): Promise<Client> {
  broken.break()
  const { client, wasThere } = await it.resume('reader')
  assert.equal(wasThere, true)
  return client
}

/** Publishes from a client of its own, so that nothing else comes to it. */
async function publish(it: Case, qos: 0 | 1 | 2, ...texts: readonly string[]): Promise<void> {
  const client = await it.connect('publisher')
  for (const text of texts) await client.publish(it.topic('a'), text, { qos })
  await client.leave()
}

/** The packet identifier of the next PUBLISH, which must say this, is new or not, and stays unacknowledged. */
async function idOf(client: Client, text: string, dup = false): Promise<{ messageId: number }> {
  const packet = await client.expect('publish')
  assert.deepEqual([textOf(packet), packet.dup], [text, dup])
  assert.ok(packet.messageId)
  return { messageId: packet.messageId }
}

suite('MQTT statements: delivery', () => {
  const { both, only } = cases()

  both(
    'a QoS 1 message is sent with DUP 0 and again, with DUP 1 and its identifier, when the session is resumed',
    async (it) => {
      const first = await reader(it, 1)
      await publish(it, 1, 'x')
      const id = await idOf(first, 'x')
      const second = await back(it, first)
      assert.deepEqual(await idOf(second, 'x', true), id)
      second.send({ cmd: 'puback', ...id })
      await second.ping()
      await it.isQuiet(await back(it, second))
    },
  )

  both('a QoS 1 message is held until PUBACK and not sent again on the same connection', async (it) => {
    const client = await reader(it, 1)
    await publish(it, 1, 'one', 'two')
    const ids = [await idOf(client, 'one'), await idOf(client, 'two')]
    assert.notDeepEqual(ids[0], ids[1])
    await client.ping()
    const again = await back(it, client)
    assert.deepEqual([await idOf(again, 'one', true), await idOf(again, 'two', true)], ids)
  })

  both('a QoS 1 message that comes again after its PUBACK is a new one', async (it) => {
    const client = await reader(it, 1)
    const publisher = await it.connect('publisher')
    for (const dup of [false, true]) {
      await publisher.publish(it.topic('a'), `dup ${dup}`, { qos: 1, messageId: 7, dup })
    }
    const told = [await client.take(), await client.take()]
    assert.deepEqual(told.map(textOf), ['dup false', 'dup true'])
  })

  both('DUP of what is sent on does not come from the publisher', async (it) => {
    const client = await reader(it, 2)
    const publisher = await it.connect('publisher')
    for (const qos of [1, 2] as const) {
      await publisher.publish(it.topic('a'), 'x', { qos, dup: true })
      assert.equal((await client.take()).dup, false)
    }
  })

  both('a QoS 2 message is sent with DUP 0, held until PUBREC, and goes on with PUBREL', async (it) => {
    const first = await reader(it, 2)
    await publish(it, 2, 'x')
    const id = await idOf(first, 'x')
    const second = await back(it, first)
    assert.deepEqual(await idOf(second, 'x', true), id)
    second.send({ cmd: 'pubrec', ...id })
    assert.equal((await second.expect('pubrel')).messageId, id.messageId)
    second.send({ cmd: 'pubcomp', ...id })
    await second.ping()
    await it.isQuiet(await back(it, second))
  })

  both('PUBREL is held until PUBCOMP, and PUBLISH is not sent again after it', async (it) => {
    const first = await reader(it, 2)
    await publish(it, 2, 'x')
    const id = await idOf(first, 'x')
    first.send({ cmd: 'pubrec', ...id })
    await first.expect('pubrel')
    const second = await back(it, first)
    assert.equal((await second.expect('pubrel')).messageId, id.messageId)
    second.send({ cmd: 'pubcomp', ...id })
    await second.ping()
    await it.isQuiet(await back(it, second))
  })

  both('a QoS 2 message that comes several times before PUBREL is delivered once', async (it) => {
    const client = await reader(it, 2)
    const { client: publisher } = await it.resume('publisher')
    const packet = { cmd: 'publish', topic: it.topic('a'), payload: 'x', qos: 2, retain: false, messageId: 7 } as const
    for (const dup of [false, true, true]) {
      publisher.send({ ...packet, dup })
      assert.equal((await publisher.expect('pubrec')).messageId, 7)
    }
    publisher.break()
    const { client: again } = await it.resume('publisher')
    again.send({ ...packet, dup: true })
    assert.equal((await again.expect('pubrec')).messageId, 7)
    for (const text of ['x', 'new']) {
      again.send({ cmd: 'pubrel', messageId: 7 })
      assert.equal((await again.expect('pubcomp')).messageId, 7)
      assert.equal(textOf(await client.take()), text)
      await it.isQuiet(client)
      again.send({ ...packet, payload: 'new', dup: false })
      await again.expect('pubrec')
    }
  })

  both('messages that were not acknowledged are sent again in their order', async (it) => {
    const client = await reader(it, 2)
    const texts = ['one', 'two', 'three', 'four']
    const publisher = await it.connect('publisher')
    for (const [index, text] of texts.entries())
      await publisher.publish(it.topic('a'), text, { qos: index < 2 ? 1 : 2 })
    for (const text of texts) await idOf(client, text)
    const again = await back(it, client)
    for (const text of texts) await idOf(again, text, true)
  })

  both('messages of one client to one topic keep their order for each QoS', async (it) => {
    const client = await reader(it, 2)
    const texts = Array.from({ length: 50 }, (_, index) => `${index}`)
    for (const qos of [0, 1, 2] as const) {
      await publish(it, qos, ...texts)
      assert.deepEqual(await client.texts(texts.length), texts)
    }
  })

  only(5, 'each message above QoS 0 has an identifier that is free', async (it) => {
    const client = await reader(it, 1)
    await publish(it, 1, 'held')
    const held = await idOf(client, 'held')
    for (let round = 0; round < 20; round++) {
      await publish(it, 1, `${round}`)
      const id = await idOf(client, `${round}`)
      assert.notDeepEqual(id, held)
      client.send({ cmd: 'puback', ...id })
    }
  })

  only(5, 'a message that was refused with 0x80 or more is not sent again', async (it) => {
    const client = await reader(it, 2)
    await publish(it, 1, 'one')
    client.send({ cmd: 'puback', reasonCode: 0x80, ...(await idOf(client, 'one')) })
    await publish(it, 2, 'two')
    client.send({ cmd: 'pubrec', reasonCode: 0x97, ...(await idOf(client, 'two')) })
    await client.ping()
    await it.isQuiet(await back(it, client))
  })

  only(
    5,
    'no more messages are under way than the client receives, and others follow its acknowledgements',
    async (it) => {
      const { client } = await it.resume('reader', { properties: { receiveMaximum: 2, sessionExpiryInterval: 600 } })
      await client.subscribe(it.topic('#'), { qos: 2 })
      await publish(it, 1, 'one')
      await publish(it, 2, 'two')
      await publish(it, 1, 'three', 'four')
      const [one, two] = [await idOf(client, 'one'), await idOf(client, 'two')]
      await client.ping()
      client.send({ cmd: 'puback', ...one })
      await idOf(client, 'three')
      client.send({ cmd: 'pubrec', ...two })
      await client.expect('pubrel')
      await client.ping()
      client.send({ cmd: 'pubcomp', ...two })
      await idOf(client, 'four')
    },
  )

  only(5, 'everything but PUBLISH goes on when no more messages may be under way', async (it) => {
    const client = await it.connect('reader', { properties: { receiveMaximum: 1 } })
    await client.subscribe(it.topic('a'), { qos: 1 })
    await publish(it, 1, 'one', 'two')
    await idOf(client, 'one')
    await client.subscribe(it.topic('b'), { qos: 1 })
    await client.unsubscribe(it.topic('b'))
    await client.publish(it.topic('c'), 'x', { qos: 2 })
    await client.ping()
  })

  only(5, 'a client that has more messages under way than the server receives is told 0x93', async (it) => {
    const client = await it.dial()
    const { properties } = await client.open({ clientId: it.name })
    const receiveMaximum = properties?.receiveMaximum ?? 65_535
    assert.ok(receiveMaximum < 65_535, 'as many as there are identifiers cannot be exceeded')
    const packet = { cmd: 'publish', topic: it.topic('a'), payload: 'x', qos: 2, retain: false, dup: false } as const
    for (let messageId = 1; messageId <= receiveMaximum; messageId++) {
      client.send({ ...packet, messageId })
      await client.expect('pubrec')
    }
    client.send({ ...packet, messageId: 65_535 })
    assert.equal((await client.expect('disconnect')).reasonCode, 0x93)
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'acknowledgements have reason codes of the standard', async (it) => {
    const client = await it.connect('a')
    const packet = { cmd: 'publish', topic: it.topic('a'), payload: 'x', retain: false, dup: false } as const
    client.send({ ...packet, qos: 1, messageId: 1 })
    assert.ok([0, 0x10].includes((await client.expect('puback')).reasonCode ?? 0))
    client.send({ ...packet, qos: 2, messageId: 2 })
    assert.ok([0, 0x10].includes((await client.expect('pubrec')).reasonCode ?? 0))
    client.send({ cmd: 'pubrel', messageId: 2 })
    assert.equal((await client.expect('pubcomp')).reasonCode ?? 0, 0)
    client.send({ cmd: 'pubrel', messageId: 9 })
    assert.ok([0, 0x92].includes((await client.expect('pubcomp')).reasonCode ?? 0))
    client.send({ cmd: 'pubrec', messageId: 9 })
    assert.ok([0, 0x92].includes((await client.expect('pubrel')).reasonCode ?? 0))
  })

  only(5, 'the identifier of a QoS 2 message that was refused is that of a new message next', async (it) => {
    const client = await reader(it, 2)
    const publisher = await it.connect('publisher')
    const packet = { cmd: 'publish', payload: 'x', qos: 2, retain: false, dup: false, messageId: 7 } as const
    publisher.send({ ...packet, topic: `${forbidden}/a` })
    assert.ok(((await publisher.expect('pubrec')).reasonCode ?? 0) >= 0x80)
    await publisher.publish(it.topic('a'), 'new', { qos: 2, messageId: 7 })
    assert.deepEqual(await client.texts(1), ['new'])
  })
})
