import assert from 'node:assert/strict'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { suite, test } from 'mocha'
import type { Audience, Batch, UpdateFields } from '../../core/index.js'
import { itemFlags, Update } from '../../core/index.js'
import { heardByClient } from '../../test/support/wire/heard.js'
import type { WireUpdate } from './index.js'
import { encoderLimits, FrameEncoder, versionOf } from './index.js'

const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const timeMs = 1_763_683_200_000
const { bind, follows, snapshot, gap } = itemFlags

const quote: UpdateFields = {
  topic: { id: 5, path: 'fx/eurusd' },
  version: { offset: 100, previous: 90 },
  timeMs,
  previousTimeMs: timeMs - 250,
  type: 'json',
  value: toBytes('{"symbol":"EURUSD","bid":1.0832,"ask":1.0834,"high":1.0901,"low":1.0788}'),
  attributes: null,
  expiresAtMs: 0,
  content: 'value',
}

const updateWith = (fields: Partial<UpdateFields> = {}): Update => new Update({ ...quote, ...fields })

/** The version before the quote. */
const before = updateWith({
  version: { offset: 90, previous: 0 },
  timeMs: timeMs - 250,
  value: toBytes('{"symbol":"EURUSD","bid":1.0831,"ask":1.0834,"high":1.0901,"low":1.0788}'),
})

const audienceWith = (features: Partial<Audience['features']> = {}): Audience => ({
  features: { deltas: true, deflate: false, ...features },
  outwardPath: (path) => path,
})
const anyone = audienceWith()

function batchOf(...updates: readonly Update[]): Batch {
  return {
    audience: anyone,
    count: updates.length,
    updates,
    bases: updates.map(() => null),
    flags: updates.map(() => bind),
    frameOf: () => null,
    keepFrame: () => undefined,
  }
}

/** What a client reads in the bytes of one update. */
function told(
  update: Update,
  base: Update | null,
  flags: number,
  audience = anyone,
  encoder = new FrameEncoder(),
): WireUpdate {
  const { outcome, heard } = heardByClient(encoder.encodeUpdate(update, base, flags, audience))
  assert.deepEqual(outcome, { kind: 'done' })
  const [first] = heard.updates
  assert.ok(first)
  return first
}

suite('the forms of an update', () => {
  test('one that may not be known is bound, absolute and whole, whatever base there is [PROTOCOL 4.5]', () => {
    const { path, offset, back, type, content } = told(updateWith(), before, bind | follows)
    assert.deepEqual(
      { path, offset, back, type, content },
      { path: 'fx/eurusd', offset: 100, back: 10, type: 'json', content: 'value' },
    )
  })

  test('the path is the one that its readers see', () => {
    const tenant = { ...anyone, outwardPath: (path: string) => path.slice(3) }
    assert.equal(told(updateWith(), null, bind, tenant).path, 'eurusd')
    assert.equal(told(updateWith(), null, bind, { ...anyone, outwardPath: () => '' }).path, '')
  })

  test('one that follows is relative to the version before [PROTOCOL 4.4]', () => {
    const { offset, timeMs, skipped, elapsedMs, back, path } = told(updateWith(), null, follows)
    const expected = { offset: 0, timeMs: 0, skipped: 9, elapsedMs: 250, back: 0, path: null }
    assert.deepEqual({ offset, timeMs, skipped, elapsedMs, back, path }, expected)
  })

  test('one that follows nothing is absolute [PROTOCOL 4.3]', () => {
    const first = updateWith({ version: { offset: 100, previous: 0 } })
    assert.equal(told(first, null, follows).offset, 100)
    assert.equal(told(first, null, follows).back, 0)
    assert.equal(told(updateWith(), null, 0).offset, 100)
  })

  test('one with an older base is relative to it, and says what came between [PROTOCOL 4.4]', () => {
    const older = updateWith({ version: { offset: 80, previous: 0 }, timeMs: timeMs - 1_000, value: before.value })
    const { skipped, elapsedMs, back, content } = told(updateWith(), older, 0)
    assert.deepEqual(
      { skipped, elapsedMs, back, content },
      { skipped: 19, elapsedMs: 1_000, back: 10, content: 'delta' },
    )
  })

  test('a value that a delta does not shorten goes out whole [PROTOCOL 8.3]', () => {
    const other = updateWith({ value: toBytes('something else altogether') })
    assert.equal(told(other, before, follows).content, 'value')
    assert.equal(told(updateWith(), before, follows).content, 'delta')
  })

  test('the type is said unless the base has the same [PROTOCOL 4.6]', () => {
    assert.equal(told(updateWith(), before, follows).type, null)
    assert.equal(told(updateWith({ type: 'string' }), before, follows).type, 'string')
    assert.equal(told(updateWith(), null, follows).type, 'json')
    assert.equal(told(updateWith({ content: 'removed', value: new Uint8Array() }), null, follows).type, null)
  })

  test('times too far apart for a difference make it absolute [PROTOCOL 8.4]', () => {
    const far = (elapsedMs: number) => told(updateWith({ timeMs: elapsedMs, previousTimeMs: 0 }), null, follows)
    assert.equal(far(2 ** 52 - 1).elapsedMs, 2 ** 52 - 1)
    assert.equal(far(2 ** 52).timeMs, 2 ** 52)
    assert.equal(told(updateWith({ timeMs: 0, previousTimeMs: 2 ** 52 }), null, follows).offset, 100)
  })

  test('one that is not newer than what is held is absolute', () => {
    const newer = updateWith({ version: { offset: 100, previous: 90 }, value: before.value })
    assert.equal(told(updateWith(), newer, 0).offset, 100)
  })

  test('an empty value is still a value [PROTOCOL 4.2]', () => {
    const { content, bytes } = told(updateWith({ value: new Uint8Array() }), null, bind)
    assert.deepEqual([content, bytes.length], ['value', 0])
  })

  test('marks of snapshots and gaps are kept apart [PROTOCOL 4.10]', () => {
    const marks = (flags: number) => [told(updateWith(), null, flags).snapshot, told(updateWith(), null, flags).gap]
    assert.deepEqual(
      [marks(0), marks(snapshot), marks(gap)],
      [
        [false, false],
        [true, false],
        [false, true],
      ],
    )
  })
})

