import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { documentChanges, listChanges, quoteChanges } from '../../bench/micro/delta-inputs.js'
import { applyByTheBook, edited, fromHex, seed, toBytes } from './harness.js'
import { apply, diff } from './index.js'

const base = toBytes('0123456789')

function textOf(delta: string): string {
  const applied = apply(base, fromHex(delta), 1_000)
  return applied.kind === 'value' ? Buffer.from(applied.value).toString() : applied.why
}

suite('apply', () => {
  test('an empty delta is the base itself, in memory of its own [D2]', () => {
    const applied = apply(base, new Uint8Array(0), 10)
    assert.deepEqual(applied, { kind: 'value', value: base })
    assert.ok(applied.kind === 'value' && applied.value.buffer !== base.buffer)
  })

  const clauses: readonly (readonly [string, string, string])[] = [
    ['a replace copies, inserts and skips as much [D4]', '0b 41 42', '01AB456789'],
    ['a replace at the end of the base goes beyond it [D4]', '2e 41 42', '012345678AB'],
    ['a replace longer than what is left of the base ends at its end [D4]', '31 00 41 42 43 44 45', '012345678ABCDE'],
    ['an insert of five or more has a number [D4]', '04 01 41 42 43 44 45 46', 'ABCDEF6789'],
    ['two operations, one behind the other [D2]', '0a 41 0a 42', '01A34B6789'],
    ['a seek that inserts and goes on where it was [D5]', 'f1 02 00 41', '01A23456789'],
    ['a seek that removes [D5]', 'f0 02 06', '0156789'],
    ['a seek backwards repeats [D5]', 'f0 04 05', '0123123456789'],
    ['a seek to the end drops the rest [D5]', 'f0 04 0c', '0123'],
    ['a seek with a longer insert has one more number [D5]', `ff 00 00 14 ${'41'.repeat(15)}`, 'A'.repeat(15)],
  ]
  for (const [what, delta, value] of clauses) test(what, () => assert.equal(textOf(delta), value))

  const refusals: readonly (readonly [string, string, string])[] = [
    ['copies more than the base has', '37 41 41 41', 'copies from beyond the end of the base'],
    ['copies what a seek has left behind', 'f0 04 0c 05 41', 'copies from beyond the end of the base'],
    ['seeks before the base', 'f0 02 05', 'goes on outside the base'],
    ['seeks behind the base', 'f0 02 12', 'goes on outside the base'],
    ['has fewer bytes than it inserts', '03 41 41 41', 'the delta ends inside an insert'],
    ['inserts two billion bytes that are not there', '04 ff ff ff ff 07', 'the delta ends inside an insert'],
    ['copies two billion bytes', 'ec ff ff ff ff 07 41 41', 'copies from beyond the end of the base'],
    ['ends after the code', 'f0', 'the delta ends inside an integer'],
    ['ends inside an integer', 'f0 80', 'the delta ends inside an integer'],
    ['writes an integer longer than it need be', 'f0 82 00 00', 'an integer is longer than it need be'],
    ['writes an integer of 2^31', 'f0 80 80 80 80 08 00', 'an integer is 2^31 or more'],
    ['writes an integer of six bytes', 'f0 80 80 80 80 80 01 00', 'an integer is 2^31 or more'],
  ]
  for (const [what, delta, why] of refusals)
    test(`refuses a delta that ${what} [D7]`, () => assert.equal(textOf(delta), why))

  test('refuses a value beyond the reader’s bound, before it takes memory [D8]', () => {
    const twice = fromHex('f0 0a 13')
    assert.equal(apply(base, twice, 20).kind, 'value')
    for (const bytesMax of [19, 0, -1, Number.NaN])
      assert.deepEqual(apply(base, twice, bytesMax), { kind: 'malformed', why: 'the value would be too long' })
  })

  test('refuses a small delta that repeats the base to gigabytes', () => {
    const megabyte = new Uint8Array(2 ** 20)
    const repeating = Buffer.concat(Array.from({ length: 4_096 }, () => fromHex('f0 80 80 40 ff ff 7f')))
    assert.equal(apply(megabyte, repeating, Number.POSITIVE_INFINITY).kind, 'malformed')
  })

  test('cut anywhere, a delta is refused or makes what its whole operations make, as the clauses say', () => {
    const changes = [...quoteChanges(5), ...documentChanges(3, 2_000, 4), ...listChanges(3, true)]
    for (const { base, target } of changes) {
      const delta = diff(base, target)
      assert.ok(delta)
      for (let length = 0; length < delta.length; length++) assertByTheBook(base, delta.subarray(0, length), 10_000)
    }
  })

  test('a delta of one value makes of another what the clauses say, or is refused', () => {
    const misapplied = fc.record({ change: edited, other: fc.uint8Array({ maxLength: 300 }) })
    const asTheBook = fc.property(misapplied, ({ change, other }) => {
      const delta = diff(change.base, change.target)
      if (delta) assertByTheBook(other, delta, 2_000)
    })
    fc.assert(asTheBook, { seed, numRuns: 1_000 })
  })
})

function assertByTheBook(base: Uint8Array, delta: Uint8Array, bytesMax: number): void {
  const applied = apply(base, delta, bytesMax)
  assert.deepEqual(applied.kind === 'value' ? applied.value : null, applyByTheBook(base, delta, bytesMax))
}
