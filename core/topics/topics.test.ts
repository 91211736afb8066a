import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { bytes } from '../../test/support/memory-peer.js'

const seed = 19

const action = fc.record({
  kind: fc.constantFrom('publish', 'publish', 'create', 'remove', 'compact'),
  path: fc.constantFrom('a', 'b', 'a/b', 'c//', 'c'),
  length: fc.oneof(fc.nat(50), fc.constant(20_000)),
})

/** Does it to both, the fold and a plain map of texts (null: no value yet). */
function act(
  folded: FoldedTopics,
  model: Map<string, string | null>,
  each: typeof action extends fc.Arbitrary<infer A> ? A : never,
) {
  const { path, length } = each
  if (each.kind === 'publish') {
    const value = `${model.size}`.repeat(length)
    folded.publish(path, value)
    model.set(path, value)
  } else if (each.kind === 'create') {
    folded.create(path)
    if (!model.has(path)) model.set(path, null)
  } else if (each.kind === 'remove') {
    folded.remove(path)
    model.delete(path)
  } else folded.topics.compact(4)
}

suite('the fold of the log', () => {
  test('holds what a plain map would, whatever is published, created, removed and compacted [SEM 1.1]', () => {
    const isAMap = (actions: Parameters<typeof act>[2][]) => {
      const folded = new FoldedTopics()
      const model = new Map<string, string | null>()
      for (const each of actions) act(folded, model, each)
      assert.equal(folded.topics.count, model.size)
      for (const [path, value] of model) {
        assert.equal(folded.value(path), value)
        assert.equal(folded.topic(path).hasValue, value !== null)
      }
    }
    fc.assert(fc.property(fc.array(action, { maxLength: 60 }), isAMap), { seed })
  })

  test('gives each topic its version: the offset of its last record and of the one before [SEM 1.2]', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    folded.publish('b', '1')
    folded.publish('a', '2')
    const { offset, previousOffset } = folded.topic('a')
    assert.deepEqual([offset, previousOffset], [3, 1])
    const answers: number[][] = []
    const ticket = { accepted: (...version: number[]) => answers.push(version), refused: () => assert.fail() }
    folded.log.append({ kind: 'remove', path: 'a', timeMs: 0, ifOffset: null, isTold: false, remover: null }, ticket)
    folded.log.append({ kind: 'remove', path: 'b', timeMs: 0, ifOffset: null, isTold: false, remover: null }, ticket)
    assert.deepEqual(answers, [
      [4, 3],
      [5, 2],
    ])
  })

  test('never gives an id twice, and knows a topic by its id until it is removed [SEM 1.4]', () => {
    const folded = new FoldedTopics()
    const ids: number[] = []
    for (let round = 0; round < 3; round++) {
      folded.publish('a', '1')
      const { id } = folded.topic('a')
      ids.push(id)
      assert.equal(folded.topics.topicOf(id), folded.topic('a'))
      folded.remove('a')
      assert.equal(folded.topics.topicOf(id), null)
    }
    assert.equal(new Set(ids).size, 3)
    assert.ok(!ids.includes(0), 'which stands for none')
  })

  test('finds by path what an id no longer names', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    const { id } = folded.topic('a')
    folded.remove('a')
    folded.publish('a', '2', { topicId: id })
    assert.equal(folded.value('a'), '2')
    assert.equal(folded.topics.find({ path: 'a', topicId: folded.topic('a').id }), folded.topic('a'))
  })

  test('keeps what comes with a value: its time, expiry, attributes and declared type [SEM 1.7]', () => {
    const folded = new FoldedTopics()
    const attributes = {
      pairs: [['unit', 'K'] as const],
      contentType: null,
      isText: false,
      replyPath: null,
      correlation: null,
    }
    folded.publish('a', '1', { timeMs: 77, acceptedMs: 78, expiresAtMs: 99, attributes, type: 'double' })
    const topic = folded.topic('a')
    assert.deepEqual([topic.timeMs, topic.expiresAtMs, topic.attributes], [77, 99, attributes])
    assert.deepEqual([topic.type, topic.properties.type, topic.acceptedMs], ['double', 'double', 78])
    folded.publish('a', '2', { timeMs: 78 })
    assert.deepEqual([topic.timeMs, topic.expiresAtMs, topic.attributes], [78, 0, null])
  })

  test('tells of what comes and goes while it is applied', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { sessionId: 's1' })
    folded.publish('a', '2', { sessionId: 's2' })
    folded.remove('a')
    assert.deepEqual(folded.news, ['created a s1', 'removed a'])
  })

  test('tells of a topic with a time to go when it is made, of a value that expires each time', () => {
    const folded = new FoldedTopics()
    const removal = { afterMs: 5, unsubscribedForMs: null, idleForMs: null, withSession: false }
    folded.create('a', { removal })
    folded.publish('a', '1')
    folded.publish('a', '2', { expiresAtMs: 9 })
    folded.publish('b', '1', { expiresAtMs: 9 })
    assert.deepEqual(folded.news, ['created a', 'timed a', 'timed a', 'created b', 'timed b'])
  })

  test('puts a topic that somebody reads on the dirty list, with what the readers held', () => {
    const folded = new FoldedTopics()
    folded.publish('unread', '1')
    folded.isRead = true
    folded.create('a')
    folded.publish('a', '1')
    folded.topics.dirty.take(9, (topic, heldOffset, isKnown, firstOffset) => {
      assert.deepEqual([topic.path, heldOffset, isKnown, firstOffset], ['a', 0, false, 2])
    })
    folded.remove('a')
    folded.topics.dirty.take(9, (topic, heldOffset, isKnown, firstOffset) => {
      assert.deepEqual([topic.path, heldOffset, isKnown, firstOffset], ['a', 3, true, 4])
    })
    assert.deepEqual(folded.news, ['created unread', 'created a', 'changed', 'changed', 'changed', 'removed a'])
  })

  test('has no value to show where a topic keeps none [SEM 4.5]', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { properties: { keep: false } })
    assert.equal(folded.topic('a').hasValue, false)
    assert.equal(folded.topics.versions.view(folded.topic('a')).value.length, 1, 'for those who read it now')
  })

  test('shares one object for equal properties', () => {
    const folded = new FoldedTopics()
    folded.create('a', { priority: 0 })
    folded.publish('b', '1', { properties: { priority: 0 } })
    assert.equal(folded.topic('a').properties, folded.topic('b').properties)
  })

  test('remembers removals for readers who come back [SEM 1.6]', () => {
    const folded = new FoldedTopics({ removalsMax: 1 })
    for (const path of ['a', 'b']) folded.publish(path, '1')
    const { id } = folded.topic('b')
    for (const path of ['a', 'b']) folded.remove(path)
    assert.deepEqual(
      folded.topics.removals.since(3).map((topic) => [topic.offset, topic.id, topic.path]),
      [[4, id, 'b']],
    )
    assert.equal(folded.topics.removals.lostOffset, 3)
  })

  test('holds the bytes of current values and of nothing else', () => {
    const folded = new FoldedTopics()
    folded.publish('a', new Uint8Array(100_000))
    folded.publish('a', bytes('1'))
    folded.publish('b', new Uint8Array(100_000))
    folded.remove('b')
    assert.equal(folded.topics.valueBytes, 65_536)
  })
})
