import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { bytes } from '../../test/support/memory-peer.js'
import { TopicCache } from './topic-cache.js'

const find = (cache: TopicCache, topic: string) => cache.find(bytes(`..${topic}..`), 2, 2 + topic.length)

suite('mqtt topic cache', () => {
  test('a topic that comes again is known, under the number that it had', () => {
    const cache = new TopicCache(100)
    const first = find(cache, 'a/b')
    assert.deepEqual([first.isKnown, first.alias >= 100], [false, true])
    assert.deepEqual(find(cache, 'a/b'), { alias: first.alias, isKnown: true })
  })

  test('topics that share a number are never taken for each other', () => {
    const cache = new TopicCache(0)
    const topics = Array.from({ length: 100 }, (_, index) => `topic/${index % 10}/${index}`)
    const holders = new Map<number, string>()
    for (const topic of [...topics, ...topics]) {
      const { alias, isKnown } = find(cache, topic)
      assert.equal(isKnown, holders.get(alias) === topic, topic)
      holders.set(alias, topic)
    }
  })

  test('what turned out to be no topic is not known', () => {
    const cache = new TopicCache(1)
    cache.forget(find(cache, 'a').alias)
    assert.equal(find(cache, 'a').isKnown, false)
  })
})
