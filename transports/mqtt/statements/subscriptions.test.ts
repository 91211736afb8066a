import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { field, packet, properties, short } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import { textOf } from '../../../test/support/mqtt/client.js'

const subscribeBytes = (it: Case, firstByte: number, ...parts: readonly (Uint8Array | number[])[]): Buffer =>
  packet(firstByte, short(1), properties(it.version), ...parts)

suite('MQTT statements: SUBSCRIBE and UNSUBSCRIBE', () => {
  const { both, only } = cases()

  both('SUBACK and UNSUBACK carry the packet identifier of what they answer', async (it) => {
    const client = await it.connect('a')
    for (const messageId of [65_535, 1, 300]) {
      const subscriptions = [{ topic: it.topic('a'), qos: 0 as const }]
      client.send({ cmd: 'subscribe', messageId, subscriptions })
      assert.equal((await client.expect('suback')).messageId, messageId)
      client.send({ cmd: 'unsubscribe', messageId, unsubscriptions: [it.topic('a')] })
      assert.equal((await client.expect('unsuback')).messageId, messageId)
    }
  })

  both('SUBSCRIBE with other flags than 0010 ends the connection', async (it) => {
    const flags = [0x80, 0x83, 0x8a]
    await it.endsEach(...flags.map((first) => subscribeBytes(it, first, field(it.topic('a')), [0])))
  })

  both('UNSUBSCRIBE with other flags than 0010 ends the connection', async (it) => {
    const flags = [0xa0, 0xa3, 0xaa]
    await it.endsEach(...flags.map((first) => subscribeBytes(it, first, field(it.topic('a')))))
  })

  both('SUBSCRIBE without a filter ends the connection', async (it) => {
    await it.endsEach(subscribeBytes(it, 0x82))
  })

  both('UNSUBSCRIBE without a filter ends the connection', async (it) => {
    await it.endsEach(subscribeBytes(it, 0xa2))
  })

  both('UNSUBSCRIBE from a filter that is not text ends the connection', async (it) => {
    await it.endsEach(subscribeBytes(it, 0xa2, field([0xff])), subscribeBytes(it, 0xa2, [0, 9, 0x61]))
  })

  both('reserved bits in the options of a subscription, or QoS 3, end the connection', async (it) => {
    const options = it.version === 5 ? [3, 0x30, 0x40, 0x80] : [3, 4, 0x40, 0x80]
    await it.endsEach(...options.map((bits) => subscribeBytes(it, 0x82, field(it.topic('a')), [bits])))
  })

  both('SUBACK has the granted QoS of each filter in their order, and each filter counts', async (it) => {
    const client = await it.connect('a')
    const subscriptions = ([1, 0, 2] as const).map((qos) => ({ topic: it.topic(`${qos}`), qos }))
    client.send({ cmd: 'subscribe', messageId: 7, subscriptions })
    assert.deepEqual(await client.bytesOf('suback'), packet(0x90, short(7), properties(it.version), [1, 0, 2]))
    const publisher = await it.connect('b')
    for (const rest of ['2', '1', '0']) await publisher.publish(it.topic(rest), rest, { qos: 2 })
    const qoses = [(await client.take()).qos, (await client.take()).qos, (await client.take()).qos]
    assert.deepEqual(qoses, [2, 1, 0])
  })

  both('a message comes with the smaller of the QoS published and the QoS granted', async (it) => {
    const client = await it.connect('a')
    const publisher = await it.connect('b')
    const told: number[] = []
    for (const granted of [0, 1, 2] as const) {
      await client.subscribe(it.topic(`${granted}`), { qos: granted })
      for (const qos of [0, 1, 2] as const) {
        await publisher.publish(it.topic(`${granted}`), 'x', { qos })
        told.push((await client.take()).qos)
      }
    }
    assert.deepEqual(told, [0, 0, 0, 0, 1, 1, 0, 1, 2])
  })

  both('overlapping subscriptions deliver with the highest QoS among them', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('#'), { qos: 0 })
    await client.subscribe(it.topic('+'), { qos: 2 })
    await client.subscribe(it.topic('a'), { qos: 1 })
    await (await it.connect('b')).publish(it.topic('a'), 'x', { qos: 2 })
    const first = await client.take()
    const rest: number[] = [first.qos]
    await (await it.connect('c')).publish(it.topic('end'), 'end', { qos: 1 })
    for (let publish = await client.take(); textOf(publish) !== 'end'; publish = await client.take())
      rest.push(publish.qos)
    assert.equal(Math.max(...rest), 2)
  })

  both('every client with a matching subscription is sent a message', async (it) => {
    const readers = [await it.connect('a'), await it.connect('b'), await it.connect('c')]
    for (const [index, filter] of ['a/b', 'a/+', '#'].entries()) await readers[index]?.subscribe(it.topic(filter))
    await (await it.connect('d')).publish(it.topic('a/b'), 'for all')
    for (const reader of readers) assert.deepEqual(await reader.texts(1), ['for all'])
  })

  both('UNSUBSCRIBE removes the filter that is the same character by character, and no other', async (it) => {
    const client = await it.connect('a')
    for (const filter of ['a', '+']) await client.subscribe(it.topic(filter))
    await client.unsubscribe(it.topic('#'), it.topic('A'), it.topic('+/'))
    await client.unsubscribe(it.topic('a'))
    const publisher = await it.connect('b')
    await publisher.publish(it.topic('a'), 'by the wildcard')
    assert.deepEqual(await client.texts(1), ['by the wildcard'])
    await client.unsubscribe(it.topic('+'))
    await publisher.publish(it.topic('a'), 'for nobody', { qos: 1 })
    await it.isQuiet(client)
  })

  both('nothing new is delivered after UNSUBSCRIBE', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('a'), { qos: 1 })
    const publisher = await it.connect('b')
    await publisher.publish(it.topic('a'), 'before', { qos: 1 })
    assert.deepEqual(await client.texts(1), ['before'])
    await client.unsubscribe(it.topic('a'))
    await publisher.publish(it.topic('a'), 'after', { qos: 1 })
    await it.isQuiet(client)
  })

  both('a QoS 2 message whose delivery has begun is completed after UNSUBSCRIBE', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('a'), { qos: 2 })
    await (await it.connect('b')).publish(it.topic('a'), 'begun', { qos: 2 })
    const { messageId } = await client.expect('publish')
    await client.unsubscribe(it.topic('a'))
    client.send({ cmd: 'pubrec', ...(messageId === undefined ? {} : { messageId }) })
    assert.equal((await client.expect('pubrel')).messageId, messageId)
  })

  both('UNSUBSCRIBE is answered even where nothing is removed', async (it) => {
    const client = await it.connect('a')
    client.send({ cmd: 'unsubscribe', messageId: 300, unsubscriptions: [it.topic('a')] })
    const codes = it.version === 5 ? [0, 0x11] : []
    assert.deepEqual(await client.bytesOf('unsuback'), packet(0xb0, short(300), codes))
  })

  both('UNSUBSCRIBE from several filters removes them all and is answered once, in their order', async (it) => {
    const client = await it.connect('a')
    for (const filter of ['a', 'b', 'c']) await client.subscribe(it.topic(filter))
    const unsubscriptions = ['a', 'x', 'c'].map((filter) => it.topic(filter))
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions })
    const codes = it.version === 5 ? [0, 0, 0x11, 0] : []
    assert.deepEqual(await client.bytesOf('unsuback'), packet(0xb0, short(9), codes))
    const publisher = await it.connect('d')
    for (const rest of ['a', 'c', 'b']) await publisher.publish(it.topic(rest), rest, { qos: 1 })
    assert.deepEqual(await client.texts(1), ['b'])
    await it.isQuiet(client)
  })

  only(5, 'with no local a client is not sent what it published', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('a'), { noLocal: true })
    await client.publish(it.topic('a'), 'own', { qos: 1 })
    await (await it.connect('b')).publish(it.topic('a'), 'foreign')
    assert.deepEqual(await client.texts(1), ['foreign'])
  })

  only(5, 'no local on a shared subscription ends the connection', async (it) => {
    await it.endsEach(packet(0x82, short(1), [0], field('$share/group/a'), [4]))
  })

  only(5, 'a message carries the identifier of the subscription that it matches', async (it) => {
    const client = await it.connect('a')
    await client.subscribe(it.topic('a'), { identifier: 268_435_455 })
    await client.subscribe(it.topic('b'))
    const publisher = await it.connect('b')
    for (const rest of ['a', 'b']) await publisher.publish(it.topic(rest), rest)
    assert.equal((await client.take()).properties?.subscriptionIdentifier, 268_435_455)
    assert.equal((await client.take()).properties?.subscriptionIdentifier, undefined)
  })

  only(
    5,
    'the identifiers of all subscriptions that a message matches are sent, in one copy or in several',
    async (it) => {
      const client = await it.connect('a')
      await client.subscribe(it.topic('+'), { identifier: 1 })
      await client.subscribe(it.topic('a'), { identifier: 2 })
      await client.subscribe(it.topic('#'), { identifier: 200 })
      await client.subscribe(it.topic('b'), { identifier: 4 })
      const publisher = await it.connect('b')
      await publisher.publish(it.topic('a'), 'a')
      const identifiers: number[] = []
      for (let copies = 0; identifiers.length < 3 && copies < 3; copies++) {
        identifiers.push(...[(await client.take()).properties?.subscriptionIdentifier ?? []].flat())
      }
      assert.deepEqual(
        identifiers.sort((one, other) => one - other),
        [1, 2, 200],
      )
    },
  )
})
