import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { RandomPool } from './random-pool.js'

suite('random bytes', () => {
  test('are as many as asked for, and never the same, over several fetches', () => {
    const pool = new RandomPool()
    const taken = Array.from({ length: 2_000 }, () => Buffer.from(pool.take(16)).toString('hex'))
    assert.ok(taken.every((hex) => hex.length === 32))
    assert.equal(new Set(taken).size, taken.length)
  })

  test('more than are fetched at once are given too', () => {
    const bytes = new RandomPool().take(10_000)
    assert.equal(bytes.length, 10_000)
    assert.ok(bytes.subarray(9_000).some((byte) => byte !== 0))
  })
})
