import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { refusal, selector } from '../../test/support/selectors.js'
import {
  alternativesCharactersMax,
  alternativesMax,
  pathLevelsMax,
  patternLevelsMax,
  selectorCharactersMax,
} from './limits.js'
import type { ParsedSelector } from './selector.js'
import { parsePlainSelector, parseSelector, selectorMatches } from './selector.js'

const seed = 53

const matches = (text: string, path: string): boolean => selectorMatches(selector(text), path.split('/'))

type Row = readonly [selector: string, matching: readonly string[], others: readonly string[]]

function check(rows: readonly Row[], parse: (text: string) => ParsedSelector): void {
  for (const [text, matching, others] of rows) {
    test(`${text} matches ${matching.join(' ') || 'nothing here'} [SEM 5.3]`, () => {
      const found = [...matching, ...others].filter((path) => selectorMatches(selector(text, parse), path.split('/')))
      assert.deepEqual(found, matching)
    })
  }
}

/** What both languages have: the cases that the standard of the little one walks through. */
const common: readonly Row[] = [
  [
    'match/court/1',
    ['match/court/1'],
    ['match/court', 'match/court/1/', 'match/court/1/score', '/match/court/1', 'Match/court/1'],
  ],
  [
    'match/court/1/#',
    ['match/court/1', 'match/court/1/score', 'match/court/1/score/set2', 'match/court/1/'],
    ['match/court', 'match/court/11'],
  ],
  ['match/#', ['match', 'match/', 'match/court/1'], ['matches', '/match', '$match']],
  ['#', ['match', 'match/court/1', '/', '/x', 'a/$b'], ['$SYS', '$SYS/load', '$']],
  [
    'match/court/+',
    ['match/court/1', 'match/court/2', 'match/court/'],
    ['match/court', 'match/court/1/score', 'match//court'],
  ],
  ['match/+/score', ['match/court/score', 'match//score', 'match/$x/score'], ['match/score', 'match/a/b/score']],
  ['+', ['match', 'é'], ['/match', 'match/', 'match/court', '$SYS']],
  ['match/+', ['match/', 'match/court'], ['match']],
  ['+/+', ['/money', 'match/court', '/', 'a/$b'], ['money', '$SYS/load', '/a/b']],
  ['/+', ['/money', '/', '/$x'], ['money', '/a/b', '$SYS/x']],
  ['+/load/#', ['x/load', '/load/cpu', 'x/load/cpu/0'], ['$SYS/load', '$SYS/load/cpu', 'load']],
  ['$SYS/#', ['$SYS', '$SYS/', '$SYS/load/cpu'], ['$SYSTEM', '$sys', 'SYS', 'a/$SYS']],
  ['$SYS/load/+', ['$SYS/load/cpu'], ['$SYS/load', 'x/load/cpu']],
  ['+/$SYS', ['a/$SYS', '/$SYS'], ['$SYS/$SYS', '$SYS']],
  ['a//b', ['a//b'], ['a/b', 'a///b', 'a/x/b']],
  ['/', ['/'], ['a/', '/a', '//']],
  ['a/', ['a/'], ['a', 'a/b']],
  ['\u00c5/\u00e9', ['\u00c5/\u00e9'], ['A\u030a/e\u0301', '\u00e5/\u00e9']],
  ['a b/}c,d', ['a b/}c,d'], ['a/b']],
]

