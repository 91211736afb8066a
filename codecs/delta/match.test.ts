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

suite('matching', () => {
  for (const most of lengths) {
    test(`finds the first difference within ${most} bytes, wherever it is`, () => {
      const a = new Uint8Array(most + 10).fill(7)
      for (let equal = 0; equal <= most; equal++) {
        const b = new Uint8Array(most + 3).fill(7)
        b[2 + equal] = 8
        assert.equal(matchForward(a, 5, b, 2, most), equal)
      }
    })

    test(`finds the last difference within ${most} bytes, wherever it is`, () => {
      const a = new Uint8Array(most + 10).fill(7)
      for (let equal = 0; equal <= most; equal++) {
        const b = new Uint8Array(most + 3).fill(7)
        b[most - equal] = 8
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
