import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { IPublishPacket } from 'mqtt-packet'
import type { MqttVersion } from '../../codecs/mqtt/index.js'
import { putPacketId } from '../../codecs/mqtt/index.js'
import type { MessageTerms } from '../../core/index.js'
import { itemFlags, Update } from '../../core/index.js'
import { batchOf, messageOf } from '../../test/support/mqtt/outgoing.js'
import { publishesIn } from '../../test/support/mqtt/publishes-in.js'
import type { Outbound } from './publish-frames.js'
import { naming, PublishFrames, packetIdPlace } from './publish-frames.js'
import { TermsPool } from './terms-pool.js'

const wanted = { qos: 2, noLocal: false, retainAsPublished: false, subscriptionId: 0 } as const
const terms = new TermsPool().of(wanted)
const { audience } = batchOf([], terms)

function packetOf(update: Update, more: Partial<Outbound> = {}, version: MqttVersion = 5): IPublishPacket | undefined {
  return publishesIn(new PublishFrames(version).packetOf({ ...outboundOf(update), ...more }), version)[0]
}

/** Counts what is remembered of it. */
class Watched extends Update {
  remembered = 0

  override remember(...which: Parameters<Update['remember']>): void {
    this.remembered += 1
    super.remember(...which)
  }
}

suite('mqtt publish frames', () => {
  for (const version of [4, 5] as const) {
    test(`a template is the packets of a batch, each with its place for an identifier (version ${version})`, () => {
      // Lengths on either side of where the length of the packet takes another byte.
      const updates = [0, 100, 119, 120, 121, 122, 123, 124, 125, 16_500].map((length, index) =>
        messageOf('é/b', 'x'.repeat(length), { offset: index + 1 }),
      )
      const { bytes, places } = new PublishFrames(version).templateOf(batchOf(updates, terms))
      const copy = Buffer.from(bytes)
      for (const [index, place] of places.entries()) putPacketId(copy, place, 1_000 + index)
      const told = publishesIn(copy, version)
      assert.deepEqual(
        told.map(({ messageId, topic, payload, qos }) => [messageId, topic, payload.length, qos]),
        updates.map(({ value }, index) => [1_000 + index, 'é/b', value.length, 2]),
      )
    })
  }

  test('a message that may be lost has no place for an identifier in a template', () => {
    const unsure = { qos: 0, isRetained: false, isMessage: true } as const
    const updates = [messageOf('a', '1', { handling: unsure }), messageOf('b', '2', { offset: 2 })]
    const { bytes, places } = new PublishFrames(5).templateOf(batchOf(updates, terms))
    const [first, second = 0] = places
    assert.equal(first, 0)
    const copy = Buffer.from(bytes)
    putPacketId(copy, second, 7)
    assert.deepEqual(
      publishesIn(copy, 5).map(({ qos, messageId }) => [qos, messageId]),
      [
        [0, undefined],
        [2, 7],
      ],
    )
  })

  test('a template is made once for all who get a batch, and anew for the next batch', () => {
    const frames = new PublishFrames(5)
    const batch = batchOf([messageOf('a', '1')], terms)
    const first = frames.templateOf(batch)
    assert.equal(frames.templateOf(batch), first)
    const second = frames.templateOf(batchOf([messageOf('a', '2')], terms))
    assert.notDeepEqual(second.bytes, first.bytes)
    assert.deepEqual(frames.templateOf(batch), first, 'after another the one before is right again')
  })

  test('what is made of a message is remembered with it, unless it differs from reader to reader', () => {
    const frames = new PublishFrames(5)
    const outbound = { terms, flags: 0, audience, naming: naming.name, alias: 0, expirySeconds: null, isHead: false }
    const [shared, own] = [messageOf('a', '1'), messageOf('a', '1', { isShared: false })]
    const made = (update: Update, more: Partial<Outbound> = {}) => frames.packetOf({ ...outbound, update, ...more })
    assert.equal(made(shared), made(shared))
    assert.notEqual(made(own), made(own))
    assert.notEqual(made(shared, { expirySeconds: 3 }), made(shared, { expirySeconds: 3 }))
    assert.notEqual(made(shared, { flags: itemFlags.snapshot }), made(shared))
    assert.equal(made(shared, { flags: itemFlags.again }), made(shared), 'the mark is put into a copy')
  })

  test('what is made of a message is remembered once a second batch has it: the first may be for one reader alone', () => {
    const frames = new PublishFrames(5)
    const update = new Watched(messageOf('a', '1'))
    const templates = Array.from({ length: 3 }, () => frames.templateOf(batchOf([update], terms)))
    assert.equal(update.remembered, 1)
    for (const { bytes, places } of templates) assert.deepEqual([bytes, places], [templates[0]?.bytes, [5]])
  })

  test('readers with different subscription identifiers get their own, of which none is kept', () => {
    const pool = new TermsPool()
    const frames = new PublishFrames(5)
    const update = messageOf('a', '1')
    const made = (own: MessageTerms) => frames.packetOf({ ...outboundOf(update), terms: own })
    const [one, other] = [pool.of({ ...wanted, subscriptionId: 1 }), pool.of({ ...wanted, subscriptionId: 300 })]
    assert.deepEqual(
      [one, other, terms].map((each) => publishesIn(made(each), 5)[0]?.properties?.subscriptionIdentifier),
      [1, 300, undefined],
    )
    assert.notEqual(made(one), made(one))
  })

  test('a client that subscribes to a retained value with ever new identifiers costs no memory that stays', () => {
    const pool = new TermsPool()
    const frames = new PublishFrames(5)
    const update = new Watched(messageOf('a', 'x'.repeat(10_000)))
    for (let subscriptionId = 0; subscriptionId <= 300; subscriptionId++) {
      const own = pool.of({ ...wanted, subscriptionId })
      for (const isHead of [true, false])
        frames.packetOf({ ...outboundOf(update), terms: own, flags: itemFlags.snapshot, isHead })
    }
    assert.equal(update.remembered, 0)
  })

  test('the head of a packet is all of it but the payload', () => {
    for (const version of [4, 5] as const) {
      const outbound = outboundOf(messageOf('é/b', 'x'.repeat(300)))
      const frames = new PublishFrames(version)
      const [whole, head] = [false, true].map((isHead) => frames.packetOf({ ...outbound, isHead }))
      assert.deepEqual(whole, Buffer.concat([head ?? new Uint8Array(0), outbound.update.value]))
    }
  })

  test('a topic goes by its name, by both, or by its alias', () => {
    const told = [naming.name, naming.both, naming.alias].map((each) =>
      packetOf(messageOf('a', '1'), { naming: each, alias: 9 }),
    )
    assert.deepEqual(
      told.map((packet) => [packet?.topic, packet?.properties?.topicAlias]),
      [
        ['a', undefined],
        ['a', 9],
        ['', 9],
      ],
    )
  })

  test('the retain flag is set on retained values, and on news where both its publisher and the reader want it', () => {
    const keep = new TermsPool().of({ ...wanted, retainAsPublished: true })
    const retained = messageOf('a', '1', { handling: { qos: 1, isRetained: true, isMessage: true } })
    const flagOf = (update: Update, more: Partial<Outbound>) => packetOf(update, more)?.retain
    assert.deepEqual(
      [
        flagOf(retained, {}),
        flagOf(retained, { terms: keep }),
        flagOf(messageOf('a', '1'), { terms: keep }),
        flagOf(retained, { flags: itemFlags.snapshot }),
      ],
      [false, true, false, true],
    )
  })

  test('a removal is an empty message that says so, where the version has words for it', () => {
    const removal = messageOf('a', '', { content: 'removed' })
    assert.deepEqual({ ...packetOf(removal)?.properties?.userProperties }, { removed: 'true' })
    assert.equal(packetOf(removal, {}, 4)?.payload.length, 0)
  })

  test('the place of the identifier is behind the topic, however long the packet is', () => {
    for (const length of [0, 200, 20_000, 3_000_000]) {
      const packet = Buffer.from(new PublishFrames(4).packetOf(outboundOf(messageOf('topic', 'x'.repeat(length)))))
      putPacketId(packet, packetIdPlace(packet), 0xabcd)
      assert.deepEqual([publishesIn(packet, 4)[0]?.messageId, length], [0xabcd, length])
    }
  })
})

const outboundOf = (update: Update): Outbound => ({
  update,
  terms,
  flags: 0,
  audience,
  naming: naming.name,
  alias: 0,
  expirySeconds: null,
  isHead: false,
})
