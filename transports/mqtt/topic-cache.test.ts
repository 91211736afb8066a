import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { bytes } from '../../test/support/memory-peer.js'
import { TopicCache, topicsCached } from './topic-cache.js'

const find = (cache: TopicCache, topic: string) => cache.find(bytes(`..${topic}..`), 2, 2 + topic.length)

suite('mqtt topic cache', () => {
  test('a topic that comes again is known, under the number that it had', () => {
    const cache = new TopicCache()
    const first = find(cache, 'a/b')
    assert.equal(first.isKnown, false)
    assert.deepEqual(find(cache, 'a/b'), { alias: first.alias, isKnown: true })
  })

  test('topics that share a number are never taken for each other', () => {
    const cache = new TopicCache()
    const topics = Array.from({ length: 100 }, (_, index) => `topic/${index % 10}/${index}`)
    const holders = new Map<number, string>()
    for (const topic of [...topics, ...topics]) {
      const { alias, isKnown } = find(cache, topic)
      assert.equal(isKnown, holders.get(alias) === topic, topic)
      holders.set(alias, topic)
    }
    // Who binds numbers of its own takes those above.
    assert.ok([...holders.keys()].every((alias) => alias >= 1 && alias <= topicsCached))
  })

  test('what turned out to be no topic is not known', () => {
    const cache = new TopicCache()
    cache.forget(find(cache, 'a').alias)
    assert.equal(find(cache, 'a').isKnown, false)
  })
})
