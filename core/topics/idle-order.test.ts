import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../../test/support/random.js'
import { IdleOrder } from './idle-order.js'
import { defaultProperties } from './properties.js'
import { Topic } from './topic.js'
import { TopicTree } from './topic-tree.js'

suite('idle order', () => {
  test('names the topic that went longest without a publish, whatever came, moved and went', () => {
    const random = new Random(7)
    const tree = new TopicTree()
    const order = new IdleOrder()
    const expected: Topic[] = []
    const away = Array.from({ length: 20 }, (_, id) => new Topic(id, tree.place(`t/${id}`), defaultProperties, 0))
    for (let step = 0; step < 10_000; step++) {
      const isAdded = expected.length === 0 || (away.length > 0 && random.below(2) === 0)
      const [topic] = isAdded
        ? away.splice(random.below(away.length), 1)
        : expected.splice(random.below(expected.length), 1)
      assert.ok(topic)
      if (isAdded) order.add(topic)
      else if (random.below(3) === 0) order.remove(topic)
      else order.moved(topic)
      ;(topic.idle === null ? away : expected).push(topic)
      assert.equal(order.longestIdle, expected[0] ?? null)
    }
  })

  test('leaves alone a topic that does not stand in it', () => {
    const order = new IdleOrder()
    const topic = new Topic(1, new TopicTree().place('t'), defaultProperties, 0)
    order.moved(topic)
    order.remove(topic)
    assert.equal(order.longestIdle, null)
  })
})
