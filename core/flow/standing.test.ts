import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryPeer } from '../../test/support/memory-peer.js'
import { Random } from '../../test/support/random.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { Gateway } from '../gateway.js'

/** Every look at it takes half a millisecond: no turn gets done what it wanted. */
class ImpatientClock extends SimulatedClock {
  private looks = 0

  override nowMs(): number {
    this.looks += 1
    return super.nowMs() + this.looks / 2
  }
}

suite('where a reader stands', () => {
  for (const selectors of [['#'], ['first', 'last'], ['first', '+']]) {
    test(`a reader of ${selectors.join(' and ')} who is cut off while marks are behind misses nothing [SEM 1.4]`, () => {
      const clock = new ImpatientClock()
      const random = new Random(1)
      const failures: unknown[] = []
      const gateway = new Gateway({
        clock,
        random: (count) => random.bytes(count),
        failed: (error) => failures.push(error),
      })
      // One update at a time.
      const reader = new MemoryPeer(gateway).connect({}, 20)
      const [other, writer] = [new MemoryPeer(gateway).connect(), new MemoryPeer(gateway).connect()]
      for (const selector of selectors) reader.subscribe(selector)
      other.subscribe('#')
      clock.advance(100)
      reader.stall()
      writer.publish('first', '1')
      for (let topic = 0; topic < 3_000; topic++) writer.publish(`t/${topic}`, '1')
      writer.publish('last', '1')
      writer.publish('first', '2')
      clock.advance(1_000)
      reader.unstall()
      reader.cut()
      assert.deepEqual([...reader.values], [['first', '2']])
      reader.resume()
      clock.advance(1_000)
      assert.deepEqual([reader.values.get('first'), reader.values.get('last'), failures], ['2', '1', []])
    })
  }
})
