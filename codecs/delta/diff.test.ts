import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { Change } from '../../bench/micro/delta-inputs.js'
import { documentChanges, listChanges, pick, quoteChanges, randomFrom } from '../../bench/micro/delta-inputs.js'
import { edited, joined, seed, toBytes, unrelated } from './harness.js'
import { apply, diff, diffInto } from './index.js'
import { savedBytesMin, savedShareShift } from './limits.js'

/** The delta's length; what it makes of the base must be the target, and it must save what a delta has to save. */
function provenBytes({ base, target }: Change): number | null {
  const delta = diff(base, target)
  if (delta === null) return null
  const applied = apply(base, delta, target.length)
  assert.ok(applied.kind === 'value', 'our own delta is refused')
  assert.deepEqual(applied.value, target)
  assert.ok(target.length - delta.length >= Math.max(savedBytesMin, target.length >> savedShareShift))
  return delta.length
}

function mean(changes: readonly Change[]): number {
  const lengths = changes.map((change) => provenBytes(change) ?? change.target.length)
  return lengths.reduce((sum, each) => sum + each, 0) / lengths.length
}

/** All strings of the letters 0, 1 and 2 of up to so many letters. */
function strings(lettersMax: number): Uint8Array[] {
  const longer = (all: number[][]): number[][] => all.flatMap((each) => [0, 1, 2].map((letter) => [...each, letter]))
  const byLength: number[][][] = [[[]]]
  for (let letters = 1; letters <= lettersMax; letters++) byLength.push(longer(byLength[letters - 1] ?? []))
  return byLength.flat().map((each) => Uint8Array.from(each))
}

suite('diff', () => {
  test('a delta makes the target of the base, whatever was cut, inserted, copied or moved', () => {
    fc.assert(
      fc.property(edited, (change) => void provenBytes(change)),
      { seed, numRuns: 3_000 },
    )
  })

  test('a delta between values that have nothing to do with each other is right too', () => {
    fc.assert(
      fc.property(unrelated, (change) => void provenBytes(change)),
      { seed, numRuns: 1_000 },
    )
  })

  test('every pair of short strings over three letters, in a frame that makes deltas worth while', () => {
    const all = strings(4)
    const frame = toBytes('the frame around them')
    for (const before of all) {
      for (const after of all) {
        provenBytes({ base: joined(frame, before, frame), target: joined(frame, after, frame) })
        provenBytes({ base: joined(before, frame), target: joined(after, frame) })
        provenBytes({ base: joined(frame, before), target: joined(frame, after) })
      }
    }
  })

  test('every length up to 300 that two values can have', () => {
    for (let before = 0; before <= 300; before++) {
      const base = Uint8Array.from({ length: before }, (_, at) => (at * at) % 7)
      for (const after of [0, 1, 47, 48, before - 1, before, before + 1, 300 - before, 300])
        provenBytes({
          base,
          target: Uint8Array.from({ length: Math.max(0, after) }, (_, at) => ((at * at) % 7) ^ +(at % 50 === 9)),
        })
    }
  })

  test('a value of 3 MB that changes at both ends and in the middle', () => {
    const base = new Uint8Array(3_000_000).map((_, at) => (at * at) >> 8)
    const target = base.slice()
    for (const at of [0, 1_500_000, 2_999_999]) target[at] = (target[at] ?? 0) ^ 1
    assert.equal(provenBytes({ base, target }), 12)
  })

  test('a value that did not change has an empty delta, unless it is too short to save anything', () => {
    assert.equal(provenBytes({ base: toBytes('1234'), target: toBytes('1234') }), 0)
    assert.equal(diff(toBytes('123'), toBytes('123')), null)
    assert.equal(diff(toBytes(''), toBytes('')), null)
  })

  test('nothing of the base is left: the value itself is better', () => {
    assert.equal(diff(toBytes('a cold wet morning, and no coffee'), toBytes('0123456789'.repeat(4))), null)
    assert.equal(diff(toBytes(''), toBytes('0123456789'.repeat(4))), null)
    assert.equal(diff(toBytes('0123456789'), toBytes('')), null)
  })

  const exact: readonly (readonly [string, string, string, number])[] = [
    ['one digit in the middle', '{"price":187.24,"open":true}', '{"price":187.25,"open":true}', 2],
    ['two numbers', '{"bid":1.0812,"ask":1.0815}', '{"bid":1.0837,"ask":1.0839}', 6],
    ['some digits of a number', '{"volume":1482300}', '{"volume":1591300}', 4],
    ['two equal digits between two changes', '{"at":61220034}', '{"at":71220084}', 4],
    ['a number grows by a digit', '{"count":99,"ok":true}', '{"count":100,"ok":true}', 6],
    [
      'one number grows and a later one changes',
      '{"n":9,"state":"running","m":5}',
      '{"n":10,"state":"running","m":6}',
      7,
    ],
    ['something is appended', '[1,2,3,4,5,6,7,8', '[1,2,3,4,5,6,7,8,9', 3],
    ['something is cut off', 'a sentence with a word too many', 'a sentence with a word', 3],
  ]
  for (const [what, base, target, bytes] of exact)
    test(`${what}: ${bytes} bytes`, () => {
      assert.equal(provenBytes({ base: toBytes(base), target: toBytes(target) }), bytes)
    })

  const aims: readonly (readonly [string, readonly Change[], number])[] = [
    ['a quote of 205 bytes with three changed numbers', quoteChanges(500), 9.2],
    ['5 KB of JSON with one change', documentChanges(20, 5_000, 1), 5],
    ['64 KB of JSON with ten changes', documentChanges(5, 65_536, 10), 47],
    ['an element inserted at the front of 4 KB', listChanges(20, false), 27],
    ['an element inserted at the front of 4 KB and the last one dropped', listChanges(20, true), 42],
  ]
  for (const [what, changes, bytesMax] of aims)
    test(`${what} needs at most ${bytesMax} bytes on average`, () => {
      const bytes = mean(changes)
      assert.ok(bytes <= bytesMax, `${bytes}`)
    })

  for (const bytes of [200, 5_000, 65_536])
    test(`two halves of ${bytes} bytes that change places are copied whole`, () => {
      const random = randomFrom(seed)
      const [left, right] = [0, 1].map(() => Uint8Array.from({ length: bytes / 2 }, () => pick(random, 256)))
      assert.ok(left && right)
      const delta = provenBytes({ base: joined(left, right), target: joined(right, left) })
      assert.ok(delta !== null && delta <= 19, `${delta}`)
    })
})

