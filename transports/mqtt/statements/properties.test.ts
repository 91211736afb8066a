import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { forbidden } from '../../../test/support/mqtt/broker-access.js'
import { field, packet, properties, short } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import type { Client } from '../../../test/support/mqtt/client.js'
import { subscribePacket, textOf } from '../../../test/support/mqtt/client.js'

const aliasProperty = (alias: number): number[] => [0x23, alias >> 8, alias & 255]

/** PUBLISH with QoS 0 and these properties. */
const publishBytes = (topic: string, text: string, ...more: readonly number[][]): Buffer =>
  packet(0x30, field(topic), properties(5, ...more), Buffer.from(text))

/** With a text, since to make one of its own a failing `assert.ok` would read this file for half a minute. */
function isWithin(bytes: Uint8Array | undefined, bytesMax: number): void {
  const length = bytes?.length ?? 0
  assert.ok(length <= bytesMax, `${length} bytes`)
}

/** Sends packets that are all refused, or unknown, and shows that no answer is longer than the client takes. */
async function keepsWithin(client: Client, bytesMax: number, ...packets: readonly Uint8Array[]): Promise<void> {
  for (const bytes of packets) {
    client.sendBytes(bytes)
    const answer = await client.next('an answer')
    isWithin(answer?.bytes, bytesMax)
  }
}

/** The smallest packets that clients of this suite take, bytes: every answer fits without reason string and user properties. */
const smallest = 40

/** A topic filter that is refused. */
const tooDeep = 'x/'.repeat(200)

/** To where nobody may publish. */
const refusedPublish = { cmd: 'publish', topic: `${forbidden}/a`, payload: 'x', dup: false, retain: false } as const

const small = (it: Case) => it.connect('small', { properties: { maximumPacketSize: smallest } })