suite('deflated values', () => {
  const long = updateWith({ value: toBytes('na '.repeat(200)) })
  const inflates = audienceWith({ deflate: true })

  test('a long value is deflated for those who inflate, and for them alone [PROTOCOL 4.9]', () => {
    const encoder = new FrameEncoder(deflateRawSync)
    const { deflated, bytes } = told(long, null, bind, inflates, encoder)
    assert.equal(deflated, true)
    assert.deepEqual(new Uint8Array(inflateRawSync(bytes)), long.value)
    assert.equal(told(long, null, bind, anyone, encoder).deflated, false)
    assert.equal(told(updateWith({ value: long.value }), null, bind, inflates, new FrameEncoder()).deflated, false)
  })

  test('a value that deflating does not shorten goes out as it is [PROTOCOL 8.3]', () => {
    const encoder = new FrameEncoder((value) => Uint8Array.from(value))
    assert.equal(told(long, null, bind, inflates, encoder).deflated, false)
  })

  test('a value is deflated from 256 bytes on [PROTOCOL 8.3]', () => {
    const deflated: number[] = []
    const encoder = new FrameEncoder((value) => {
      deflated.push(value.length)
      return value.subarray(1)
    })
    const { deflateBytesMin } = encoderLimits
    for (const length of [deflateBytesMin - 1, deflateBytesMin]) {
      told(updateWith({ value: new Uint8Array(length) }), null, bind, inflates, encoder)
    }
    assert.deepEqual(deflated, [256])
  })
})

