import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { selector } from '../../test/support/selectors.js'
import { pathLevelsMax } from './limits.js'
import type { Selector } from './selector.js'
import { parsePlainSelector, selectorMatches } from './selector.js'
import { SelectorIndex } from './selector-index.js'

const seed = 53

/** An index of these selectors, each its own item. */
function indexOf(...texts: readonly string[]): SelectorIndex<string> {
  const index = new SelectorIndex<string>()
  for (const text of texts) index.add(selector(text), text)
  return index
}

function found<T>(index: SelectorIndex<T>, path: string): T[] {
  const items: T[] = []
  const levels = path.split('/')
  index.match(levels, levels.length, (item) => items.push(item))
  return items.sort()
}

suite('an index of selectors', () => {
  test('finds the selectors that match a path, each once [SEM 5.3]', () => {
    const all = ['#', '+/b', 'a/+', 'a/#', 'a/b', 'a/b/#', '{a,x}/b', '{a,y}/b', 'a/~"[bc]"', '~"a*"/#']
    const index = indexOf(...all, 'a', 'a/b/+', 'b/#', '{b,c}/b', 'a/~"c+"', '+')
    assert.deepEqual(found(index, 'a/b'), [...all].sort())
    assert.deepEqual(found(index, 'x/b'), ['#', '+/b', '{a,x}/b'])
    assert.deepEqual(found(index, 'z'), ['#', '+'])
  })

  test('finds # at the level above it, and nothing above that', () => {
    const index = indexOf('a/b/#')
    assert.deepEqual(
      ['a', 'a/b', 'a/b/c', 'a/b/c/d'].map((path) => found(index, path).length),
      [0, 1, 1, 1],
    )
  })

  test('lets a first level with $ be found only by selectors that write it out [SEM 2.6]', () => {
    const named = ['$SYS/#', '{$SYS,a}/+', '~"\\$.*"/b', '$SYS/+']
    const index = indexOf(...named, '#', '+/b', '~".*"/b', '+/#')
    assert.deepEqual(found(index, '$SYS/b'), [...named].sort())
    assert.deepEqual(found(indexOf('a/+', 'a/#', 'a/~"."'), 'a/$'), ['a/#', 'a/+', 'a/~"."'])
  })

  test('takes a name for what it is, however it was written', () => {
    const index = new SelectorIndex<string>()
    index.add(selector('{a,b}/~x', parsePlainSelector), 'plain')
    assert.deepEqual(found(index, '{a,b}/~x'), ['plain'])
    assert.deepEqual(found(index, 'a/~x'), [])
    assert.equal(index.remove(selector('="{a,b}"/="~x"'), 'plain'), true)
    assert.equal(index.size, 0)
  })

  test('reads only as many levels of the array as it is told', () => {
    const items: string[] = []
    const index = indexOf('a/b', 'a/b/c', 'a/#')
    index.match(['a', 'b', 'c', 'd'], 2, (item) => items.push(item))
    assert.deepEqual(items.sort(), ['a/#', 'a/b'])
    index.match([], 0, () => assert.fail('no path has no levels'))
  })

  test('visits an item as often as it was added, and takes back one at a time', () => {
    const index = indexOf('a/+', 'a/+', '#')
    assert.equal(index.size, 3)
    assert.deepEqual(found(index, 'a/b'), ['#', 'a/+', 'a/+'])
    assert.equal(index.remove(selector('a/+'), 'a/+'), true)
    assert.deepEqual(found(index, 'a/b'), ['#', 'a/+'])
    assert.equal(index.remove(selector('a/+'), 'a/+'), true)
    assert.equal(index.remove(selector('a/+'), 'a/+'), false)
    assert.equal(index.size, 1)
  })

  test('says so when what is to be removed is not there, and stays as it was', () => {
    const texts = ['a/b/#', 'a/{b,c}', '~"x"/+']
    const index = indexOf(...texts)
    for (const text of ['a', 'a/b', 'a/b/c/#', 'a/{b,d}', '{b,c}', '~"y"/+', '+', '#', 'z/z']) {
      assert.equal(index.remove(selector(text), text), false, text)
    }
    for (const text of texts) assert.equal(index.remove(selector(text), 'another item'), false, text)
    assert.equal(index.size, 3)
    assert.deepEqual(found(index, 'a/b'), ['a/b/#', 'a/{b,c}'])
  })

  test('holds selectors of 128 levels', () => {
    const deep = 'a/'.repeat(pathLevelsMax - 1)
    const index = indexOf(`${deep}a`, `${deep}+`, `${deep}#`, '+/'.repeat(pathLevelsMax - 1).concat('{a,b}'))
    assert.equal(found(index, `${deep}a`).length, 4)
    assert.equal(found(index, deep.slice(0, -1)).length, 1)
  })

  test('keeps nothing of selectors that were removed', () => {
    const index = new SelectorIndex<string>()
    const churn = (action: 'add' | 'remove') => {
      for (let n = 0; n < 500; n++) {
        for (const text of [`a${n}/+/c/#`, `{x,y${n}}/b`, `+/~"r${n}"/{p${n},q}`]) index[action](selector(text), text)
      }
    }
    churn('add')
    assert.ok(objectsIn(index) > 5_000)
    churn('remove')
    assert.equal(index.size, 0)
    assert.ok(objectsIn(index) < 20, `${objectsIn(index)} objects are left`)
  })
})

