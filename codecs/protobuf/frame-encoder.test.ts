import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Update } from '../../core/index.js'
import { itemFlags } from '../../core/index.js'
import { heardByClient } from '../../test/support/wire/heard.js'
import { anyone, audienceWith, batchOf, before, toBytes, updateWith } from '../../test/support/wire/quote.js'
import { encoderLimits, FrameEncoder } from './index.js'

const { bind, follows, gap } = itemFlags

suite('the bytes of an update', () => {
  const bytesOf = (encoder: FrameEncoder, update: Update, base: Update | null, flags: number, audience = anyone) =>
    encoder.encodeBatch(batchOf([update], base, flags, audience), () => 0)

  test('are made once for all who hold and see the same [PROTOCOL 8.2]', () => {
    const encoder = new FrameEncoder()
    const update = updateWith()
    bytesOf(encoder, update, before, follows)
    const first = update.encoded(encoder, anyone, before.offset, follows)
    bytesOf(encoder, update, before, follows)
    assert.equal(update.encoded(encoder, anyone, before.offset, follows), first)
    for (const [base, flags, audience] of [
      [null, follows, anyone],
      [before, gap, anyone],
      [before, follows, audienceWith()],
    ] as const) {
      bytesOf(encoder, update, base, flags, audience)
      assert.notEqual(update.encoded(encoder, audience, base?.offset ?? 0, flags), first)
    }
    assert.equal(update.encoded(new FrameEncoder(), anyone, before.offset, follows), null)
  })

  test('are the same when they are remembered', () => {
    const encoder = new FrameEncoder()
    const update = updateWith()
    const first = bytesOf(encoder, update, before, follows)
    assert.deepEqual(bytesOf(encoder, update, before, follows), first)
    assert.deepEqual(bytesOf(encoder, updateWith({ isShared: false }), before, follows), first)
  })

  test('are not remembered of an update that one reader alone is owed', () => {
    const encoder = new FrameEncoder()
    const update = updateWith({ isShared: false })
    bytesOf(encoder, update, before, follows)
    assert.equal(update.encoded(encoder, anyone, before.offset, follows), null)
  })

  test('stay as they are, whatever is encoded after them', () => {
    const encoder = new FrameEncoder()
    const encoded = Array.from({ length: 3_000 }, (_, n) => {
      const length = n % 50 === 0 ? encoderLimits.chunkShareBytesMax + n : n % 200
      const update = updateWith({ topic: { id: n, path: `t/${n}` }, value: new Uint8Array(length).fill(n) })
      bytesOf(encoder, update, null, bind)
      return { update, bytes: bytesOf(encoder, update, null, bind) }
    })
    for (const { update, bytes } of encoded) {
      for (const said of [bytes, update.encoded(encoder, anyone, 0, bind)]) {
        const [heard] = heardByClient(said ?? new Uint8Array()).heard.updates
        assert.deepEqual([heard?.path, heard?.bytes], [update.topic.path, update.value])
      }
    }
  })

  test('share their memory only while they are small', () => {
    const encoder = new FrameEncoder()
    const sizes = [10, 20, encoderLimits.chunkShareBytesMax].map((length) => {
      const update = updateWith({ value: new Uint8Array(length) })
      bytesOf(encoder, update, null, bind)
      return update.encoded(encoder, anyone, 0, bind)?.buffer.byteLength
    })
    assert.deepEqual(sizes.slice(0, 2), [encoderLimits.chunkBytes, encoderLimits.chunkBytes])
    assert.ok((sizes[2] ?? 0) < encoderLimits.chunkShareBytesMax + 100)
  })

  test('do not keep a value alive that the publisher may change', () => {
    const update = updateWith({ value: toBytes('before') })
    const bytes = bytesOf(new FrameEncoder(), update, null, bind)
    update.value.fill(0)
    assert.deepEqual(heardByClient(bytes).heard.updates[0]?.bytes, toBytes('before'))
  })
})

