import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { selector } from '../../test/support/selectors.js'
import type { Limits } from '../limits.js'
import type { CreateRecord } from '../log/update-log.js'
import type { HistoryBounds } from '../messages.js'
import { updateBytes } from './history.js'
import type { TopicRule } from './rules.js'

/** Topics of which every update is kept, at first without bounds of their own. */
function kept(limits: Partial<Limits>, properties: CreateRecord['properties'] = {}, rules: readonly TopicRule[] = []) {
  const folded = new FoldedTopics(limits, rules)
  folded.keeping = 'forReturns'
  folded.create('a', properties)
  const count = (path = 'a') => folded.topic(path).live?.history?.count ?? 0
  const publish = (times: number, value = '', path = 'a') => {
    for (let n = 0; n < times; n++) folded.publish(path, value)
  }
  /** As a sweep does where no reader owes anything. */
  const trim = () => folded.topics.versions.trim(folded.topic('a'), Number.POSITIVE_INFINITY, folded.clock.timeMs())
  return { folded, count, publish, trim, versions: folded.topics.versions }
}

const bounds = (more: Partial<HistoryBounds>) => ({ history: { count: null, ageMs: null, bytes: null, ...more } })

suite('history that a topic asks for', () => {
  test('is still there when nobody is owed anything, and goes where the topic asks for none [SEM 3.3]', () => {
    for (const [properties, left] of [
      [bounds({ count: 3 }), 3],
      [bounds({}), 9],
      [{}, 0],
    ] as const) {
      const { count, publish, trim, versions } = kept({}, properties)
      publish(8)
      trim()
      assert.equal(count(), left)
      assert.equal(versions.historyBytes, left * updateBytes)
    }
  })

  test('goes with its topic, once nobody needs it: nothing more will come that would cut it', () => {
    const { folded, publish, versions } = kept({}, bounds({ count: 3 }))
    publish(3)
    const topic = folded.topic('a')
    folded.remove('a')
    assert.ok(versions.historyBytes > 0)
    assert.equal(versions.kept.take(), topic)
    versions.trim(topic, Number.POSITIVE_INFINITY, folded.clock.timeMs())
    versions.tidy(topic, folded.clock.nowMs())
    assert.deepEqual([topic.live, versions.historyBytes, versions.kept.size], [null, 0, 0])
  })

  test('is cut to the bytes that it asks for, of which one update always fits', () => {
    const { count, publish, trim } = kept({}, bounds({ bytes: 3 * updateBytes + 30 }))
    publish(20, '0123456789')
    trim()
    assert.equal(count(), 3)
    publish(1, 'x'.repeat(5_000))
    trim()
    assert.equal(count(), 1)
  })

  test('is cut to its age', () => {
    const { folded, count, publish, trim } = kept({}, bounds({ ageMs: 100 }))
    for (let n = 0; n < 10; n++) {
      folded.clock.advance(50)
      publish(1)
    }
    trim()
    assert.equal(count(), 3)
  })

  test('of no age is none: it says only how much may be owed [SEM 3.3]', () => {
    const limits = { historyUpdatesMax: 10, historyTopicBytesMax: 12 * updateBytes }
    const rule = { selector: selector('#'), properties: bounds({ count: 20, bytes: 40 * updateBytes, ageMs: 0 }) }
    const { count, publish, trim } = kept(limits, {}, [rule])
    publish(30)
    assert.equal(count(), 20)
    trim()
    assert.equal(count(), 0)
  })

  test('of a thousand million updates, asked for by a client, is not kept: only a rule raises the bounds [SEM 3.3]', () => {
    const asked = bounds({ count: 1_000_000_000, bytes: 1_000_000_000 })
    const { folded, count, publish, trim } = kept(
      { historyUpdatesMax: 10, historyTopicBytesMax: 40 * updateBytes },
      asked,
    )
    assert.deepEqual(folded.topic('a').properties.history, { count: 10, ageMs: null, bytes: 40 * updateBytes })
    publish(30)
    assert.equal(count(), 10)
    trim()
    assert.equal(count(), 10)
    assert.equal(folded.create('a', asked), null, 'asking the same again is no contradiction')
  })

  test('may be as long as a rule says, also where a client asks for more', () => {
    const limits = { historyUpdatesMax: 10, historyTopicBytesMax: 12 * updateBytes }
    const rule = { selector: selector('#'), properties: bounds({ count: 20, bytes: 40 * updateBytes }) }
    for (const properties of [{}, bounds({ count: 1_000, bytes: 1_000_000 })]) {
      const { count, publish, trim } = kept(limits, properties, [rule])
      publish(30)
      trim()
      assert.equal(count(), 20)
    }
  })
})

suite('history that readers are owed', () => {
  test('is bounded by the updates of a topic', () => {
    const { count, publish } = kept({ historyUpdatesMax: 5 })
    publish(30)
    assert.equal(count(), 5)
  })

  test('is bounded by the bytes of a topic, also where its values are empty', () => {
    const { count, publish, versions } = kept({ historyTopicBytesMax: 5 * updateBytes })
    publish(30)
    assert.equal(count(), 5)
    assert.equal(versions.historyBytes, 5 * updateBytes)
  })

  test('is bounded by the bytes of the node, also where its values are empty', () => {
    const { count, publish, versions } = kept({ historyBytesMax: 8 * updateBytes })
    publish(5)
    publish(30, '', 'b')
    assert.deepEqual([count('a'), count('b')], [6, 2])
    assert.equal(versions.historyBytes, 8 * updateBytes)
  })

  test('counts attributes among its bytes', () => {
    const { folded, versions } = kept({})
    const before = versions.historyBytes
    const attributes = {
      pairs: [['a', 'bc']] as const,
      contentType: null,
      isText: false,
      replyPath: null,
      correlation: null,
    }
    folded.publish('a', 'de', { attributes })
    assert.equal(versions.historyBytes - before, updateBytes + 5)
  })
})
