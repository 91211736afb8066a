import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { bytes } from '../test/support/memory-peer.js'
import { guessType, parseJson, textOf } from './text-values.js'
import type { ValueType } from './values.js'

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

suite('what the bytes of a value say', () => {
  for (const [value, type] of guesses) {
    const shown = typeof value === 'string' ? JSON.stringify(value) : `bytes ${value}`
    test(`${shown} is of type ${type} where nobody declares it [SEM 4.4]`, () => {
      assert.equal(guessType(typeof value === 'string' ? bytes(value) : value), type)
    })
  }

  test('a text that is no JSON is undefined, so that null can be a value', () => {
    assert.equal(parseJson('null'), null)
    assert.equal(parseJson('nul'), undefined)
    assert.equal(parseJson(''), undefined)
  })

  test('a mark of byte order at the front belongs to the text', () => {
    assert.equal(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)), '\ufeff1')
  })
})