/** How many objects can be reached from this one. */
function objectsIn(root: object): number {
  const seen = new Set<unknown>()
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    waiting.push(...(next instanceof Map ? [...next.entries()].flat() : Object.values(next)))
  }
  return seen.size
}

const names = ['', 'a', 'b', 'c', '$a', 'ab']
const level = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 3, arbitrary: fc.constant('+') },
  { weight: 2, arbitrary: fc.constantFrom('{a,b}', '{a,c}', 'a{,b}', '{$,}a', '{b,}') },
  { weight: 1, arbitrary: fc.constantFrom('~"[ab]*"', '~".*a"', '~"\\$?a"', '~".?"') },
)
const text = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '', '/#'))
  .map(([levels, end]) => levels.join('/') + end)
  .filter((joined) => joined !== '')
const path = fc.array(fc.constantFrom(...names, 'z', '$z'), { minLength: 1, maxLength: 5 })
const change = fc.record({ text: fc.oneof(text, fc.constant('#')), item: fc.nat(2), removes: fc.boolean() })

suite('any index of selectors', () => {
  test('finds what trying each selector finds, after any adding and removing', () => {
    const property = fc.property(
      fc.array(change, { maxLength: 60 }),
      fc.array(path, { minLength: 1, maxLength: 20 }),
      (changes, paths) => {
        const { index, entries } = applied(changes)
        assert.equal(index.size, entries.length)
        for (const levels of paths) {
          const expected = entries.filter((entry) => selectorMatches(entry.selector, levels)).map(({ name }) => name)
          assert.deepEqual(found(index, levels.join('/')), expected.sort(), levels.join('/'))
        }
      },
    )
    fc.assert(property, { seed, numRuns: 1_000 })
  })

  test('has nothing left when everything was removed, in any order', () => {
    const property = fc.property(fc.array(text, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (texts, random) => {
      const index = indexOf(...texts)
      const left = [...texts]
      while (left.length > 0) {
        const [gone = ''] = left.splice((random.next().value ?? 0) % left.length, 1)
        assert.equal(index.remove(selector(gone), gone), true, gone)
      }
      assert.ok(objectsIn(index) < 20)
    })
    fc.assert(property, { seed, numRuns: 300 })
  })
})

interface Entry {
  readonly selector: Selector
  readonly name: string
}

/** The index after these changes, beside the plain list it stands for. */
function applied(changes: readonly { text: string; item: number; removes: boolean }[]) {
  const index = new SelectorIndex<string>()
  const entries: Entry[] = []
  for (const { text, item, removes } of changes) {
    const entry = { selector: selector(text), name: `${text} ${item}` }
    const at = entries.findIndex(({ name }) => name === entry.name)
    if (!removes) {
      index.add(entry.selector, entry.name)
      entries.push(entry)
    } else {
      assert.equal(index.remove(entry.selector, entry.name), at !== -1)
      if (at !== -1) entries.splice(at, 1)
    }
  }
  return { index, entries }
}
