import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Json } from '../text-values.js'
import { mergePatch } from './merge-patch.js'

/** What RFC 7396 says of each kind of patch, with the tick of a currency pair. */
const cases: readonly (readonly [name: string, target: Json, patch: Json, merged: Json])[] = [
  ['replaces a member', { bid: 1 }, { bid: 2 }, { bid: 2 }],
  ['adds a member', { bid: 1 }, { ask: 2 }, { bid: 1, ask: 2 }],
  ['removes a member that is null', { bid: 1 }, { bid: null }, {}],
  ['removes one member and leaves the others', { bid: 1, ask: 2 }, { bid: null }, { ask: 2 }],
  ['takes no notice of the removal of what is not there', { bid: 1 }, { ask: null }, { bid: 1 }],
  ['replaces a list by a text', { venues: ['x'] }, { venues: 'x' }, { venues: 'x' }],
  ['replaces a text by a list', { venues: 'x' }, { venues: ['x'] }, { venues: ['x'] }],
  ['replaces a list as a whole', { levels: [{ bid: 1 }] }, { levels: [2] }, { levels: [2] }],
  ['merges objects inside', { q: { bid: 1, ask: 2 } }, { q: { bid: 3, ask: null } }, { q: { bid: 3 } }],
  ['replaces a list at the top', ['a', 'b'], ['c', 'd'], ['c', 'd']],
  ['replaces an object by a list', { bid: 1 }, ['c'], ['c']],
  ['replaces an object by null', { bid: 1 }, null, null],
  ['replaces an object by a text', { bid: 1 }, 'gone', 'gone'],
  ['keeps a null that was there before', { last: null }, { bid: 1 }, { last: null, bid: 1 }],
  ['keeps nulls inside a list', {}, { levels: [null, 1] }, { levels: [null, 1] }],
  ['makes an object of a list', [1, 2], { bid: 1, last: null }, { bid: 1 }],
  ['makes an object of a text', { q: 'x' }, { q: { bid: 1 } }, { q: { bid: 1 } }],
  ['strips nulls of what it adds', {}, { q: { deep: { last: null } } }, { q: { deep: {} } }],
  ['begins with nothing where there was nothing', null, { bid: 1 }, { bid: 1 }],
]

const nested = (levels: number, text: string): Json => JSON.parse('{"a":'.repeat(levels) + text + '}'.repeat(levels))

suite('a merge patch', () => {
  for (const [name, target, patch, merged] of cases) {
    test(`${name} [RFC 7396]`, () => assert.deepEqual(mergePatch(target, patch), merged))
  }

  test('merges into what objects inherit as into nothing', () => {
    const merged = mergePatch({}, JSON.parse('{"toString":{"a":1},"valueOf":null}'))
    assert.equal(JSON.stringify(merged), '{"toString":{"a":1}}')
  })

  test('treats __proto__ and constructor as names like any other', () => {
    const patch: Json = JSON.parse('{"__proto__":{"admin":true},"constructor":1}')
    const merged = mergePatch(JSON.parse('{"__proto__":{"user":"ann"}}'), patch)
    assert.equal(JSON.stringify(merged), '{"__proto__":{"user":"ann","admin":true},"constructor":1}')
    assert.equal('admin' in {}, false)
  })

  test('replaces as a whole what is nested deeper than its bound', () => {
    const merged = mergePatch(nested(3, '{"x":1}'), nested(3, '{"y":null}'), 3)
    assert.deepEqual(merged, nested(3, '{"y":null}'))
    assert.deepEqual(mergePatch(nested(3, '{"x":1}'), nested(3, '{"y":null}'), 4), nested(3, '{"x":1}'))
  })

  test('ends in a value however deep its nesting is', () => {
    const deep = nested(200_000, '1')
    assert.doesNotThrow(() => mergePatch(deep, deep))
  })
})
