import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { checkSelectorText, selector, selectorNoise } from '../../test/support/selectors.js'
import { selectorCovers, selectorMatches } from './selector.js'

const seed = 53
const matches = (text: string, path: string): boolean => selectorMatches(selector(text), path.split('/'))

/** A level as text, and what it means in other words. */
interface Meaning {
  readonly text: string
  readonly accepts: (name: string, isFirst: boolean) => boolean
}

const names = ['', 'a', 'b', 'ab', '$a', '$']
const unnamed = (name: string, isFirst: boolean) => isFirst && name.startsWith('$')
const simpleLevels: readonly Meaning[] = [
  ...names.map((text) => ({ text, accepts: (name: string) => name === text })),
  { text: '+', accepts: (name, isFirst) => !unnamed(name, isFirst) },
]
const patternLevels: readonly Meaning[] = [
  { text: '{a,b}', accepts: (name) => name === 'a' || name === 'b' },
  { text: 'a{,b}', accepts: (name) => name === 'a' || name === 'ab' },
  { text: '{$,}a', accepts: (name) => name === 'a' || name === '$a' },
  { text: '~"[ab]*"', accepts: (name) => /^[ab]*$/.test(name) },
  { text: '~".*a"', accepts: (name, isFirst) => name.endsWith('a') && !unnamed(name, isFirst) },
  {
    text: '~"\\$?.?"',
    accepts: (name) => ['', '$', 'a', 'b', '$a'].includes(name),
  },
]

const someLevels = (of: readonly Meaning[]) => fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 3 })
const somePath = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 })
const ending = fc.constantFrom('', '/#')
const textOf = (levels: readonly Meaning[], end: string) => levels.map(({ text }) => text).join('/') + end

function accepts(levels: readonly Meaning[], end: string, path: readonly string[]): boolean {
  const fits = end === '' ? path.length === levels.length : path.length >= levels.length
  return fits && levels.every((level, at) => level.accepts(path[at] ?? '', at === 0))
}

/** Every path of up to three levels out of these names, one of which no selector names. */
const allPaths: readonly (readonly string[])[] = [1, 2, 3].flatMap((depth) => {
  let paths: string[][] = [[]]
  for (let level = 0; level < depth; level++)
    paths = paths.flatMap((path) => [...names, 'z', '$z'].map((name) => [...path, name]))
  return paths
})

suite('any selector', () => {
  test('matches a path exactly when each of its levels accepts that of the path', () => {
    const levels = someLevels([...simpleLevels, ...patternLevels])
    const asMeant = fc.property(levels, ending, fc.array(somePath, { maxLength: 20 }), (meanings, end, paths) => {
      const text = textOf(meanings, end)
      fc.pre(text !== '')
      for (const path of paths)
        assert.equal(matches(text, path.join('/')), accepts(meanings, end, path), `${text} on ${path.join('/')}`)
    })
    fc.assert(asMeant, { seed, numRuns: 2_000 })
  })

  test('that is said to cover another matches every path that the other matches [SEM 6.2]', () => {
    const either = someLevels([...simpleLevels, ...patternLevels])
    const sound = fc.property(either, ending, either, ending, (wide, wideEnd, narrow, narrowEnd) => {
      const texts = [textOf(wide, wideEnd), textOf(narrow, narrowEnd)] as const
      fc.pre(texts.every((text) => text !== '') && selectorCovers(selector(texts[0]), selector(texts[1])))
      const escaped = allPaths.filter((path) => accepts(narrow, narrowEnd, path) && !accepts(wide, wideEnd, path))
      assert.deepEqual(escaped, [], texts.join(' over '))
    })
    fc.assert(sound, { seed, numRuns: 300 })
  })

  test('without regular expressions is said to cover another whenever it does [SEM 6.2]', () => {
    const either = someLevels([...simpleLevels, ...patternLevels.slice(0, 3)])
    const exact = fc.property(either, ending, either, ending, (wide, wideEnd, narrow, narrowEnd) => {
      const texts = [textOf(wide, wideEnd), textOf(narrow, narrowEnd)] as const
      fc.pre(texts.every((text) => text !== ''))
      const escapes = allPaths.some((path) => accepts(narrow, narrowEnd, path) && !accepts(wide, wideEnd, path))
      assert.equal(selectorCovers(selector(texts[0]), selector(texts[1])), !escapes, texts.join(' over '))
    })
    fc.assert(exact, { seed, numRuns: 1_000 })
  })
})

suite('covering', () => {
  const covers = (wide: string, narrow: string) => selectorCovers(selector(wide), selector(narrow))
  const table: readonly (readonly [wide: string, narrow: string, does: boolean])[] = [
    ['#', '#', true],
    ['#', '+/#', true],
    ['+/#', '#', true],
    ['#', '+', true],
    ['#', '$SYS/#', false],
    ['$SYS/#', '$SYS', true],
    ['a/#', 'a/+/b', true],
    ['a/+/#', 'a/#', false],
    ['a/+', 'a/#', false],
    ['a/b', 'a/b/#', false],
    ['+', '#', false],
    ['+', '{a,b}', true],
    ['+', '{a,$b}', false],
    ['a/+', 'a/{x,$b}', true],
    ['{a,b}', '{b,a}', true],
    ['~"[ab]"/#', '{a,b}/c', true],
    ['~"[ab]"', '~"[ab]"', true],
    ['#', '~"a.*"/x', true],
    ['#', '~"\\$.*"/x', false],
    ['a/#', 'a/~"\\$.*"', true],
    ['~".*"', '+', false], // It does, but that is not computed.
  ]

  for (const [wide, narrow, does] of table) {
    test(`${wide} ${does ? 'covers' : 'is not said to cover'} ${narrow} [SEM 6.2]`, () => {
      assert.equal(covers(wide, narrow), does)
    })
  }
})

suite('the selector parser', () => {
  test('never throws on random text, points into it, and reads back what it accepts', () => {
    fc.assert(fc.property(selectorNoise, checkSelectorText), { seed, numRuns: 10_000 })
  })
})
