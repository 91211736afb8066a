import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { bytes, text } from '../../test/support/memory-peer.js'
import type { ValueType } from '../messages.js'
import { guessType, parseJson, textOf, valueAs } from './value-type.js'

const guesses: readonly (readonly [value: string | Uint8Array, type: ValueType])[] = [
  ['21.5', 'json'],
  ['-1', 'json'],
  ['"text"', 'json'],
  ['true', 'json'],
  ['false', 'json'],
  ['null', 'json'],
  [' \t\r\n{"a":[1]} ', 'json'],
  ['[]', 'json'],
  ['N/A', 'string'],
  ['21.5 V', 'string'],
  ['{"a":', 'string'],
  ['nothing', 'string'],
  ['  ', 'string'],
  ['', 'string'],
  ['\ufeff1', 'string'],
  [Uint8Array.of(0xff, 0xfe), 'binary'],
  [Uint8Array.of(0xed, 0xa0, 0x80), 'binary'],
]

/** What is kept of a value under a type, as text; or the code of the refusal. */
function kept(type: ValueType, value: string | Uint8Array): string {
  const result = valueAs(type, typeof value === 'string' ? bytes(value) : value)
  return result instanceof Uint8Array ? text(result) : `refused: ${result.code}`
}

suite('the type of a value', () => {
  for (const [value, type] of guesses) {
    const shown = typeof value === 'string' ? JSON.stringify(value) : `bytes ${value}`
    test(`is ${type} for ${shown} where nobody declares it [SEM 4.4]`, () => {
      assert.equal(guessType(typeof value === 'string' ? bytes(value) : value), type)
    })
  }

  test('decides how the value is kept: numbers in their one spelling [SEM 4.4]', () => {
    assert.equal(kept('int64', '+007'), '7')
    assert.equal(kept('double', '1.50'), '1.5')
    assert.equal(kept('string', '+007'), '+007')
  })

  test('refuses what does not fit it [SEM 4.4]', () => {
    assert.equal(kept('int64', '1.5'), 'refused: invalidValue')
    assert.equal(kept('double', 'N/A'), 'refused: invalidValue')
    for (const type of ['string', 'int64', 'double'] as const) {
      assert.equal(kept(type, Uint8Array.of(0x31, 0xff)), 'refused: invalidValue')
    }
  })

  test('json and binary are taken as they are: json is checked when somebody needs its structure [SEM 4.4]', () => {
    assert.equal(kept('json', '{"a":'), '{"a":')
    const odd = Uint8Array.of(0xff)
    assert.equal(valueAs('json', odd), odd)
    assert.equal(valueAs('binary', odd), odd)
  })

  test('a text that is no JSON is undefined, so that null can be a value', () => {
    assert.equal(parseJson('null'), null)
    assert.equal(parseJson('nul'), undefined)
    assert.equal(parseJson(''), undefined)
  })

  test('a mark of byte order at the front belongs to the text', () => {
    assert.equal(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)), '\ufeff1')
  })
})
