import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { PacketWriter } from '../../codecs/mqtt/index.js'
import type { Update } from '../../core/index.js'
import { itemFlags } from '../../core/index.js'
import { batchOf, messageOf } from '../../test/support/mqtt/outgoing.js'
import { publishesIn } from '../../test/support/mqtt/publishes-in.js'
import { AliasTable } from './alias-table.js'
import { Inflight } from './inflight.js'
import { PublishFrames } from './publish-frames.js'
import type { Capacity } from './sender.js'
import { Sender } from './sender.js'
import { SessionState } from './session-state.js'
import { TermsPool } from './terms-pool.js'

const terms = new TermsPool().of({ qos: 2, noLocal: false, retainAsPublished: false, subscriptionId: 0 })
const nothing = new Uint8Array(0)
const nowMs = 1_000_000

/** What sends to one client, and what became of what it did not send. */
function sending(more: Partial<Capacity> = {}, receiveMax = 100) {
  const counted: string[] = []
  const settled: number[] = []
  const host = {
    frames: { 4: new PublishFrames(4), 5: new PublishFrames(5) },
    aliases: new AliasTable(),
    writer: new PacketWriter(),
    timeMs: () => nowMs,
    count: (what: string) => counted.push(what),
  }
  const capacity: Capacity = { version: 5, packetBytesMax: Number.POSITIVE_INFINITY, aliasMax: 0, ...more }
  const inflight = new Inflight(new SessionState(), receiveMax)
  const sender = new Sender(host, capacity, inflight)
  const send = (updates: readonly Update[], flags = 0, front = nothing) => {
    const { pieces, bytes: length, count, dropped } = sender.send(batchOf(updates, terms, flags), front)
    settled.push(...dropped)
    const bytes = Buffer.concat(pieces.flatMap(({ head, tail }) => (tail ? [head, tail] : [head])))
    assert.equal(bytes.length, length)
    return { pieces, bytes, count, told: publishesIn(new Uint8Array(bytes).slice(front.length), capacity.version) }
  }
  return { send, inflight, counted, settled }
}

const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => messageOf(`t/${index}`, `${index}`, { offset: index + 1 }))