suite('the frame of a batch', () => {
  const other = updateWith({ topic: { id: 6, path: 'fx/gbpusd' }, offset: 101, previous: 0 })

  test('has the updates in their order, behind room for a header', () => {
    const frame = new FrameEncoder().encodeBatch(batchOf([updateWith(), other], null, bind), () => 10)
    assert.deepEqual(frame.subarray(0, 10), new Uint8Array(10))
    const { heard } = heardByClient(frame.subarray(10))
    assert.deepEqual(
      heard.updates.map(({ path }) => path),
      ['fx/eurusd', 'fx/gbpusd'],
    )
  })

  test('is new memory each time, for the transport to write into', () => {
    const encoder = new FrameEncoder()
    const batch = batchOf([updateWith()], null, bind)
    const [one, two] = [encoder.encodeBatch(batch, () => 4), encoder.encodeBatch(batch, () => 4)]
    one.fill(0xff, 0, 4)
    assert.deepEqual(two.subarray(0, 4), new Uint8Array(4))
    assert.deepEqual(two.subarray(4), one.subarray(4))
  })

  test('has only those updates that count', () => {
    const batch = { ...batchOf([updateWith(), other], null, bind), count: 1 }
    assert.equal(heardByClient(new FrameEncoder().encodeBatch(batch, () => 0)).heard.updates.length, 1)
    assert.equal(new FrameEncoder().encodeBatch({ ...batch, count: 0 }, () => 3).length, 3)
  })

  test('has nothing of a batch before it that could not be encoded', () => {
    const encoder = new FrameEncoder()
    const broken = { ...anyone, outwardPath: () => assert.fail('no path for this reader') }
    const batch = { ...batchOf([updateWith(), updateWith()], null, bind), audience: broken, flags: [0, bind] }
    assert.throws(() => encoder.encodeBatch(batch, () => 0), /no path/)
    assert.equal(heardByClient(encoder.encodeBatch(batchOf([other], null, bind), () => 0)).heard.updates.length, 1)
  })

  test('takes replies and a position in front or behind, to the same effect [PROTOCOL 1.5]', () => {
    const encoder = new FrameEncoder()
    const updates = encoder.encodeBatch(batchOf([updateWith(), other], null, bind), () => 0)
    const position = { epoch: '00112233445566ff', offset: 101, held: [{ topicId: 9, offset: 50 }] }
    const own = encoder.encodeReplies([{ kind: 'pong', nonce: 1 }], position, terms).slice()
    const heard = [
      [own, updates],
      [updates, own],
    ].map((parts) => heardByClient(new Uint8Array(Buffer.concat(parts))))
    assert.deepEqual(heard[0], heard[1])
    assert.deepEqual(heard[0]?.heard.replies, [{ kind: 'pong', nonce: 1 }])
    assert.deepEqual(heard[0]?.heard.standing, [{ offset: 101, held: position.held }])
    assert.equal(heard[0]?.heard.updates.length, 2)
  })
})

const terms = { acknowledgeBytes: 40_000, acknowledgeMs: 100 }

suite('replies', () => {
  test('a welcome says when to acknowledge [PROTOCOL 5.3]', () => {
    const welcome = {
      kind: 'welcome',
      version: 1,
      start: 'new',
      sessionId: 's-1',
      token: toBytes('t'),
      epoch: '00112233445566ff',
      sessionTimeoutMs: 1,
      keepAliveMs: 2,
      messageBytesMax: 3,
      sequence: 4,
    } as const
    const { heard } = heardByClient(new FrameEncoder().encodeReplies([welcome], null, terms))
    assert.deepEqual(heard.replies, [{ ...welcome, ...terms }])
  })

  test('long ones do not show in those after them', () => {
    const encoder = new FrameEncoder()
    const document = 'x'.repeat(200_000)
    const long = encoder.encodeReplies([{ kind: 'report', request: 1, document }], null, terms)
    assert.deepEqual(heardByClient(long).heard.replies, [{ kind: 'report', request: 1, document }])
    const short = encoder.encodeReplies([{ kind: 'done', request: 2, count: 0 }], null, terms)
    assert.deepEqual(heardByClient(short).heard.replies, [{ kind: 'done', request: 2, count: 0 }])
  })
})
