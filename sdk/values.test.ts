import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { ValueType } from '../core/index.js'
import type { ErrorCode } from './errors.js'
import { RivuletError } from './errors.js'
import { decodeValue, encodeValue } from './values.js'

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof RivuletError && error.code === code

suite('values', () => {
  const decoded: readonly (readonly [ValueType, string, unknown])[] = [
    ['json', '{"bid":1.08}', { bid: 1.08 }],
    ['json', 'null', null],
    ['string', 'N/A', 'N/A'],
    ['string', '', ''],
    ['int64', '-42', -42],
    ['int64', '9007199254740991', 9007199254740991],
    ['int64', '9007199254740993', 9007199254740993n],
    ['int64', '-9223372036854775808', -9223372036854775808n],
    ['double', '21.5', 21.5],
    ['double', '1e+21', 1e21],
    ['binary', '\0x', bytesOf('\0x')],
  ]
  for (const [type, text, value] of decoded) {
    test(`${type} ${JSON.stringify(text)} is read as what it is [SEM 4.4]`, () => {
      assert.deepEqual(decodeValue(bytesOf(text), type, 'a'), value)
    })
  }

  for (const [type, text] of [
    ['json', '{'],
    ['json', ''],
    ['int64', '1.5'],
    ['int64', 'x'],
  ] as const) {
    test(`${JSON.stringify(text)} is no ${type}, and whoever reads it is told so`, () => {
      assert.throws(() => decodeValue(bytesOf(text), type, 'a'), hasCode('invalidValue'))
    })
  }

  const encoded: readonly (readonly [unknown, ValueType | null | undefined, string, ValueType | null])[] = [
    [{ bid: 1.08 }, undefined, '{"bid":1.08}', 'json'],
    [null, undefined, 'null', 'json'],
    [true, undefined, 'true', 'json'],
    ['21.5', undefined, '21.5', 'string'],
    ['21.5', 'json', '"21.5"', 'json'],
    ['21.5', null, '21.5', null],
    [21.5, undefined, '21.5', null],
    [21.5, 'double', '21.5', 'double'],
    [7, 'int64', '7', 'int64'],
    [9007199254740993n, undefined, '9007199254740993', 'int64'],
    [bytesOf('raw'), undefined, 'raw', 'binary'],
    [bytesOf('{}'), 'json', '{}', 'json'],
    [bytesOf('{}'), null, '{}', null],
  ]
  for (const [value, type, text, wireType] of encoded) {
    test(`${typeof value} ${text} as ${type ?? 'what it is'} is published as ${wireType ?? 'the gateway likes'}`, () => {
      const { bytes, type: written } = encodeValue(value, type, 'fx/a')
      assert.deepEqual([textOf(bytes), written], [text, wireType])
    })
  }

  const circular: { self?: unknown } = {}
  circular.self = circular
  const refused: readonly (readonly [string, unknown, ValueType | null | undefined])[] = [
    ['undefined', undefined, undefined],
    ['a function', () => 1, undefined],
    ['NaN', Number.NaN, undefined],
    ['infinity as double', Number.POSITIVE_INFINITY, 'double'],
    ['a fraction as int64', 1.5, 'int64'],
    ['a number beyond 2^53 as int64', 2 ** 60, 'int64'],
    ['a text as double', '1', 'double'],
    ['a number as string', 1, 'string'],
    ['an object as binary', {}, 'binary'],
    ['an object that holds itself', circular, undefined],
  ]
  for (const [what, value, type] of refused) {
    test(`${what} is not published, and whoever tries is told under which topic`, () => {
      assert.throws(() => encodeValue(value, type, 'fx/a'), { code: 'invalidArgument', message: /^fx\/a: / })
    })
  }

  test('what is published as a kind of value is read as the same', () => {
    const values: fc.Arbitrary<unknown> = fc.oneof(
      fc.jsonValue().filter((value) => typeof value !== 'number'),
      fc.string(),
      fc.bigInt(),
    )
    fc.assert(
      fc.property(values, (value) => {
        const { bytes, type } = encodeValue(value, undefined, 'fx/a')
        const read = decodeValue(bytes, type ?? 'json', 'a')
        assert.deepEqual(
          typeof value === 'bigint' ? BigInt(String(read)) : read,
          typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value,
        )
      }),
    )
  })
})
