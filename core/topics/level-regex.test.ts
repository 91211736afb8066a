import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { LevelRegex } from './level-regex.js'
import { compileRegex } from './level-regex.js'
import { regexDepthMax, regexStatesMax } from './limits.js'

const seed = 53

function compiled(expression: string): LevelRegex {
  const outcome = compileRegex(expression)
  assert.ok(outcome.kind === 'regex', `${expression} was refused`)
  return outcome.regex
}

function refusal(expression: string): { readonly why: string; readonly at: number } {
  const outcome = compileRegex(expression)
  assert.ok(outcome.kind === 'malformed', `${expression} was accepted`)
  return outcome
}

suite('a regular expression for a level', () => {
  const table: readonly (readonly [expression: string, matching: readonly string[], others: readonly string[]])[] = [
    ['', [''], ['a']],
    ['abc', ['abc'], ['', 'ab', 'abcd', 'xabc', 'ABC']],
    ['a|bc|', ['a', 'bc', ''], ['b', 'abc']],
    ['a*', ['', 'a', 'aaaa'], ['b', 'ab']],
    ['a+b?', ['a', 'ab', 'aab'], ['', 'b', 'abb']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaaa'], ['', 'a']],
    ['a{1,3}', ['a', 'aa', 'aaa'], ['', 'aaaa']],
    ['a{0}b', ['b'], ['ab']],
    ['a+?b*?', ['a', 'ab'], ['']],
    ['(ab|c)+', ['ab', 'abc', 'cab'], ['', 'a', 'ac']],
    ['(?:a(?:b(c)?)?)?d', ['d', 'ad', 'abd', 'abcd'], ['bd', 'acd']],
    ['.', ['a', '\n', '\u2028', '😀'], ['', 'ab', '😀😀']],
    ['[a-cx]', ['a', 'b', 'c', 'x'], ['d', 'w', '']],
    ['[^a-cx]', ['d', '😀', '^'], ['a', 'x', '']],
    ['[a^-]', ['a', '^', '-'], ['b']],
    ['[-a][a-]', ['-a', 'a-'], ['b-']],
    ['[\\d.]+', ['1.5'], ['1,5']],
    ['[\\]\\\\]', [']', '\\'], ['[']],
    ['[😀-😂]', ['😁'], ['😃', '\ud83d']],
    ['\\d\\D\\w\\W\\s\\S', ['1a_-\tx'], ['aa_-\tx', '11_-\tx', '1a--\tx', '1a__\tx', '1a_-xx', '1a_-\t ']],
    ['\\.\\*\\"\\/', ['.*"/'], ['a*"/']],
    ['\\n\\r\\t\\f\\v', ['\n\r\t\f\v'], ['nrtfv']],
    ['^ab$', ['ab'], ['a', 'b']],
    ['^a|b$', ['a', 'b'], ['ab']],
    ['a^b|a$b', [], ['ab', 'a^b', 'a$b']],
    ['(^|x)a($|y)', ['a', 'xa', 'ay', 'xay'], ['x', 'y']],
    ['\\$x', ['$x'], ['x']],
  ]

  for (const [expression, matching, others] of table) {
    test(`${expression} matches just what it says, as a whole [SEM 5.3]`, () => {
      const regex = compiled(expression)
      const wrong = [
        ...matching.filter((level) => !regex.matches(level)),
        ...others.filter((level) => regex.matches(level)),
      ]
      assert.deepEqual(wrong, [])
    })
  }

  test('the same matcher gives the same answer again, whatever it was asked between', () => {
    const regex = compiled('(ab)*c?')
    for (const level of ['abab', 'x', 'abc', '', 'aba', 'abab']) {
      assert.equal(regex.matches(level), /^(ab)*c?$/.test(level), level)
    }
  })

  test('where the first character must be named, a class or a dot does not stand for it [SEM 2.6]', () => {
    const verdict = (expression: string) => compiled(expression).matches('$SYS', true)
    for (const open of ['.*', '[$]SYS', '[^x]+', '\\W.*', '.?.SYS']) assert.equal(verdict(open), false, open)
    for (const named of ['\\$SYS', '\\$.*', 'x*\\$SYS', '(.|\\$)SYS']) assert.equal(verdict(named), true, named)
    assert.equal(compiled('.*\\$.*').matches('a$', true), false)
  })

  test('it tells whether a level that begins with a named character could match', () => {
    for (const yes of ['\\$', 'a*\\$', '(\\$|b)c']) assert.equal(compiled(yes).mayBeginNaming('$'), true, yes)
    for (const no of ['.', '[$]', 'a\\$', 'b', '']) assert.equal(compiled(no).mayBeginNaming('$'), false, no)
  })
})

suite('a malformed regular expression', () => {
  const table: readonly (readonly [expression: string, at: number, why: RegExp])[] = [
    ['a(b', 1, /expected \) to close/],
    ['ab)', 2, /a \) without its \(/],
    ['a**', 2, /nothing to repeat before \*/],
    ['+a', 0, /nothing to repeat before \+/],
    ['(?)', 0, /expected \( or \(\?:/],
    ['|?', 1, /nothing to repeat before \?/],
    ['^*', 1, /nothing to repeat: \^ and \$/],
    ['(a$){2}$*', 8, /nothing to repeat: \^ and \$/],
    ['a{1,1000}{1,1000}', 9, /expected \\\{ for the character itself/],
    ['{2}', 0, /expected \\\{/],
    ['a}', 1, /expected \\\}/],
    ['a]', 1, /expected \\\]/],
    ['a{,2}', 1, /expected \{m\}, \{m,\} or \{m,n\}/],
    ['a{x}', 1, /expected \{m\}, \{m,\} or \{m,n\}/],
    ['a{2', 1, /expected \{m\}, \{m,\} or \{m,n\}/],
    ['ab{3,2}', 2, /m not above n/],
    ['[ab', 0, /expected \] to close/],
    ['[a-', 0, /expected \] to close/],
    ['x[]', 1, /expected a character in the class/],
    ['x[^]', 1, /expected a character in the class/],
    ['[ab-a]', 2, /a range that rises/],
    ['[a-\\d]', 1, /single characters around -/],
    ['[\\w-z]', 1, /single characters around -/],
    ['(a)\\1', 3, /back-references cannot be matched in linear time/],
    ['(?<n>a)\\k<n>', 0, /expected \( or \(\?:/],
    ['\\k<n>', 0, /back-references/],
    ['a(?=b)', 1, /look-around cannot be matched in linear time/],
    ['(?!b)', 0, /look-around/],
    ['(?<=b)', 0, /look-around/],
    ['(?<!b)', 0, /look-around/],
    ['a\\b', 1, /expected a punctuation character or one of/],
    ['a\\', 1, /expected a punctuation character or one of/],
    ['[\\q]', 1, /expected a punctuation character or one of/],
    ['\\é', 0, /expected a punctuation character or one of/],
  ]

  for (const [expression, at, why] of table) {
    test(`${expression} is refused at ${at}`, () => {
      const refused = refusal(expression)
      assert.equal(refused.at, at)
      assert.match(refused.why, why)
    })
  }
})

suite('a hostile regular expression', () => {
  test('never has more states than its bound, however repetitions are nested', () => {
    const tooBig = [
      '(a{1,1000}){1,1000}',
      'a{257}',
      'a{999999999999}',
      '((){200}){200}',
      '(((a{16}){16}){16}){16}',
      '((a{9}){9}){0,9}',
    ]
    for (const expression of tooBig) assert.match(refusal(expression).why, /more than 256 states/, expression)
    const nested = `${'('.repeat(regexDepthMax)}a{2}${'){2}'.repeat(regexDepthMax)}`
    assert.match(refusal(nested).why, /more than 256 states/)
  })

  test('is accepted right up to the bound and refused right above it', () => {
    compiled(`a{${regexStatesMax - 1}}`)
    compiled(`(a?){${(regexStatesMax - 2) / 2}}`)
    refusal(`a{${regexStatesMax}}`)
    refusal(`(a?){${regexStatesMax / 2}}`)
    refusal(`a{${regexStatesMax - 2},}`)
  })

  test('nests groups no deeper than the bound', () => {
    const groups = (count: number) => `${'('.repeat(count)}a${')'.repeat(count)}`
    assert.equal(compiled(groups(regexDepthMax)).matches('a'), true)
    assert.deepEqual(refusal(groups(2_000)), {
      kind: 'malformed',
      why: `more than ${regexDepthMax} groups inside each other`,
      at: regexDepthMax,
    })
  })

  // A backtracking matcher would need longer than the universe has; 100 times 1,024 characters are milliseconds here.
  for (const expression of ['(a*)*b', '(a|a)*b', '(a|aa)+b', '((a*)*)*b', '(.*)*(.*)*b', '(a?){125}b']) {
    test(`${expression} on a thousand letters takes no more than characters times states`, () => {
      const regex = compiled(expression)
      const level = 'a'.repeat(1_024)
      for (let call = 0; call < 100; call++) assert.equal(regex.matches(level), false)
      assert.equal(regex.matches(`${level.slice(0, 100)}b`), true)
    })
  }
})

/** Characters that mean something to one of the two engines, beside some that do not. */
const characters = ['a', 'b', 'z', '0', '_', ' ', '$', '^', '-', 'é', '😀', '\n', '"']

const source = fc.letrec<{ choice: string; sequence: string; repeated: string; atom: string }>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((options) => options.join('|')),
  sequence: fc.array(tie('repeated'), { maxLength: 3 }).map((parts) => parts.join('')),
  repeated: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{0}', '{1,}', '{0,2}', '{1,3}?'))
    .map((parts) => parts.join('')),
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'é', '😀', '.', '\\$', '\\^', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\n'),
    fc.constantFrom('[a-y]', '[^a]', '[\\d-]', '[^\\s\\w]', '[a^-]', '[a-b😀]', '[^é-😀]', '[-a-c-e]'),
    fc.constantFrom('(?:^|a)', '(b|$)', '(^)', '($)'),
    tie('choice').map((inner) => `(${inner})`),
    tie('choice').map((inner) => `(?:${inner})`),
  ),
}))

