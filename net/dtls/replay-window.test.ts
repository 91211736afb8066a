import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../../test/support/random.js'
import { ReplayWindow } from './replay-window.js'

suite('replay window', () => {
  test('takes each of the newest 64 once, and nothing older', () => {
    const random = new Random(3)
    const window = new ReplayWindow()
    const seen = new Set<number>()
    let newest = -1
    for (let step = 0; step < 20_000; step++) {
      const sequence = Math.max(0, newest + random.pick([1, 1, 1, 2, 5, 40, 70, -1, -3, -31, -32, -33, -63, -64, -65]))
      const isNew = newest - sequence < 64 && !seen.has(sequence)
      assert.equal(window.isNew(sequence), isNew, `${sequence} behind ${newest}`)
      if (!isNew) continue
      window.mark(sequence)
      seen.add(sequence)
      newest = Math.max(newest, sequence)
    }
  })

  test('goes on to the last number there is', () => {
    const window = new ReplayWindow()
    const last = 2 ** 48 - 1
    window.mark(last - 1)
    assert.equal(window.isNew(last), true)
    window.mark(last)
    assert.deepEqual([window.isNew(last), window.isNew(last - 1), window.isNew(last - 2)], [false, false, true])
  })
})
