import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { matchesStrongly, matchesWeakly, tagsIn } from './entity-tags.js'
import { httpLimits } from './limits.js'

const named = (field: string) => {
  const tags = tagsIn(field)
  return tags?.kind === 'some' ? tags.tags.map(({ opaque, isWeak }) => `${isWeak ? 'W/' : ''}${opaque}`) : tags
}

suite('http: entity tags', () => {
  for (const [field, expected] of [
    ['"a"', ['a']],
    ['"a", W/"b" ,"c"', ['a', 'W/b', 'c']],
    [', "a",, "b"', ['a', 'b']],
    ['""', ['']],
    ['"a,b"', ['a,b']],
    ['*', { kind: 'any' }],
    ['a', null],
    ['"a', null],
    ['"a" "b"', null],
    ['w/"a"', null],
    ['"a", *', null],
    ['', null],
    [`${'"a",'.repeat(httpLimits.entityTagsMax)}"a"`, null],
  ] as const) {
    test(`${field.slice(0, 30)} is read as ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(named(field), expected)
    })
  }

  test('a weak tag is good for a look, not for a write (RFC 9110 §8.8.3.2)', () => {
    const tags = tagsIn('W/"a"')
    assert.ok(tags !== null)
    assert.deepEqual(
      [matchesWeakly(tags, 'a'), matchesStrongly(tags, 'a'), matchesWeakly(tags, 'b')],
      [true, false, false],
    )
  })
})
