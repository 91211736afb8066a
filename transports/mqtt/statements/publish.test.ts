import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { forbidden } from '../../../test/support/mqtt/broker-access.js'
import { field, packet, properties, short } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import { textOf } from '../../../test/support/mqtt/client.js'

/** PUBLISH with QoS 0. */
const publishBytes = (it: Case, topic: string | readonly number[], ...more: readonly number[][]): Buffer =>
  packet(0x30, field(topic), properties(it.version, ...more), Buffer.from('x'))

/** SUBSCRIBE to one filter with QoS 0. */
const subscribeBytes = (it: Case, filter: string | readonly number[]): Buffer =>
  packet(0x82, short(1), properties(it.version), field(filter), [0])

const bad = [0x61, 0xc3, 0x28]
const surrogate = [0xed, 0xa0, 0x80]
const overlong = [0xc0, 0xaf]

suite('MQTT statements: PUBLISH and topics', () => {
  const { both, only } = cases()

  both('text that is not UTF-8 ends the connection', async (it) => {
    const texts = [bad, surrogate, overlong, [0xff]]
    await it.endsEach(...texts.map((text) => publishBytes(it, text)), ...texts.map((text) => subscribeBytes(it, text)))
  })

  both('text with U+0000 ends the connection', async (it) => {
    await it.endsEach(publishBytes(it, 'a\0b'), subscribeBytes(it, 'a\0b'))
  })

  both('the bytes EF BB BF stay in a topic', async (it) => {
    const topic = `\uFEFF${it.name}/\uFEFF`
    const client = await it.connect('a')
    await client.subscribe(`\uFEFF${it.name}/+`)
    await client.publish(topic, 'x')
    assert.ok((await client.bytesOf('publish')).includes(field(topic)))
    await client.subscribe(`${it.name}/+`)
    await client.publish(topic, 'x')
    await client.expect('publish')
    await it.isQuiet(client)
  })

  both('QoS 3 ends the connection', async (it) => {
    await it.endsEach(packet(0x36, field('a'), short(1), properties(it.version)))
  })

  both('packet identifier 0 ends the connection', async (it) => {
    const none = properties(it.version)
    await it.endsEach(
      packet(0x32, field('a'), short(0), none),
      packet(0x82, short(0), none, field('a'), [0]),
      packet(0xa2, short(0), none, field('a')),
    )
  })

  both('a QoS 0 message has no packet identifier and is not acknowledged', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('a'), { qos: 2 })
    await client.publish(it.topic('a'), 'x')
    const expected = packet(0x30, field(it.topic('a')), properties(it.version), Buffer.from('x'))
    assert.deepEqual(await client.bytesOf('publish'), expected)
    await client.ping()
  })

  both('a QoS 0 message has DUP 0, and one that comes with DUP 1 ends the connection or loses it', async (it) => {
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('a'))
    const client = await it.connect('a')
    client.sendBytes(packet(0x38, field(it.topic('a')), properties(it.version)))
    await client.publish(it.topic('a'), 'right')
    const next = await it.connect('b')
    await next.publish(it.topic('a'), 'end')
    for (let text = ''; text !== 'end'; ) {
      const publish = await reader.take()
      assert.equal(publish.dup, false)
      text = textOf(publish)
    }
  })

  both('a topic name that is missing or not text ends the connection', async (it) => {
    await it.endsEach(packet(0x30), packet(0x30, [0, 9, 0x61]), publishBytes(it, bad))
  })

  both('a topic name with a wildcard ends the connection', async (it) => {
    await it.endsEach(publishBytes(it, 'a/#'), publishBytes(it, 'a/+/b'), publishBytes(it, 'a+b'))
  })

  both('an empty topic name or filter ends the connection', async (it) => {
    await it.endsEach(publishBytes(it, ''), subscribeBytes(it, ''))
  })

  both('a topic of 65,535 bytes is either carried or refused, for its sender alone', async (it) => {
    const topic = `${it.name}/${'x'.repeat(65_534 - it.name.length)}`
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('#'))
    const client = await it.connect('a')
    client.send({ cmd: 'publish', topic, payload: 'x', qos: 1, dup: false, retain: false, messageId: 1 })
    const answer = await client.next('an answer')
    // MQTT 3.1.1 has no word for a refusal.
    if (it.version === 5 && answer?.packet.cmd === 'puback' && (answer.packet.reasonCode ?? 0) < 0x80) {
      assert.equal((await reader.take()).topic, topic)
    }
    await it.isQuiet(reader)
  })

  both('PUBLISH is answered as its QoS says', async (it) => {
    const client = await it.connect('a')
    await client.publish(it.topic('a'), 'x', { qos: 0 })
    await client.publish(it.topic('a'), 'x', { qos: 1 })
    await client.publish(it.topic('a'), 'x', { qos: 2 })
    await client.ping()
  })

  both('acknowledgements carry the packet identifier of their PUBLISH', async (it) => {
    const client = await it.connect('a')
    for (const messageId of [65_535, 1, 300]) {
      await client.publish(it.topic('a'), 'x', { qos: 1, messageId })
      await client.publish(it.topic('a'), 'x', { qos: 2, messageId })
    }
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('b'), { qos: 2 })
    await client.publish(it.topic('b'), 'x', { qos: 2, messageId: 400 })
    await reader.take()
  })

  both(
    'a PUBLISH that is not allowed is acknowledged all the same or ends the connection, and goes nowhere',
    async (it) => {
      const reader = await it.connect('reader')
      await reader.subscribe(`${forbidden}/#`)
      const client = await it.connect('a')
      client.send({
        cmd: 'publish',
        topic: `${forbidden}/a`,
        payload: 'x',
        qos: 1,
        dup: false,
        retain: false,
        messageId: 7,
      })
      const answer = (await client.next('an answer'))?.packet
      if (answer?.cmd === 'puback') assert.equal(answer.messageId, 7)
      else assert.ok(answer === undefined || answer.cmd === 'disconnect')
      await it.isQuiet(reader)
    },
  )

  both('only topics that the filter matches are delivered', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('a/+/c'))
    for (const rest of ['a/b', 'a/b/d', 'a/b/c/d', 'A/b/c', 'a/b/c', 'a//c']) await client.publish(it.topic(rest), rest)
    assert.deepEqual(await client.texts(2), ['a/b/c', 'a//c'])
    await it.isQuiet(client)
  })

  both('the wildcard # stands alone or after a separator, and last', async (it) => {
    await it.endsEach(...['a/#/b', 'a#', '#/a', 'a/b#'].map((filter) => subscribeBytes(it, filter)))
    const client = await it.connect('a')
    await client.subscribe(it.topic('a/#'))
    for (const rest of ['a', 'a/', 'a/b/c', 'ab']) await client.publish(it.topic(rest), rest)
    assert.deepEqual(await client.texts(3), ['a', 'a/', 'a/b/c'])
    await it.isQuiet(client)
  })

  both('the wildcard + fills a whole level, the first and the last too', async (it) => {
    await it.endsEach(...['a+', '+a', 'a/b+/c'].map((filter) => subscribeBytes(it, filter)))
    const client = await it.connect('a')
    await client.subscribe(`+/${it.name}/+`)
    for (const topic of [`x/${it.name}/y`, `/${it.name}/`, `${it.name}/y`]) await client.publish(topic, topic)
    assert.deepEqual(await client.texts(2), [`x/${it.name}/y`, `/${it.name}/`])
    await it.isQuiet(client)
  })

  both('a filter that begins with a wildcard matches no topic that begins with $', async (it) => {
    const client = await it.connect('a')
    for (const filter of [`+/${it.name}`, `+/${it.name}/#`, '#']) await client.subscribe(filter)
    it.broker.announce(`$SYS/${it.name}`, 'hidden')
    await (await it.connect('b')).publish(`test/${it.name}`, 'shown')
    for (let text = ''; text !== 'shown'; ) {
      const publish = await client.take()
      assert.ok(!publish.topic.startsWith('$'))
      text = textOf(publish)
    }
  })

  both('names and filters are compared as they are', async (it) => {
    const client = await it.connect('a')
    const composed = '\u00e9'
    for (const filter of ['a', composed, 'b/']) await client.subscribe(it.topic(filter))
    for (const topic of ['A', 'e\u0301', 'b', '/b/', ' a', composed]) await client.publish(it.topic(topic), topic)
    assert.deepEqual(await client.texts(1), [composed])
    await it.isQuiet(client)
  })

  both('a filter that is not text ends the connection', async (it) => {
    await it.endsEach(subscribeBytes(it, bad), subscribeBytes(it, surrogate))
  })

  both('PUBREL with other flags than 0010 ends the connection', async (it) => {
    await it.endsEach(packet(0x60, short(1)), packet(0x64, short(1)), packet(0x63, short(1)))
  })

  only(5, 'a response topic with a wildcard or that is not text ends the connection', async (it) => {
    const wrong = [field('a/+'), field('#'), field(bad)].map((topic) => [0x08, ...topic])
    await it.endsEach(...wrong.map((property) => publishBytes(it, it.topic('a'), property)))
  })

  only(5, 'a content type that is not text ends the connection', async (it) => {
    await it.endsEach(publishBytes(it, it.topic('a'), [0x03, ...field(bad)]))
  })

  only(5, 'a subscription identifier in a PUBLISH of a client ends the connection', async (it) => {
    await it.endsEach(publishBytes(it, it.topic('a'), [0x0b, 1]))
  })

  only(5, 'topic alias 0 ends the connection', async (it) => {
    await it.endsEach(publishBytes(it, it.topic('a'), [0x23, 0, 0]))
  })
})