suite('MQTT statements: properties', () => {
  const { only } = cases()

  only(5, 'what a publisher says of a message reaches every subscriber as it was', async (it) => {
    const said = Buffer.concat([
      Buffer.from([1, 1, 3]),
      field('text/plain'),
      Buffer.from([8]),
      field('answer/here'),
      Buffer.from([9]),
      field([0, 255, 1]),
      ...['b', 'a', 'b', 'ä'].map((name, index) =>
        Buffer.concat([Buffer.from([0x26]), field(name), field(`${index}`)]),
      ),
    ])
    const readers = [await it.connect('a'), await it.connect('b')]
    for (const reader of readers) await reader.subscribe(it.topic('a'))
    const publisher = await it.connect('c')
    publisher.sendBytes(packet(0x30, field(it.topic('a')), properties(5, said), Buffer.from('x')))
    for (const reader of readers) {
      const bytes = await reader.bytesOf('publish')
      const parts = [
        said.subarray(0, 2),
        said.subarray(2, 15),
        said.subarray(15, 29),
        said.subarray(29, 35),
        said.subarray(35),
      ]
      for (const part of parts) assert.ok(bytes.includes(part), part.toString('hex'))
    }
  })

  only(5, 'a message that expired before its delivery began is dropped', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('#'), { qos: 1 })
    await client.leave()
    const publisher = await it.connect('b')
    await publisher.publish(it.topic('a'), 'short', { qos: 1, properties: { messageExpiryInterval: 1 } })
    await publisher.publish(it.topic('b'), 'long', { qos: 1, properties: { messageExpiryInterval: 600 } })
    await it.broker.pass(2_500)
    const again = await it.resume('a')
    assert.deepEqual(await again.client.texts(1), ['long'])
    await it.isQuiet(again.client)
  })

  only(5, 'the expiry interval is sent on less the time that the message waited', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('a'), { qos: 1 })
    await client.leave()
    const publisher = await it.connect('b')
    await publisher.publish(it.topic('a'), 'x', { qos: 1, properties: { messageExpiryInterval: 600 } })
    await it.broker.pass(2_500)
    const left = (await (await it.resume('a')).client.take()).properties?.messageExpiryInterval ?? 0
    assert.ok(left >= 590 && left <= 598, `${left} s are left`)
  })

  only(5, 'a message that was sent does not expire while it waits for its acknowledgement', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('a'), { qos: 2 })
    const properties = { messageExpiryInterval: 1 }
    await (await it.connect('b')).publish(it.topic('a'), 'x', { qos: 2, properties })
    assert.equal(textOf(await client.expect('publish')), 'x')
    client.break()
    await it.broker.pass(2_500)
    assert.deepEqual(await (await it.resume('a')).client.texts(1), ['x'])
  })

  only(5, 'the exchange of a QoS 2 message goes on though it has expired', async (it) => {
    const publisher = await it.connect('b')
    const packet = { cmd: 'publish', topic: it.topic('a'), payload: 'x', qos: 2, retain: false, dup: false } as const
    publisher.send({ ...packet, messageId: 7, properties: { messageExpiryInterval: 1 } })
    await publisher.expect('pubrec')
    await it.broker.pass(2_500)
    publisher.send({ cmd: 'pubrel', messageId: 7 })
    const { messageId, reasonCode } = await publisher.expect('pubcomp')
    assert.deepEqual([messageId, reasonCode ?? 0], [7, 0])
  })

  only(5, 'topic aliases up to the maximum of the server are taken, and can be set anew', async (it) => {
    const client = await it.dial()
    const { properties: terms } = await client.open({ clientId: it.name })
    const last = terms?.topicAliasMaximum ?? 0
    assert.ok(last > 0, 'the server takes aliases')
    await client.subscribe(it.topic('#'))
    for (const alias of [1, last]) {
      client.sendBytes(publishBytes(it.topic('a'), 'named', aliasProperty(alias)))
      client.sendBytes(publishBytes('', 'by alias', aliasProperty(alias)))
      client.sendBytes(publishBytes(it.topic('b'), 'named anew', aliasProperty(alias)))
      client.sendBytes(publishBytes('', 'by alias', aliasProperty(alias)))
    }
    const told: string[] = []
    for (let taken = 0; taken < 8; taken++) told.push((await client.take()).topic)
    assert.deepEqual(
      told,
      ['a', 'a', 'b', 'b', 'a', 'a', 'b', 'b'].map((rest) => it.topic(rest)),
    )
  })

  only(5, 'a topic alias above the maximum of the server ends the connection with 0x94', async (it) => {
    const client = await it.dial()
    const { properties: terms } = await client.open({ clientId: it.name })
    client.sendBytes(publishBytes(it.topic('a'), 'x', aliasProperty((terms?.topicAliasMaximum ?? 0) + 1)))
    assert.equal((await client.expect('disconnect')).reasonCode, 0x94)
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'topic aliases do not outlive their connection', async (it) => {
    const { client } = await it.resume('a')
    client.sendBytes(publishBytes(it.topic('a'), 'x', aliasProperty(1)))
    await client.leave()
    const again = (await it.resume('a')).client
    again.sendBytes(publishBytes('', 'x', aliasProperty(1)))
    const answers = await again.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'disconnect' && (answer.reasonCode ?? 0) >= 0x80))
  })

  only(
    5,
    'the topic aliases that the server sends stay within the maximum of the client and mean their topics',
    async (it) => {
      const reader = await it.connect('a', { properties: { topicAliasMaximum: 2 } })
      await reader.subscribe(it.topic('#'), { qos: 1 })
      const publisher = await it.connect('b')
      const topics = new Map<number, string>()
      for (const rest of ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'a']) {
        await publisher.publish(it.topic(rest), rest, { qos: 1 })
        const publish = await reader.take()
        const alias = publish.properties?.topicAlias
        assert.ok(alias === undefined || (alias >= 1 && alias <= 2))
        if (alias !== undefined && publish.topic !== '') topics.set(alias, publish.topic)
        assert.equal(publish.topic === '' ? topics.get(alias ?? 0) : publish.topic, it.topic(rest))
      }
    },
  )

  only(5, 'a client without a topic alias maximum is sent none', async (it) => {
    for (const properties of [{}, { topicAliasMaximum: 0 }]) {
      const reader = await it.connect('a', { properties })
      await reader.subscribe(it.topic('#'))
      const publisher = await it.connect('b')
      for (let sent = 0; sent < 3; sent++) {
        await publisher.publish(it.topic('a'), 'x')
        const publish = await reader.take()
        assert.deepEqual([publish.topic, publish.properties?.topicAlias], [it.topic('a'), undefined])
      }
    }
  })

  only(5, 'no packet is longer than the client takes, and one of just that length comes', async (it) => {
    const reader = await small(it)
    await reader.subscribe(it.topic('#'))
    const publisher = await it.connect('b')
    const room = smallest - publishBytes(it.topic('a'), '').length
    await publisher.publish(it.topic('a'), 'x'.repeat(room + 1))
    await publisher.publish(it.topic('a'), 'y'.repeat(room))
    assert.equal((await reader.bytesOf('publish')).length, smallest)
  })

  only(5, 'a message that is too long for the client counts as sent', async (it) => {
    const properties = { maximumPacketSize: smallest, receiveMaximum: 1, sessionExpiryInterval: 600 }
    const { client } = await it.resume('a', { properties })
    await client.subscribe(it.topic('#'), { qos: 1 })
    const publisher = await it.connect('b')
    for (const text of ['x'.repeat(smallest), 'x'.repeat(smallest), 'fits']) {
      await publisher.publish(it.topic('a'), text, { qos: 1 })
    }
    assert.deepEqual(await client.texts(1), ['fits'])
    client.break()
    const { client: again } = await it.resume('a')
    await it.isQuiet(again)
  })

  only(5, 'CONNACK is not longer than the client takes', async (it) => {
    for (const maximumPacketSize of [60, 100]) {
      const client = await it.dial()
      client.send({ cmd: 'connect', protocolVersion: 5, clientId: it.name, properties: { maximumPacketSize } })
      isWithin(await client.bytesOf('connack'), maximumPacketSize)
    }
    const refused = await it.dial()
    const offer = { properties: { maximumPacketSize: smallest } }
    refused.send({ cmd: 'connect', protocolVersion: 5, clientId: 'x'.repeat(1_025), ...offer })
    isWithin(await refused.bytesOf('connack'), smallest)
  })

  only(5, 'a refusal says in words what to do about it', async (it) => {
    const client = await it.connect('a')
    client.send({ ...refusedPublish, qos: 1, messageId: 1 })
    client.send({ ...refusedPublish, qos: 2, messageId: 2 })
    for (const answer of ['puback', 'pubrec'] as const) {
      const { properties: said } = await client.expect(answer)
      assert.match(`${said?.reasonString}`, /^not permitted: have a rule .+ allow it$/)
    }
    client.send(subscribePacket(3, tooDeep))
    assert.match(`${(await client.expect('suback')).properties?.reasonString}`, /^filter 1: .+ too many levels/)
    client.sendBytes(publishBytes('a/#', 'x'))
    assert.notEqual((await client.expect('disconnect')).properties?.reasonString, undefined)
    const nameless = await it.dial()
    nameless.send({ cmd: 'connect', protocolVersion: 5, clientId: 'x'.repeat(1_025) })
    assert.match(`${(await nameless.expect('connack')).properties?.reasonString}`, /choose another client identifier$/)
  })

  only(5, 'acknowledgements are not longer than the client takes', async (it) => {
    const none = [0]
    await keepsWithin(
      await small(it),
      smallest,
      packet(0x32, field(`${forbidden}/a`), short(1), none),
      packet(0x34, field(`${forbidden}/a`), short(2), none),
      packet(0x50, short(99)),
      packet(0x62, short(99)),
    )
  })

  only(5, 'SUBACK and UNSUBACK are not longer than the client takes', async (it) => {
    const none = [0]
    await keepsWithin(
      await small(it),
      smallest,
      packet(0x82, short(1), none, field(tooDeep), [0]),
      packet(0xa2, short(2), none, field('never/there')),
    )
  })

  only(5, 'DISCONNECT is not longer than the client takes', async (it) => {
    await keepsWithin(await small(it), smallest, publishBytes('a/#', 'x'))
    await keepsWithin(await small(it), smallest, packet(0x82, short(1), [0]))
    const aliasMax = [0x23, 0xff, 0xff]
    await keepsWithin(await small(it), smallest, packet(0x30, field(''), [aliasMax.length, ...aliasMax]))
  })

  only(
    5,
    'a client that wants no problem information gets no reason strings or user properties in acknowledgements',
    async (it) => {
      const client = await it.connect('a', { properties: { requestProblemInformation: false } })
      client.send({ ...refusedPublish, qos: 1, messageId: 1 })
      const puback = await client.expect('puback')
      client.send(subscribePacket(2, tooDeep))
      const suback = await client.expect('suback')
      client.send({ cmd: 'pubrel', messageId: 99 })
      const pubcomp = await client.expect('pubcomp')
      for (const { properties } of [puback, suback, pubcomp]) {
        assert.deepEqual([properties?.reasonString, properties?.userProperties], [undefined, undefined])
      }
      client.sendBytes(publishBytes('a/#', 'x'))
      assert.notEqual((await client.expect('disconnect')).properties?.reasonString, undefined)
    },
  )
})
