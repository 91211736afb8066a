import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { defaultProperties } from './properties.js'
import { Topic } from './topic.js'
import { TopicPages, topicIdMax } from './topic-pages.js'
import { TopicTree } from './topic-tree.js'

const tree = new TopicTree()

/** The next topic of these pages. */
function added(pages: TopicPages): Topic {
  const topic = new Topic(pages.newestId + 1, tree.root, defaultProperties, 0)
  pages.add(topic)
  return topic
}

suite('topics by id', () => {
  test('are found until they go, and no id that was never given finds any', () => {
    const pages = new TopicPages()
    const topics = Array.from({ length: 3_000 }, () => added(pages))
    for (const topic of topics) assert.equal(pages.of(topic.id), topic)
    for (const id of [0, 3_001, 1_000_000]) assert.equal(pages.of(id), null)
    for (const topic of topics) if (topic.id % 2 === 0) pages.remove(topic)
    for (const topic of topics) assert.equal(pages.of(topic.id), topic.id % 2 === 0 ? null : topic)
    assert.equal(pages.newestId, 3_000)
  })

  test('leave no memory behind when they come and go: only pages with a living topic stay', () => {
    const pages = new TopicPages()
    const first = added(pages)
    for (let n = 0; n < 100_000; n++) pages.remove(added(pages))
    assert.ok(pages.held <= 2, `${pages.held} pages`)
    assert.equal(pages.of(first.id), first)
    assert.equal(added(pages).id, 100_002, 'ids are never used again')
  })

  test('are found up to the very last id', () => {
    const pages = new TopicPages()
    const first = added(pages)
    pages.newestId = topicIdMax - 1
    const last = added(pages)
    assert.deepEqual([last.id, pages.of(last.id), pages.of(first.id)], [topicIdMax, last, first])
    pages.remove(last)
    assert.deepEqual([pages.of(last.id), pages.of(first.id)], [null, first])
  })
})
