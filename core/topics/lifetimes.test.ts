import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Removal } from '../messages.js'
import { Lifetimes } from './lifetimes.js'
import { combine } from './properties.js'
import { Topic } from './topic.js'
import { TopicTree } from './topic-tree.js'

/** Topics that go by themselves, with what was removed, and who is read. */
function lifetimes() {
  const tree = new TopicTree()
  const topics = new Map<number, Topic>()
  const removed: number[] = []
  const read = new Set<number>()
  /** Until when an earlier value lasts that stands again once the newest is over. */
  const earlier = new Map<number, number>()
  let looks = 0
  const inner = new Lifetimes({
    topicOf: (id) => {
      looks += 1
      return topics.get(id) ?? null
    },
    isRead: ({ id }) => read.has(id),
    replaces: (topic) => {
      const lifeMs = earlier.get(topic.id)
      if (lifeMs !== undefined) topic.expiresAtMs = lifeMs
      return earlier.delete(topic.id)
    },
    remove: (topic) => {
      removed.push(topic.id)
      topics.delete(topic.id)
      inner.removed(topic)
    },
  })
  const make = (id: number, removal: Partial<Removal> | null, createdMs = 0) => {
    const whole = removal && {
      ...{ afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: false },
      ...removal,
    }
    const topic = new Topic(id, tree.place(`t/${id}`), combine({ removal: whole }), createdMs)
    topics.set(id, topic)
    return topic
  }
  return { inner, topics, removed, read, earlier, make, looks: () => looks }
}

suite('lifetimes', () => {
  test('end a topic when its value expires, and not before', () => {
    const { inner, removed, make } = lifetimes()
    const topic = make(1, null)
    topic.expiresAtMs = 100
    inner.watch(topic, 0)
    inner.step(99, 9)
    assert.deepEqual(removed, [])
    inner.step(100, 9)
    assert.deepEqual(removed, [1])
  })

  test('spare a topic where an earlier value stands again, and end it when that is over or the topic itself is', () => {
    const { inner, removed, earlier, make } = lifetimes()
    const [lasting, expiring, idle] = [make(1, null), make(2, null), make(3, { idleForMs: 150 })]
    for (const topic of [lasting, expiring, idle]) {
      topic.expiresAtMs = 100
      earlier.set(topic.id, topic === expiring ? 120 : 0)
      inner.watch(topic, 0)
    }
    inner.step(100, 9)
    assert.deepEqual(removed, [])
    inner.step(120, 9)
    assert.deepEqual(removed, [2])
    inner.step(1_000, 9)
    assert.deepEqual(removed, [2, 3])
  })

  test('spare a newer value that expires later, or never', () => {
    const { inner, removed, make } = lifetimes()
    const [later, never] = [make(1, null), make(2, null)]
    for (const topic of [later, never]) {
      topic.expiresAtMs = 100
      inner.watch(topic, 0)
    }
    later.expiresAtMs = 200
    inner.watch(later, 50)
    never.expiresAtMs = 0
    inner.step(199, 9)
    assert.deepEqual(removed, [])
    inner.step(200, 9)
    assert.deepEqual(removed, [1])
  })

  test('end a newer value that expires earlier in time', () => {
    const { inner, removed, make } = lifetimes()
    const topic = make(1, null)
    for (const expiresAtMs of [1_000, 100]) {
      topic.expiresAtMs = expiresAtMs
      inner.watch(topic, 0)
    }
    inner.step(100, 9)
    assert.deepEqual(removed, [1])
  })

  test('end a topic that far after it was created, however often it changes', () => {
    const { inner, removed, make } = lifetimes()
    const topic = make(1, { afterMs: 60 }, 40)
    inner.watch(topic, 40)
    topic.acceptedMs = 99
    inner.step(99, 9)
    assert.deepEqual(removed, [])
    inner.step(100, 9)
    assert.deepEqual(removed, [1])
  })

  test('end a topic that was idle, counted from its last change', () => {
    const { inner, removed, make } = lifetimes()
    const topic = make(1, { idleForMs: 60 })
    inner.watch(topic, 0)
    topic.acceptedMs = 50
    inner.step(60, 9)
    inner.step(109, 9)
    assert.deepEqual(removed, [])
    inner.step(110, 9)
    assert.deepEqual(removed, [1])
  })

  test('end a topic that nobody reads, at most a quarter of its time late', () => {
    const { inner, removed, make } = lifetimes()
    inner.watch(make(1, { unsubscribedForMs: 100 }), 0)
    for (let nowMs = 1; removed.length === 0; nowMs++) {
      assert.ok(nowMs <= 125, 'it overstays')
      inner.step(nowMs, 9)
      if (nowMs < 100) assert.deepEqual(removed, [])
    }
  })

  test('count the time without readers anew each time when somebody reads', () => {
    const { inner, removed, read, make } = lifetimes()
    inner.watch(make(1, { unsubscribedForMs: 100 }), 0)
    for (let nowMs = 1; nowMs <= 400; nowMs++) {
      if (nowMs % 80 === 0) read.add(1)
      if (nowMs % 80 === 26) read.delete(1)
      inner.step(nowMs, 9)
    }
    assert.deepEqual(removed, [])
    read.clear()
    for (let nowMs = 400; nowMs <= 550; nowMs++) inner.step(nowMs, 9)
    assert.deepEqual(removed, [1])
  })

  test('go by whatever comes first', () => {
    const { inner, removed, make } = lifetimes()
    inner.watch(make(1, { afterMs: 90, idleForMs: 50, unsubscribedForMs: 1_000 }), 0)
    inner.step(50, 9)
    assert.deepEqual(removed, [1])
  })

  test('leave alone what has no end, and what went before its time', () => {
    const { inner, removed, topics, make } = lifetimes()
    inner.watch(make(1, { withSession: true }), 0)
    const early = make(2, { afterMs: 10 })
    inner.watch(early, 0)
    topics.delete(2)
    inner.removed(early)
    inner.step(1_000_000, 9)
    assert.deepEqual([removed, inner.count], [[], 0])
  })

  test('look at no more topics in a step than they may, and say whether more are due', () => {
    const { inner, removed, make } = lifetimes()
    for (let id = 1; id <= 5; id++) inner.watch(make(id, { afterMs: 10 }), 0)
    assert.equal(inner.step(9, 2), true)
    assert.equal(inner.step(10, 2), false)
    assert.equal(removed.length, 2)
    assert.equal(inner.step(10, 2), false)
    assert.equal(inner.step(10, 2), true)
    assert.equal(removed.length, 5)
  })

  test('cost a topic one look a lifetime, however often its value is replaced', () => {
    const { inner, make, looks } = lifetimes()
    const topic = make(1, null)
    for (let nowMs = 1; nowMs <= 10_000; nowMs++) {
      topic.expiresAtMs = nowMs + 100
      inner.watch(topic, nowMs)
      inner.step(nowMs, 1_000)
    }
    assert.ok(looks() <= 101, `${looks()} looks`)
  })

  test('remember of a topic with ever shorter lives no more than of others', () => {
    const { inner, make, looks } = lifetimes()
    const topic = make(1, null)
    for (let round = 0; round < 20_000; round++) {
      topic.expiresAtMs = 1_000_000 - round
      inner.watch(topic, 0)
    }
    topic.expiresAtMs = 0
    while (!inner.step(2_000_000, 1));
    assert.ok(looks() <= 1, `${looks()} looks`)
  })
})
