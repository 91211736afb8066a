import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { systemClock } from './system-clock.js'

suite("the platform's time", () => {
  test('a time further ahead than timers go does not come at once, again and again', async () => {
    let runs = 0
    const cancel = systemClock.after(500_000_000_000, () => runs++)
    await new Promise<void>((resolve) => systemClock.after(5, resolve))
    cancel()
    assert.equal(runs, 0)
  })
})
