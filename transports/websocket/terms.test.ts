import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { acknowledgeLimits } from './limits.js'
import { Terms } from './terms.js'

const { acknowledgeMsMin, acknowledgeMsMax, stepMs } = acknowledgeLimits

suite('websocket: terms of acknowledging', () => {
  test('readers of one topic are not all asked to answer at the same time [PROTOCOL 5.3]', () => {
    const terms = new Terms()
    const periods = Array.from({ length: 1_000 }, () => terms.next().acknowledgeMs)
    const times = new Map<number, number>()
    for (const ms of periods) times.set(ms, (times.get(ms) ?? 0) + 1)
    const different = (acknowledgeMsMax - acknowledgeMsMin) / stepMs + 1
    assert.equal(times.size, different)
    assert.ok(Math.max(...times.values()) <= 1_000 / different + 1)
    assert.equal(Math.min(...periods), acknowledgeMsMin)
    assert.equal(Math.max(...periods), acknowledgeMsMax)
  })
})