suite('a selector', () => {
  check(common, parseSelector)
  check(
    [
      ['{in,out}', ['in', 'out'], ['', 'in,out', '{in,out}', 'inout', 'in/out']],
      [
        'a/temp{1,2}-{in,out}/#',
        ['a/temp1-in', 'a/temp2-out/x'],
        ['a/temp1', 'a/temp3-in', 'a/temp1-', 'a/temp{1,2}-in'],
      ],
      ['{a,ab}{c,bc}', ['ac', 'abc', 'abbc'], ['a', 'ab', 'abcc']],
      ['x{,y}', ['x', 'xy'], ['y', 'xyy', 'x,y']],
      ['a/{,y}/b', ['a//b', 'a/y/b'], ['a/b']],
      ['{a.b,c*}', ['a.b', 'c*'], ['axb', 'c', 'cc']],
      ['{$SYS,$x,a}/+', ['$SYS/a', '$x/b', 'a/$b'], ['$y/a', 'b/c']],
      ['~"[a-c]+\\d"/+', ['a1/x', 'cab9/'], ['1/x', 'a1', 'a12/x', 'a1/x/y']],
      ['x/~".*"', ['x/', 'x/a', 'x/$a', 'x/~"'], ['x', 'x/a/b']],
      ['~".*"', ['a', ''], ['$SYS', '$', 'a/b']],
      ['~"[$]a|b"', ['b'], ['$a']],
      ['~"\\$.*|b"/#', ['$SYS', '$SYS/x', 'b', '$'], ['a', 'b$']],
      ['~"say \\"hi\\" \\\\"', ['say "hi" \\'], ['say \\"hi\\"']],
      ['=""/x', ['/x'], ['x', '=""/x']],
      ['="{a,b}"/="~x"', ['{a,b}/~x'], ['a/~x', '{a,b}/x']],
      ['="a\\"b\\\\c"', ['a"b\\c'], ['a\\"b\\\\c', 'a"b\\\\c']],
      ['="plain"/b', ['plain/b'], ['="plain"/b']],
      ['a"b/c=d~/e\'', ['a"b/c=d~/e\''], []],
    ],
    parseSelector,
  )

  test('matches the first levels of an array only, as many as are said', () => {
    const levels = ['a', 'b', 'c']
    assert.equal(selectorMatches(selector('a/b'), levels, 2), true)
    assert.equal(selectorMatches(selector('a/b/c'), levels, 2), false)
    assert.equal(selectorMatches(selector('a/b/#'), levels, 2), true)
  })

  test('knows its path when it can match one only', () => {
    for (const path of ['a', 'a/b', '/', 'a//b/', '$SYS/x']) assert.equal(selector(path).literalPath, path)
    assert.equal(selector('="{x"/{y}').literalPath, '{x/y')
    for (const text of ['+', 'a/#', '{a,b}', '~"a"', 'a/+/b']) assert.equal(selector(text).literalPath, null, text)
  })
})

suite('a selector of a plain dialect', () => {
  check(common, parsePlainSelector)
  check(
    [
      ['{a,b}/+', ['{a,b}/c'], ['a/c', 'b/c']],
      ['~"a"/#', ['~"a"', '~"a"/b'], ['a']],
      ['="a"', ['="a"'], ['a']],
      ['"/\'', ['"/\''], []],
      ['{', ['{'], []],
    ],
    parsePlainSelector,
  )

  test('has the text that means the same in the selector language [SEM 5.3]', () => {
    const texts = ['a/+/#', '{a,b}/~x', '="a"', 'a"b', '"\\', "'", 'a{\\', '/'].map(
      (text) => selector(text, parsePlainSelector).text,
    )
    const spelled = ['a/+/#', '="{a,b}"/="~x"', '="=\\"a\\""', 'a"b', '="\\"\\\\"', '="\'"', '="a{\\\\"', '/']
    assert.deepEqual(texts, spelled)
  })

  test('is refused where + or # stand wrongly, and for what no path can hold', () => {
    for (const text of ['', 'a+', '+a/b', 'a/b#', '#/a', 'a/#/b', '##', 'a\0b']) refusal(text, parsePlainSelector)
  })
})

suite('the text of a selector', () => {
  const spellings: readonly (readonly [read: string, canonical: string])[] = [
    ['a/+/#', 'a/+/#'],
    ['="a"/="{b"', 'a/="{b"'],
    ['{a}/{b,b}', 'a/b'],
    ['{~a}/x{=}', '="~a"/x='],
    ['{a,b}{,}', '{a,b}{,}'],
    ['~"a\\"b"', '~"a\\"b"'],
    ['="\'"', '="\'"'],
  ]

  for (const [read, canonical] of spellings) {
    test(`${read} is spelled ${canonical}`, () => {
      assert.equal(selector(read).text, canonical)
      assert.deepEqual(selector(canonical), selector(read))
    })
  }

  test('read again gives the same selector, also for any literal path', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '{', '}', '~', '=', '"', "'", '\\', ',', '$', 'é', '😀'),
      maxLength: 5,
    })
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
    const same = fc.property(
      path.filter((text) => text !== ''),
      (text) => {
        const plain = selector(text, parsePlainSelector)
        assert.equal(plain.literalPath, text)
        assert.deepEqual(selector(plain.text), plain)
      },
    )
    fc.assert(same, { seed, numRuns: 2_000 })
  })
})