suite('mqtt sender', () => {
  for (const room of [1, 2, 3, 4]) {
    test(`sends what fits the window of the client: ${Math.min(room, 3)} of 3 messages where it has room for ${room}`, () => {
      const { send, inflight } = sending({}, room)
      const { count, told } = send(messages(3))
      assert.equal(count, Math.min(room, 3))
      assert.deepEqual(
        told.map(({ topic, messageId }) => [topic, messageId]),
        [
          ['t/0', 1],
          ['t/1', 2],
          ['t/2', 3],
        ].slice(0, room),
      )
      assert.equal(inflight.room, room - count)
    })
  }

  test('a full window holds up no message that may be lost', () => {
    const { send } = sending({}, 1)
    assert.equal(send(messages(1)).count, 1)
    const unsure = { qos: 0, isRetained: false, isMessage: true } as const
    const { count, told } = send([messageOf('u', '1', { handling: unsure }), ...messages(1)])
    assert.deepEqual([count, told.map(({ topic }) => topic)], [1, ['u']])
  })

  test('the bytes of a batch are those of its messages one by one', () => {
    const [shared, apart] = [sending(), sending({ packetBytesMax: 1_000 })]
    assert.deepEqual(shared.send(messages(3)).bytes, apart.send(messages(3)).bytes)
  })

  test('big messages are written where they lie: all but what carries the identifier is shared by their readers', () => {
    const big = [1, 2].map((offset) => messageOf('big', 'x'.repeat(10_000), { offset }))
    const front = Uint8Array.of(0xd0, 0)
    const [one, other] = [sending().send(big, 0, front), sending({}, 1).send(big)]
    assert.deepEqual(
      one.told.map(({ topic, messageId }) => [topic, messageId]),
      [
        ['big', 1],
        ['big', 2],
      ],
    )
    assert.deepEqual([one.count, other.count], [2, 1])
    const lengths = one.pieces.map(({ head, tail }) => [head.length, (tail?.length ?? 0) > 9_000])
    assert.deepEqual(
      lengths.map(([, isLong]) => isLong),
      [false, true, true],
    )
    assert.ok(one.pieces.every(({ head }) => head.length < 20))
    assert.ok(one.pieces.every(({ tail }, index) => index === 0 || tail === big[index - 1]?.value))
  })

  test('a big message for one reader alone is copied, since core may move its bytes', () => {
    const { pieces, told } = sending().send([messageOf('big', 'x'.repeat(10_000), { isShared: false })])
    assert.deepEqual(
      pieces.map(({ tail }) => tail),
      [null],
    )
    assert.deepEqual(
      told.map(({ payload }) => payload.length),
      [10_000],
    )
  })

  test('a big message is as long as its payload makes it: a byte more than the client takes is dropped', () => {
    const big = messageOf('big', 'x'.repeat(10_000))
    const { length } = sending().send([big]).bytes
    assert.equal(sending({ packetBytesMax: length }).send([big]).told.length, 1)
    const short = sending({ packetBytesMax: length - 1 })
    assert.deepEqual([short.send([big]).bytes.length, short.counted], [0, ['packetTooLarge']])
  })

  test('a packet as long as the client takes is sent; one a byte longer is dropped, counted and done with', () => {
    const [update] = messages(1)
    assert.ok(update)
    const { length } = sending().send([update]).bytes
    const just = sending({ packetBytesMax: length })
    assert.equal(just.send([update]).told.length, 1)
    const short = sending({ packetBytesMax: length - 1 })
    const { count, bytes } = short.send([update])
    assert.deepEqual([count, bytes.length], [1, 0])
    assert.deepEqual([short.counted, short.settled], [['packetTooLarge'], [0]])
    assert.equal(short.inflight.room, 100, 'it takes no place in the window')
  })

  test('the messages behind one that is too long keep their numbers', () => {
    const { send, inflight, settled } = sending({ packetBytesMax: 20 })
    const { count, told } = send([
      ...messages(1),
      messageOf('long', 'x'.repeat(20), { offset: 2 }),
      messageOf('c', '3'),
    ])
    assert.deepEqual([count, told.map(({ topic }) => topic), settled], [3, ['t/0', 'c'], [1]])
    assert.deepEqual(
      told.map(({ messageId }) => inflight.acknowledged(messageId ?? 0)),
      [0, 2],
    )
  })

  test('what goes before a batch goes before it, however it is made', () => {
    const front = Uint8Array.of(0xd0, 0)
    for (const { send } of [sending(), sending({ packetBytesMax: 1_000 })]) {
      assert.deepEqual(send(messages(2), 0, front).bytes.subarray(0, 2), Buffer.from(front))
      assert.deepEqual(send([], 0, front).bytes, Buffer.from(front))
      assert.equal(send([]).bytes.length, 0)
    }
  })

  test('a message whose life is over is not sent; of one that lives the rest of its life is told', () => {
    const { send, counted, settled } = sending()
    const updates = [-1, 0, 1, 1_001].map((leftMs, index) =>
      messageOf('t', '', { offset: index + 1, expiresAtMs: nowMs + leftMs }),
    )
    const { count, told } = send(updates)
    assert.equal(count, 4)
    assert.deepEqual(
      told.map(({ properties }) => properties?.messageExpiryInterval),
      [1, 2],
    )
    assert.deepEqual(counted, ['expired', 'expired'])
    assert.deepEqual(settled, [0, 1])
  })

  test('what was sent before is sent again marked, also when its life is over', () => {
    const { send } = sending()
    const { told } = send([messageOf('t', '1', { expiresAtMs: nowMs - 1 })], itemFlags.again)
    assert.deepEqual(
      told.map(({ dup, properties }) => [dup, properties?.messageExpiryInterval]),
      [[true, 1]],
    )
  })

  test('a topic goes by its name once and then by its alias, up to the highest that the client takes', () => {
    const { send } = sending({ aliasMax: 2 })
    const [one, two] = [send(messages(3)).told, send(messages(3)).told]
    const namesOf = (told: typeof one) => told.map(({ topic, properties }) => [topic, properties?.topicAlias])
    assert.deepEqual(namesOf(one), [
      ['t/0', 1],
      ['t/1', 2],
      ['t/2', undefined],
    ])
    assert.deepEqual(namesOf(two), [
      ['', 1],
      ['', 2],
      ['t/2', undefined],
    ])
  })

  test('messages of topics that went before a restart do not come under each other’s names', () => {
    const { send } = sending({ aliasMax: 10 })
    const gone = ['a', 'b'].map((path, index) =>
      messageOf(path, '', { topic: { id: 0, path, isRemoved: true }, offset: index + 1 }),
    )
    assert.deepEqual(
      send(gone).told.map(({ topic, properties }) => [topic, properties?.topicAlias]),
      [
        ['a', undefined],
        ['b', undefined],
      ],
    )
  })
})
