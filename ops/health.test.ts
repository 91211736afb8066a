import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Health } from './health.js'

suite('ops: health', () => {
  test('a gateway is ready after it listens and until it drains, and alive all the time', () => {
    const health = new Health()
    const seen = (['starting', 'ready', 'draining'] as const).map((condition) => {
      health.become(condition)
      return [health.alive().status, health.ready().status, health.ready().text]
    })
    assert.deepEqual(seen, [
      [200, 503, 'starting'],
      [200, 200, 'ready'],
      [200, 503, 'draining'],
    ])
  })
})