suite('a malformed selector', () => {
  const long = 'x'.repeat(selectorCharactersMax)
  const table: readonly (readonly [what: string, selector: string, at: number, why: RegExp])[] = [
    ['no text', '', 0, /expected a selector, found nothing/],
    ['only an empty name', '=""', 0, /no path is empty/],
    ['a NUL', 'a/b\0', 3, /NUL/],
    ['half a character', 'a/😀\ud83d', 4, /half of a surrogate pair/],
    ['+ beside others', 'a/b+/c', 3, /expected \+ alone in its level/],
    ['# beside others', 'a/#b', 2, /expected # alone/],
    ['# before the end', 'a/#/b', 2, /# at the end only/],
    ['# at the first of two levels', '#/', 0, /# at the end only/],
    ['+ in alternatives', 'a/{+,b}', 3, /expected \+ alone/],
    ['+ in quotes', '="a+"', 3, /no path holds/],
    ['an open brace', 'a/b{c,d', 3, /expected \} to close this \{/],
    ['a lone closing brace beside alternatives', 'a/{b,c}}', 7, /a \} without its \{/],
    ['a closing brace before alternatives', 'x}{b,c}', 1, /a \} without its \{/],
    ['empty braces', 'a/{}', 2, /expected alternatives between/],
    ['nested braces', '{a,{b,c}}', 3, /cannot hold alternatives/],
    ['a slash in braces', '{a/b}', 0, /expected \} to close this \{/],
    ['a tilde without a quote', 'a/~b', 3, /expected " after ~; .*="~…"/],
    ['an equals sign without a quote', '=b', 1, /expected " after =; .*="=…"/],
    ['a leading quote', 'a/"b"', 2, /expected ="…" around/],
    ['a leading apostrophe', "'b'", 0, /expected ="…" around/],
    ['an open quote', 'a/="b', 3, /expected " to close/],
    ['an escaped closing quote', '~"b\\"', 1, /expected " to close/],
    ['a backslash at the end', '~"b\\', 1, /expected " to close/],
    ['a slash in a quoted name', 'a/="b/c"', 5, /a level cannot hold \//],
    ['a slash in a regular expression', '~"[^/]+"', 4, /a level cannot hold \//],
    ['text behind the closing quote', '="a"b', 4, /expected \/ or the end/],
    ['an unknown escape in a name', 'a/="x\\d"', 6, /expected " or \\ after \\/],
    ['a regular expression that is malformed', 'a/~"b(c"/d', 5, /expected \) to close/],
    ['too many characters', `${long}x`, selectorCharactersMax, /at most 2048 characters/],
    ['too many levels', `${'a/'.repeat(pathLevelsMax)}b`, 2 * pathLevelsMax, /at most 128 levels/],
    [
      'too many levels with patterns',
      `${'{a,b}/'.repeat(patternLevelsMax)}~"a"`,
      6 * patternLevelsMax,
      /at most 4 levels with/,
    ],
    ['alternatives that multiply', `a/${'{0,1}'.repeat(8)}`, 2 + 7 * 5, /more than 128 names/],
    ['alternatives that repeat a long text', `{${'a,'.repeat(60)}}${'x'.repeat(100)}`, 122, /4096 characters/],
  ]

  for (const [what, text, at, why] of table) {
    test(`${what} is refused at ${at}`, () => {
      const refused = refusal(text)
      assert.equal(refused.at, at)
      assert.match(refused.why, why)
    })
  }

  test('is not one that keeps to each bound exactly', () => {
    const deep = Array.from({ length: pathLevelsMax }, (_, n) => `l${n}`).join('/')
    assert.equal(matches(deep, deep), true)
    assert.equal(matches('+/'.repeat(pathLevelsMax - 1).concat('#'), deep), true)
    assert.equal(matches('x'.repeat(selectorCharactersMax), 'x'), false)
    assert.equal(matches('~"a"/'.repeat(patternLevelsMax).concat('b'), 'a/a/a/a/b'), true)
    assert.equal(matches('{0,1}'.repeat(7), '0110101'), true)
    assert.equal(matches(`{${Array.from({ length: alternativesMax }, (_, n) => n).join()}}`, '127'), true)
    const sixtyFour = Array.from({ length: 64 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join()
    assert.equal(64 * 64, alternativesCharactersMax)
    assert.equal(matches(`{${sixtyFour}}${'x'.repeat(63)}`, 'x'), false)
    refusal(`{${sixtyFour}}${'x'.repeat(64)}`)
  })
})
