import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { pathBytesMax, pathLevelsMax } from './limits.js'
import { pathProblem, utf8Length } from './path.js'

const seed = 11

const good = [
  ['one level', 'a'],
  ['empty levels', '/a//b/'],
  ['any case, spaces and signs', 'Fx/Eur Usd/~{x}="1"'],
  ['a first level of the gateway', '$SYS/broker'],
  ['a character beyond the basic plane', 'a/😀'],
  ['as many levels as there may be', 'a/'.repeat(pathLevelsMax - 1)],
  ['as many bytes as there may be, of one each', 'a'.repeat(pathBytesMax)],
  ['as many bytes as there may be, of three each', `€€${'a'.repeat(pathBytesMax - 6)}`],
] as const

const bad = [
  ['a plus', 'a/+', /"\+" at 2/],
  ['a hash inside a level', 'ab#', /"#" at 2/],
  ['NUL', 'a\0', /NUL at 1/],
  ['one level too many', 'a/'.repeat(pathLevelsMax), /129 levels/],
  ['one byte too many', 'a'.repeat(pathBytesMax + 1), /longer than 1024 bytes/],
  ['too many bytes in few characters', '€'.repeat(342), /longer than 1024 bytes/],
  ['half of a surrogate pair', 'a/\ud83d', /surrogate/],
  ['the other half', '\ude00', /surrogate/],
] as const

suite('a path', () => {
  for (const [name, path] of good) {
    test(`may have ${name} [SEM 5.1]`, () => assert.equal(pathProblem(path), null))
  }

  for (const [name, path, why] of bad) {
    test(`may not have ${name} [SEM 5.1]`, () => assert.match(pathProblem(path) ?? 'no problem', why))
  }

  test('is as long as its UTF-8 bytes', () => {
    const encoder = new TextEncoder()
    for (const text of ['', '\u007f\u0080\u07ff\u0800\uffff', '😀']) {
      assert.equal(utf8Length(text), encoder.encode(text).length)
    }
    const isCounted = (text: string) => assert.equal(utf8Length(text), encoder.encode(text).length)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isCounted), { seed })
  })
})
