import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { applyPatch } from 'rfc6902'
import { toBytes, updateWith } from '../../test/support/wire/quote.js'
import { patchText } from './patch.js'

const patchOf = (before: string, after: string) =>
  patchText(updateWith({ value: toBytes(before) }), updateWith({ value: toBytes(after) }))

const padding = '"padding, so that a patch is shorter than the document itself"'

suite('patch', () => {
  test('makes the new document of the old one', () => {
    const document = fc.jsonValue({ maxDepth: 4 })
    fc.assert(
      fc.property(document, document, (before, after) => {
        const [held, next] = [
          [before, padding],
          [after, padding],
        ] as [fc.JsonValue[], fc.JsonValue[]]
        const text = patchOf(JSON.stringify(held), JSON.stringify(next))
        if (text === null) return
        const copy = { root: structuredClone(held) }
        const moved = JSON.parse(text).map((operation: { path: string }) => ({
          ...operation,
          path: `/root${operation.path}`,
        }))
        assert.deepEqual(applyPatch(copy, moved), Array(moved.length).fill(null))
        assert.deepEqual(copy.root, JSON.parse(JSON.stringify(next)))
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })

  test('is short where little changed in an array', () => {
    const array = (changed: number) =>
      JSON.stringify(Array.from({ length: 20 }, (_, i) => ({ i: i === 7 ? changed : i })))
    assert.equal(patchOf(array(7), array(70)), '[{"op":"replace","path":"/7/i","value":70}]')
  })

  const nested = (depth: number, leaf: string) => `${'['.repeat(depth)}${leaf}, ${padding}${']'.repeat(depth)}`
  const wide = (count: number, changed: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i === 3 ? changed : i])))
  const long = (count: number, changed: number) =>
    JSON.stringify(Array.from({ length: count }, (_, i) => (i === 3 ? changed : i)))
  for (const [why, before, after] of [
    ['is not worth it', '{"a":1}', '{"a":2}'],
    ['would be longer than the document', `{"a":1,"b":2}`, '{"c":3}'],
    ['would need too deep a look', nested(70, '1'), nested(70, '2')],
    ['would need too many looks', wide(2_000, 3), wide(2_000, 4)],
    ['would hold too many elements against too many', long(60, 3), long(60, 4)],
    ['would name what objects are made from', `{"__proto__":1,"a":${padding}}`, `{"__proto__":2,"a":${padding}}`],
    ['begins with no JSON', 'N/A', `{"a":${padding}}`],
    ['ends with no JSON', `{"a":${padding}}`, 'N/A, which is longer than what would change'],
  ] as const)
    test(`is left out where it ${why}`, () => assert.equal(patchOf(before, after), null))

  test('is left out for values above the bound', () => {
    const big = (changed: number) => JSON.stringify({ changed, padding: 'x'.repeat(65_536) })
    assert.equal(patchOf(big(1), big(2)), null)
  })

  test('is left out where an integer is not safe as a double, so that it might seem not to change', () => {
    const of = (id: string) => `{"id":${id},"padding":"${'x'.repeat(100)}"}`
    assert.equal(patchOf(of('9007199254740993'), of('9007199254740992')), null)
    assert.equal(patchOf(of('[1,-9007199254740993]'), of('[1,-9007199254740992]')), null)
    for (const safe of ['9007199254740991', '"90071992547409931234"', '0.30000000000000004', '"\\"9007199254740993"'])
      assert.notEqual(patchOf(of('1'), of(safe)), null, safe)
  })

  test('takes no longer than a turn at its bounds', () => {
    const rows = (changed: number) =>
      JSON.stringify(Array.from({ length: 7 }, (_, i) => [i, changed, i, i, i, i + changed]))
    const startMs = performance.now()
    for (let i = 0; i < 20; i++) patchOf(rows(1), rows(2))
    assert.ok((performance.now() - startMs) / 20 < 50)
  })
})