const level = fc.array(fc.constantFrom(...characters), { maxLength: 6 }).map((all) => all.join(''))

suite('the regular expression matcher beside that of JavaScript', () => {
  test('gives the same answer for every expression and level', () => {
    const sameAnswer = fc.property(source.choice, fc.array(level, { maxLength: 8 }), (expression, levels) => {
      const outcome = compileRegex(expression)
      if (outcome.kind === 'malformed') return assert.match(outcome.why, /more than 256 states/)
      const reference = new RegExp(`^(?:${expression})$`, 'us')
      for (const text of levels) assert.equal(outcome.regex.matches(text), reference.test(text), JSON.stringify(text))
    })
    fc.assert(sameAnswer, { seed, numRuns: 3_000 })
  })

  test('accepts no random text that JavaScript refuses, and agrees on the rest', () => {
    const noise = fc
      .array(fc.constantFrom(...'ab01()[]{}|*+?.^$-,:=!<\\dwSé'), { maxLength: 12 })
      .map((all) => all.join(''))
    // JavaScript knows fewer escapes outside a class.
    const text = noise.filter((expression) => !/\\[-,:=!<]/.test(expression))
    const agrees = fc.property(text, fc.array(level, { maxLength: 3 }), (expression, levels) => {
      const outcome = compileRegex(expression)
      if (outcome.kind === 'malformed') return assert.ok(outcome.at >= 0 && outcome.at <= expression.length)
      const reference = new RegExp(`^(?:${expression})$`, 'us')
      for (const each of levels) assert.equal(outcome.regex.matches(each), reference.test(each), JSON.stringify(each))
    })
    fc.assert(agrees, { seed, numRuns: 20_000 })
  })
})