suite('diffInto', () => {
  const base = toBytes('{"price":187.24,"open":true}')
  const target = toBytes('{"price":187.25,"open":true}')

  test('writes where it is told and nowhere before', () => {
    const out = new Uint8Array(40).fill(0xee)
    const bytes = diffInto(base, target, out, 7)
    assert.deepEqual(out.slice(7, 7 + bytes), diff(base, target))
    assert.deepEqual(out.slice(0, 7), new Uint8Array(7).fill(0xee))
  })

  test('fits exactly, or writes nothing', () => {
    for (let room = 0; room <= 4; room++) {
      const out = new Uint8Array(10).fill(0xee)
      const bytes = diffInto(base, target, out.subarray(0, 3 + room), 3)
      assert.equal(bytes, room < 2 ? -1 : 2)
      assert.deepEqual(out.slice(3 + room), new Uint8Array(7 - room).fill(0xee))
    }
    assert.equal(diffInto(base, target, new Uint8Array(3), 4), -1)
  })

  test('gives what diff gives, in whatever room there is', () => {
    const roomy = fc.record({ change: edited, room: fc.nat(200) })
    const sameAsDiff = fc.property(roomy, ({ change, room }) => {
      const delta = diff(change.base, change.target)
      const out = new Uint8Array(room)
      const bytes = diffInto(change.base, change.target, out, 0)
      if (delta !== null && delta.length <= room && bytes === delta.length) assert.deepEqual(out.slice(0, bytes), delta)
      assert.ok(bytes <= room)
    })
    fc.assert(sameAsDiff, { seed, numRuns: 500 })
  })

  test('a delta belongs to its caller: the next diff does not change it', () => {
    const delta = diff(base, target)
    assert.ok(delta)
    const before = delta.slice()
    diff(target, base)
    assert.deepEqual(delta, before)
    assert.equal(delta.buffer.byteLength, delta.length)
  })

  test('values that are views into larger memory are compared within their bounds', () => {
    const memory = joined(toBytes('xx'), base, toBytes('yyy'), target, toBytes('z'))
    const view = (from: number, bytes: Uint8Array) => memory.subarray(from, from + bytes.length)
    assert.deepEqual(diff(view(2, base), view(5 + base.length, target)), diff(base, target))
  })
})
