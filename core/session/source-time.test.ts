import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { Removal } from '../messages.js'

const never: Removal = { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: false }
const hourMs = 3_600_000

/** Sources whose clocks stand far in the past and far in the future. */
const sourceTimes = [1_000, 9_000_000_000_000]

suite('a publish with a time of its own', () => {
  for (const timeMs of sourceTimes) {
    for (const removal of [
      { ...never, afterMs: hourMs },
      { ...never, idleForMs: hourMs },
    ]) {
      const name = removal.afterMs ? 'after' : 'when idle for'
      test(`of ${timeMs} makes a topic that goes ${name} an hour go neither at once nor never`, () => {
        const { gateway, clock, peer } = memoryGateway()
        const writer = peer()
        writer.publish('a', '1', { timeMs, properties: { removal } })
        clock.advance(hourMs - 2_000)
        assert.equal(gateway.topics.count, 1)
        clock.advance(4_000)
        assert.equal(gateway.topics.count, 0)
      })
    }

    test(`of ${timeMs} is as old in history as its acceptance says`, () => {
      const { gateway, clock, peer } = memoryGateway()
      const writer = peer()
      const history = { count: null, ageMs: 10_000, bytes: null }
      writer.publish('a', '1', { timeMs, properties: { history } })
      clock.advance(8_000)
      const kept = () => gateway.topics.tree.find('a')?.live?.history?.count ?? 0
      assert.equal(kept(), 1)
      clock.advance(4_000)
      assert.equal(kept(), 0)
    })
  }
})
