import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { ImpatientClock } from '../../test/support/simulated-clock.js'

suite('where a reader stands', () => {
  for (const selectors of [['#'], ['first', 'last'], ['first', '+']]) {
    test(`a reader of ${selectors.join(' and ')} who is cut off while marks are behind misses nothing [SEM 1.4]`, () => {
      const { clock, peer, failures } = memoryGateway({}, new ImpatientClock())
      // One update at a time.
      const reader = peer({}, 20)
      const [other, writer] = [peer(), peer()]
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
