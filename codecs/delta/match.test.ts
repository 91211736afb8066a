import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { nearBytes } from './limits.js'
import { matchBackward, matchForward } from './match.js'

/** Every length around the places where the pace changes: 4 a turn, one by one, 16 a turn. */
const lengths = [
  0,
  1,
  3,
  4,
  5,
  17,
  nearBytes - 1,
  nearBytes,
  nearBytes + 1,
  nearBytes + 15,
  nearBytes + 16,
  nearBytes + 50,
]

/** Bytes that differ from their neighbours, counted from the place that is compared with another. */
const counting = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at - from + 2_510) % 251)

suite('matching', () => {
  for (const most of lengths) {
    test(`finds the first difference within ${most} bytes, wherever it is`, () => {
      const a = counting(5, most + 10)
      for (let equal = 0; equal <= most; equal++) {
        const b = counting(2, most + 3)
        b[2 + equal] = 255
        assert.equal(matchForward(a, 5, b, 2, most), equal)
      }
    })

    test(`finds the last difference within ${most} bytes, wherever it is`, () => {
      const a = counting(most + 5, most + 10)
      for (let equal = 0; equal <= most; equal++) {
        const b = counting(most + 1, most + 3)
        b[most - equal] = 255
        assert.equal(matchBackward(a, most + 5, b, most + 1, most), equal)
      }
    })
  }

  test('stops at the bound although more is equal', () => {
    const bytes = new Uint8Array(1_000)
    for (const most of lengths) {
      assert.equal(matchForward(bytes, 0, bytes, 400, most), most)
      assert.equal(matchBackward(bytes, 600, bytes, 1_000, most), most)
    }
  })
})
