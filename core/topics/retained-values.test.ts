import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { text } from '../../test/support/memory-peer.js'
import type { Handling } from '../messages.js'

const retained: Handling = { qos: 1, isRetained: true, isMessage: true }
const passing: Handling = { qos: 1, isRetained: false, isMessage: true }

function retainedOf(folded: FoldedTopics, path: string): string | null {
  const update = folded.topics.retained.of(folded.topic(path))
  return update && text(update.value)
}

suite('retained values', () => {
  test('a value that is to be retained is the newest, and nothing is kept apart', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { handling: retained })
    folded.publish('a', '2', { handling: retained })
    assert.equal(retainedOf(folded, 'a'), '2')
    assert.equal(folded.topics.retained.apartCount, 0)
  })

  test('one that is not leaves the one before, while states see the newest [SEM 4.5]', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { handling: retained })
    folded.publish('a', '2', { handling: passing })
    folded.publish('a', '3', { handling: passing })
    assert.equal(retainedOf(folded, 'a'), '1')
    assert.equal(text(folded.topics.valueView(folded.topic('a'))), '3')
    folded.publish('a', '4', { handling: retained })
    assert.equal(retainedOf(folded, 'a'), '4')
    assert.equal(folded.topics.retained.apartCount, 0)
  })

  test('what says nothing is retained where the topic keeps its value [SEM 4.7]', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    assert.equal(retainedOf(folded, 'a'), '1')
    folded.publish('b', '1', { properties: { keep: false } })
    assert.equal(retainedOf(folded, 'b'), null)
  })

  test('a topic without a retained value has none', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { handling: passing })
    assert.equal(retainedOf(folded, 'a'), null)
  })

  test('one that is over is told to nobody, whether it is the newest or not', () => {
    const folded = new FoldedTopics()
    const expiresAtMs = folded.clock.timeMs() + 1_000
    folded.publish('a', '1', { handling: retained, expiresAtMs })
    folded.publish('b', '1', { handling: retained, expiresAtMs })
    folded.publish('b', '2', { handling: passing })
    assert.equal(retainedOf(folded, 'b'), '1')
    folded.clock.advance(1_001)
    assert.equal(retainedOf(folded, 'a'), null)
    assert.equal(retainedOf(folded, 'b'), null)
    assert.equal(folded.topics.retained.apartCount, 0)
  })

  test('a topic that goes takes it along', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { handling: retained })
    folded.publish('a', '2', { handling: passing })
    folded.remove('a')
    assert.equal(folded.topics.retained.apartCount, 0)
  })
})
