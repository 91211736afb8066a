import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { BackOff, usualRetryTimes } from './back-off.js'

suite('coming back', () => {
  test('the waits double up to the longest, drawn evenly below it', () => {
    const draws = [0.5, 0.5, 0.5, 0.5, 0, 1]
    const backOff = new BackOff({ delayMs: 500, delayMsMax: 2_000 }, () => draws.shift() ?? 0.5)
    assert.deepEqual(
      Array.from({ length: 6 }, () => backOff.next(0)),
      [250, 500, 1_000, 1_000, 0, 2_000],
    )
  })

  test('a gateway that is back within a minute is found within 4 s, and only one that stays away is asked rarely', () => {
    const backOff = new BackOff(usualRetryTimes, () => 1)
    const waits = Array.from({ length: 20 }, () => backOff.next(0))
    assert.deepEqual(waits.slice(0, 6), [500, 1_000, 2_000, 4_000, 4_000, 4_000])
    assert.deepEqual(waits.slice(16), [4_000, 4_000, 30_000, 30_000])
    backOff.reset()
    assert.equal(backOff.next(0), 500)
  })

  test('whoever asks for longer waits gets them from the beginning', () => {
    const backOff = new BackOff({ delayMs: 10_000, delayMsMax: 15_000 }, () => 1)
    assert.deepEqual([backOff.next(0), backOff.next(0)], [10_000, 10_000])
  })

  test('a good connection makes them small again, and the gateway may ask for more', () => {
    const backOff = new BackOff({ delayMs: 500, delayMsMax: 30_000 }, () => 0.5)
    backOff.next(0)
    backOff.next(0)
    backOff.reset()
    assert.equal(backOff.next(2_000), 2_250)
  })
})
