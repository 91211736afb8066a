import assert from 'node:assert/strict'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { suite, test } from 'mocha'
import { itemFlags } from '../../core/index.js'
import { anyone, audienceWith, before, timeMs, toBytes, told, updateWith } from '../../test/support/wire/quote.js'
import { encoderLimits, FrameEncoder, versionOf } from './index.js'

const { bind, follows, snapshot, gap } = itemFlags

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
    const first = updateWith({ offset: 100, previous: 0 })
    assert.equal(told(first, null, follows).offset, 100)
    assert.equal(told(first, null, follows).back, 0)
    assert.equal(told(updateWith(), null, 0).offset, 100)
  })

  test('one with an older base is relative to it, and says what came between [PROTOCOL 4.4]', () => {
    const older = updateWith({ offset: 80, previous: 0, timeMs: timeMs - 1_000, value: before.value })
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
    const newer = updateWith({ offset: 100, previous: 90, value: before.value })
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
