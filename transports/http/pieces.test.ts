import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Pieces } from './pieces.js'

suite('http: bytes in pieces', () => {
  test('are one again, however they were cut', () => {
    const whole = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256))
    for (const size of [1, 7, 333, 999, 1_000]) {
      const pieces = new Pieces()
      for (let at = 0; at < whole.length; at += size) pieces.add(whole.subarray(at, at + size))
      assert.equal(pieces.length, whole.length)
      assert.deepEqual(pieces.take(), whole)
      assert.deepEqual([pieces.length, pieces.take().length], [0, 0])
    }
  })

  test('that come byte by byte take little more room than what they are', () => {
    const pieces = new Pieces()
    for (let at = 0; at < 100_000; at++) pieces.add(Buffer.of(at & 255))
    assert.ok(pieces.take().buffer.byteLength <= 200_000)
  })
})
