import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { doubleText, int64Text } from './numbers.js'

const seed = 12

const integers: readonly (readonly [written: string, kept: string | null])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['+17', '17'],
  ['007', '7'],
  ['9223372036854775807', '9223372036854775807'],
  ['9223372036854775808', null],
  ['-9223372036854775808', '-9223372036854775808'],
  ['-9223372036854775809', null],
  ['00000000000000000001', '1'],
  ['000000000000000000001', null],
  ['', null],
  ['-', null],
  [' 1', null],
  ['1\n', null],
  ['1.0', null],
  ['0x10', null],
  ['1e3', null],
]

const doubles: readonly (readonly [written: string, kept: string | null])[] = [
  ['21.50', '21.5'],
  ['+.5', '0.5'],
  ['5.', '5'],
  ['-0', '0'],
  ['1E+2', '100'],
  ['1e21', '1e+21'],
  ['0.1000000000000000055', '0.1'],
  ['1.7976931348623157e308', '1.7976931348623157e+308'],
  ['1e309', null],
  ['-1e309', null],
  ['5e-324', '5e-324'],
  ['', null],
  ['.', null],
  ['1e', null],
  ['NaN', null],
  ['Infinity', null],
  ['0x1', null],
  ['1 ', null],
  ['1_000', null],
]

suite('a number', () => {
  for (const [written, kept] of integers) {
    test(`${JSON.stringify(written)} as int64 is ${kept ?? 'refused'} [SEM 4.4]`, () =>
      assert.equal(int64Text(written), kept))
  }

  for (const [written, kept] of doubles) {
    test(`${JSON.stringify(written)} as double is ${kept ?? 'refused'} [SEM 4.4]`, () =>
      assert.equal(doubleText(written), kept))
  }

  test('has one spelling, which keeps its value exactly [SEM 4.4]', () => {
    const isExact = (value: bigint) => assert.equal(int64Text(value.toString()), value.toString())
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), isExact), { seed })
    const finite = fc.double({ noDefaultInfinity: true, noNaN: true })
    const isSame = (value: number) => assert.equal(Number(doubleText(value.toString())), value + 0)
    fc.assert(fc.property(finite, isSame), { seed })
  })
})
