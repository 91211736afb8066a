import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { BackOff } from './back-off.js'

suite('coming back', () => {
  test('the waits double up to the longest, drawn evenly below it', () => {
    const draws = [0.5, 0.5, 0.5, 0.5, 0, 1]
    const backOff = new BackOff({ delayMs: 500, delayMsMax: 2_000 }, () => draws.shift() ?? 0.5)
    assert.deepEqual(
      Array.from({ length: 6 }, () => backOff.next(0)),
      [250, 500, 1_000, 1_000, 0, 2_000],
    )
  })

  test('a good connection makes them small again, and the gateway may ask for more', () => {
    const backOff = new BackOff({ delayMs: 500, delayMsMax: 30_000 }, () => 0.5)
    backOff.next(0)
    backOff.next(0)
    backOff.reset()
    assert.equal(backOff.next(2_000), 2_250)
  })
})
