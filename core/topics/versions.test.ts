import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { text } from '../../test/support/memory-peer.js'
import { pace } from '../limits.js'
import type { Topic } from './topic.js'
import { liveOf } from './versions.js'

/** As a flush would: whoever reads the topic is given its newest version. */
const given = (folded: FoldedTopics, path: string) => folded.topics.versions.current(folded.topic(path))

/** Publishes values one after another, each given to a reader before the next comes. */
function publishedAndGiven(folded: FoldedTopics, path: string, count: number): void {
  for (let value = 1; value <= count; value++) {
    folded.publish(path, `value ${value}`)
    given(folded, path)
  }
}

/** A reader of the topic that was given the version at `cursor`. */
function reader(topic: Topic, cursor: number, keepsEvery = false) {
  const one = { cursor, keepsEvery, owe: () => undefined }
  liveOf(topic).readers.push(one)
  return one
}

const offsets = (topic: Topic) => topic.live?.bases.map((base) => base.version.offset)

suite('the versions of a topic', () => {
  test('are made into an update once, and shared by all readers', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '{"bid":1}', { timeMs: 5, expiresAtMs: 9 })
    const update = given(folded, 'a')
    assert.equal(given(folded, 'a'), update)
    assert.deepEqual(
      [update.topic.path, update.version, update.timeMs, update.expiresAtMs, update.type, update.content],
      ['a', { offset: 1, previous: 0 }, 5, 9, 'json', 'value'],
    )
    assert.equal(text(update.value), '{"bid":1}')
    folded.publish('a', '{"bid":2}')
    assert.deepEqual(given(folded, 'a').version, { offset: 2, previous: 1 })
    assert.equal(text(update.value), '{"bid":1}', 'an update never changes')
  })

  test('say where a topic has no value, or is gone', () => {
    const folded = new FoldedTopics()
    folded.create('a')
    assert.deepEqual([given(folded, 'a').content, given(folded, 'a').type], ['none', 'binary'])
    folded.create('b', { type: 'int64' })
    assert.equal(given(folded, 'b').type, 'int64')
    const topic = folded.topic('a')
    folded.remove('a')
    const removal = folded.topics.versions.current(topic)
    assert.deepEqual(
      [removal.content, removal.version, removal.value.length],
      ['removed', { offset: 3, previous: 1 }, 0],
    )
  })

  test('are made for one use without being kept, so that a fetch of all topics costs no memory', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    const { versions } = folded.topics
    assert.equal(text(versions.view(folded.topic('a')).value), '1')
    assert.equal(folded.topic('a').live, null)
    assert.equal(versions.kept.size, 0)
    const viewed = versions.view(folded.topic('a'))
    assert.notEqual(versions.view(folded.topic('a')), viewed)
    assert.equal(versions.view(folded.topic('a')).value.length, 1)
    const update = given(folded, 'a')
    assert.equal(versions.view(folded.topic('a')), update, 'where one is kept, that one')
  })
})

suite('bases of deltas', () => {
  test('are what readers were given before: at most 8 of a topic, the newest ones [SEM 3.4]', () => {
    const folded = new FoldedTopics()
    publishedAndGiven(folded, 'a', 20)
    const topic = folded.topic('a')
    assert.deepEqual(offsets(topic), [12, 13, 14, 15, 16, 17, 18, 19])
    const { versions } = folded.topics
    assert.equal(versions.base(topic, 11), null)
    assert.equal(text(versions.base(topic, 12)?.value ?? new Uint8Array()), 'value 12')
    assert.equal(versions.base(topic, 20), topic.live?.current)
  })

  test('are not made of versions that nobody was given', () => {
    const folded = new FoldedTopics()
    for (const value of ['1', '2']) folded.publish('a', value)
    given(folded, 'a')
    for (const value of ['3', '4', '5']) folded.publish('a', value)
    assert.deepEqual(offsets(folded.topic('a')), [2])
  })

  test('that none of a few readers holds are dropped at once, but for the newest', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    const topic = folded.topic('a')
    const one = reader(topic, 1)
    publishedAndGiven(folded, 'a', 5)
    assert.deepEqual(offsets(topic), [2, 3, 4, 5])
    one.cursor = 5
    folded.publish('a', '7')
    assert.deepEqual(
      offsets(topic),
      [5, 6].filter((offset) => offset >= 5),
    )
    one.cursor = 7
    given(folded, 'a')
    folded.publish('a', '8')
    assert.deepEqual(offsets(topic), [7])
  })

  test('are kept whoever reads, where asking many readers would cost too much', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    for (let i = 0; i < 9; i++) reader(folded.topic('a'), 1_000)
    publishedAndGiven(folded, 'a', 4)
    folded.publish('a', '6')
    assert.deepEqual(offsets(folded.topic('a')), [2, 3, 4, 5])
  })

  test('are not kept where the topic allows no deltas', () => {
    const folded = new FoldedTopics()
    folded.create('a', { deltas: false })
    publishedAndGiven(folded, 'a', 3)
    assert.deepEqual(offsets(folded.topic('a')), [])
    assert.equal(folded.topics.versions.base(folded.topic('a'), 4), null)
    assert.equal(folded.topics.versions.baseBytes, 'value 3'.length)
  })

  test('are not kept beyond the bytes of the node: full values are sent instead [SEM 3.4]', () => {
    const folded = new FoldedTopics({ baseBytesMax: 20 })
    publishedAndGiven(folded, 'a', 9)
    const { versions } = folded.topics
    assert.ok((offsets(folded.topic('a')) ?? []).length < 8)
    assert.ok(versions.baseBytes <= 20 + 2 * 'value 1'.length, `${versions.baseBytes} bytes`)
  })

  test('are forgotten once nobody needed them for a minute, and then their bytes are 0 [SEM 3.4]', () => {
    const folded = new FoldedTopics()
    const { versions } = folded.topics
    folded.clock.advance(500_000)
    for (const path of ['a', 'b']) publishedAndGiven(folded, path, 12)
    folded.remove('b')
    assert.ok(versions.baseBytes > 16 * 'value 1'.length, `${versions.baseBytes} bytes`)
    for (const topic of [...versions.kept]) versions.tidy(topic, 500_000 + pace.baseIdleMs)
    assert.equal(versions.kept.size, 2)
    for (const topic of [...versions.kept]) versions.tidy(topic, 500_001 + pace.baseIdleMs)
    assert.equal(versions.baseBytes, 0)
    assert.equal(versions.kept.size, 0)
    assert.equal(folded.topic('a').live, null)
  })

  test('that were just given outlive the next sweep, however long the gateway has been up', () => {
    const folded = new FoldedTopics()
    folded.clock.advance(500_000)
    folded.publish('a', '1')
    const update = given(folded, 'a')
    folded.topics.versions.tidy(folded.topic('a'), 500_900)
    folded.publish('a', '2')
    assert.equal(folded.topics.versions.base(folded.topic('a'), 1), update)
  })

  test('go early where the node holds too many, and readers keep what is theirs', () => {
    const folded = new FoldedTopics({ baseBytesMax: 10 })
    publishedAndGiven(folded, 'a', 3)
    const topic = folded.topic('a')
    const one = reader(topic, 3)
    folded.topics.versions.tidy(topic, 0)
    assert.equal(folded.topics.versions.baseBytes, 0)
    assert.deepEqual(topic.live?.readers, [one])
  })
})