suite('the bytes of an update', () => {
  test('are made once for all who hold and see the same [PROTOCOL 8.2]', () => {
    const encoder = new FrameEncoder()
    const update = updateWith()
    const first = encoder.encodeUpdate(update, before, follows, anyone)
    assert.equal(encoder.encodeUpdate(update, before, follows, anyone), first)
    for (const [base, flags, audience] of [
      [null, follows, anyone],
      [before, gap, anyone],
      [before, follows, audienceWith()],
    ] as const) {
      assert.notEqual(encoder.encodeUpdate(update, base, flags, audience), first)
    }
    assert.notEqual(new FrameEncoder().encodeUpdate(update, before, follows, anyone), first)
  })

  test('stay as they are, whatever is encoded after them', () => {
    const encoder = new FrameEncoder()
    const encoded = Array.from({ length: 3_000 }, (_, n) => {
      const length = n % 50 === 0 ? encoderLimits.chunkShareBytesMax + n : n % 200
      const update = updateWith({ topic: { id: n, path: `t/${n}` }, value: new Uint8Array(length).fill(n) })
      return { update, bytes: encoder.encodeUpdate(update, null, bind, anyone) }
    })
    for (const { update, bytes } of encoded) {
      const [heard] = heardByClient(bytes).heard.updates
      assert.deepEqual([heard?.path, heard?.bytes], [update.topic.path, update.value])
    }
  })

  test('share their memory only while they are small', () => {
    const encoder = new FrameEncoder()
    const sizes = [10, 20, encoderLimits.chunkShareBytesMax].map((length) => {
      const update = updateWith({ value: new Uint8Array(length) })
      return encoder.encodeUpdate(update, null, bind, anyone).buffer.byteLength
    })
    assert.deepEqual(sizes.slice(0, 2), [encoderLimits.chunkBytes, encoderLimits.chunkBytes])
    assert.ok((sizes[2] ?? 0) < encoderLimits.chunkShareBytesMax + 100)
  })

  test('do not keep a value alive that the publisher may change', () => {
    const update = updateWith({ value: toBytes('before') })
    const bytes = new FrameEncoder().encodeUpdate(update, null, bind, anyone)
    update.value.fill(0)
    assert.deepEqual(heardByClient(bytes).heard.updates[0]?.bytes, toBytes('before'))
  })
})

suite('the frame of a batch', () => {
  const other = updateWith({ topic: { id: 6, path: 'fx/gbpusd' }, version: { offset: 101, previous: 0 } })

  test('has the updates in their order, behind room for a header', () => {
    const frame = new FrameEncoder().encodeBatch(batchOf(updateWith(), other), 10)
    assert.deepEqual(frame.subarray(0, 10), new Uint8Array(10))
    const { heard } = heardByClient(frame.subarray(10))
    assert.deepEqual(
      heard.updates.map(({ path }) => path),
      ['fx/eurusd', 'fx/gbpusd'],
    )
  })

  test('is new memory each time, for the transport to write into', () => {
    const encoder = new FrameEncoder()
    const batch = batchOf(updateWith())
    const [one, two] = [encoder.encodeBatch(batch, 4), encoder.encodeBatch(batch, 4)]
    one.fill(0xff, 0, 4)
    assert.deepEqual(two.subarray(0, 4), new Uint8Array(4))
    assert.deepEqual(two.subarray(4), one.subarray(4))
  })

  test('has only those updates that count', () => {
    const batch = { ...batchOf(updateWith(), other), count: 1 }
    assert.equal(heardByClient(new FrameEncoder().encodeBatch(batch, 0)).heard.updates.length, 1)
    assert.equal(new FrameEncoder().encodeBatch({ ...batch, count: 0 }, 3).length, 3)
  })

  test('has nothing of a batch before it that could not be encoded', () => {
    const encoder = new FrameEncoder()
    const broken = { ...anyone, outwardPath: () => assert.fail('no path for this reader') }
    const batch = { ...batchOf(updateWith(), updateWith()), audience: broken, flags: [0, bind] }
    assert.throws(() => encoder.encodeBatch(batch, 0), /no path/)
    assert.equal(heardByClient(encoder.encodeBatch(batchOf(other), 0)).heard.updates.length, 1)
  })

  test('takes replies and a position in front or behind, to the same effect [PROTOCOL 1.5]', () => {
    const encoder = new FrameEncoder()
    const updates = encoder.encodeBatch(batchOf(updateWith(), other), 0)
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

suite('the version of an update', () => {
  const relative = told(updateWith(), null, follows)
  const absolute = told(updateWith(), null, bind)

  test('is nothing where the client holds nothing to count from [PROTOCOL 4.12]', () => {
    assert.equal(versionOf(relative, null), null)
    assert.deepEqual(versionOf(relative, { offset: 90, timeMs: 0 }), { offset: 100, previous: 90, timeMs: 250 })
  })

  test('is nothing where the numbers lead out of their range [PROTOCOL 4.12]', () => {
    assert.equal(versionOf(relative, { offset: Number.MAX_SAFE_INTEGER, timeMs: 0 }), null)
    assert.equal(versionOf(relative, { offset: 1, timeMs: Number.MAX_SAFE_INTEGER }), null)
    assert.equal(versionOf({ ...absolute, back: 101 }, null), null)
    assert.equal(versionOf({ ...relative, back: 200 }, { offset: 90, timeMs: 0 }), null)
  })
})
