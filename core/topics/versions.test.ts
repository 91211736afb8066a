import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { text } from '../../test/support/memory-peer.js'
import { pace } from '../limits.js'
import type { Keeping } from './news.js'
import type { Topic } from './topic.js'
import { liveOf } from './versions.js'

/** As a flush would: whoever reads the topic is given its newest version. */
const given = (folded: FoldedTopics, path: string) => {
  folded.isRead = true
  return folded.topics.versions.current(folded.topic(path))
}

/** Publishes values one after another, each given to a reader before the next comes, while another reader is owed the first. */
function publishedAndGiven(folded: FoldedTopics, path: string, count: number): void {
  for (let value = 1; value <= count; value++) {
    folded.publish(path, nthValue(value))
    if (value === 1) owed(folded, path)
    given(folded, path)
  }
}

/** Long enough for a delta. */
const nthValue = (number: number) => `a rather long value, ${number}`

/** More readers are owed the newest version. */
const owed = (folded: FoldedTopics, path: string, readers = 1) => {
  liveOf(folded.topic(path)).owing += readers
}

/** One reader less is. */
const settled = (folded: FoldedTopics, path: string) => folded.topic(path).settled()

/** As a sweep would: the next topic of which more is kept is tidied. */
const tidied = ({ topics: { versions } }: FoldedTopics, nowMs: number) => {
  const topic = versions.kept.take()
  assert.ok(topic)
  versions.tidy(topic, nowMs)
}

const offsets = (topic: Topic) => topic.live?.bases.map((base) => base.offset)

suite('the versions of a topic', () => {
  test('are made into an update once, and shared by all readers', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '{"bid":1}', { timeMs: 5, expiresAtMs: 9 })
    owed(folded, 'a', 2)
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
    owed(folded, 'a', 2)
    const viewed = versions.view(folded.topic('a'))
    assert.notEqual(versions.view(folded.topic('a')), viewed)
    assert.equal(versions.view(folded.topic('a')).value.length, 1)
    const update = given(folded, 'a')
    assert.equal(versions.view(folded.topic('a')), update, 'where one is kept, that one')
  })
})

suite('the newest version of a topic', () => {
  test('is kept as an update until nobody is owed it, and made anew for who comes later', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    owed(folded, 'a', 2)
    const update = given(folded, 'a')
    settled(folded, 'a')
    assert.equal(folded.topic('a').live?.current, update)
    settled(folded, 'a')
    assert.equal(folded.topic('a').live, null, 'nothing is left of what only readers need')
    assert.deepEqual([given(folded, 'a').version, text(given(folded, 'a').value)], [update.version, '1'])
  })

  test('is not kept for one reader alone, who reads it where it lies', () => {
    const folded = new FoldedTopics()
    folded.publish('a', nthValue(1))
    owed(folded, 'a')
    const update = given(folded, 'a')
    assert.deepEqual([update.isShared, text(update.value)], [false, nthValue(1)])
    assert.equal(folded.topic('a').live?.current, null)
    assert.equal(update.value.buffer, folded.topics.valueView(folded.topic('a')).buffer)
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
    assert.equal(text(versions.base(topic, 12)?.value ?? new Uint8Array()), nthValue(12))
    assert.equal(versions.base(topic, 20), topic.live?.current)
  })

  test('are not made once nobody reads the topic any more, nor when it goes', () => {
    const folded = new FoldedTopics()
    for (const path of ['a', 'b']) {
      folded.publish(path, nthValue(1))
      given(folded, path)
    }
    const { versions } = folded.topics
    const gone = folded.topic('b')
    folded.remove('b')
    folded.isRead = false
    folded.publish('a', nthValue(2))
    assert.deepEqual([folded.topic('a').live, gone.live, versions.kept.size, versions.baseBytes], [null, null, 0, 0])
  })

  test('are not made of what was kept for readers of messages alone, who are sent no deltas', () => {
    const folded = new FoldedTopics()
    folded.isRead = true
    const basesWith = (keeping: Keeping) => {
      folded.keeping = keeping
      for (const value of [1, 2, 3]) folded.publish(keeping, nthValue(value))
      return offsets(folded.topic(keeping))?.length
    }
    assert.deepEqual([basesWith('untilGiven'), basesWith('forReturns')], [0, 1])
  })

  test('are not made of versions that nobody was given', () => {
    const folded = new FoldedTopics()
    for (const value of [1, 2]) folded.publish('a', nthValue(value))
    given(folded, 'a')
    for (const value of [3, 4, 5]) folded.publish('a', nthValue(value))
    assert.deepEqual(offsets(folded.topic('a')), [2])
  })

  test('go once everybody holds a newer version', () => {
    const folded = new FoldedTopics()
    publishedAndGiven(folded, 'a', 5)
    folded.publish('a', nthValue(6))
    assert.deepEqual(offsets(folded.topic('a')), [1, 2, 3, 4, 5])
    given(folded, 'a')
    settled(folded, 'a')
    folded.publish('a', nthValue(7))
    assert.deepEqual(offsets(folded.topic('a')), [6])
  })

  test('are not kept where the topic allows no deltas, nor of values too short for one', () => {
    const folded = new FoldedTopics()
    folded.create('a', { deltas: false })
    publishedAndGiven(folded, 'a', 3)
    folded.publish('b', '1')
    given(folded, 'b')
    folded.publish('b', '2')
    assert.deepEqual([offsets(folded.topic('a')), folded.topic('b').live], [[], null])
    assert.equal(folded.topics.versions.baseBytes, 0)
  })

  test('are not kept beyond the bytes of the node: full values are sent instead [SEM 3.4]', () => {
    const folded = new FoldedTopics({ baseBytesMax: 60 })
    publishedAndGiven(folded, 'a', 9)
    const { versions } = folded.topics
    assert.ok((offsets(folded.topic('a')) ?? []).length < 8)
    assert.ok(versions.baseBytes <= 60 + nthValue(1).length, `${versions.baseBytes} bytes`)
  })

  test('are forgotten once nobody needed them for a minute, and then their bytes are 0 [SEM 3.4]', () => {
    const folded = new FoldedTopics()
    const { versions } = folded.topics
    folded.clock.advance(500_000)
    publishedAndGiven(folded, 'a', 12)
    settled(folded, 'a')
    assert.equal(versions.kept.size, 1)
    assert.ok(versions.baseBytes > 0)
    tidied(folded, 500_000 + pace.baseIdleMs)
    assert.equal(versions.kept.size, 1)
    tidied(folded, 500_001 + pace.baseIdleMs)
    assert.equal(versions.kept.size, 0)
    assert.equal(versions.baseBytes, 0)
    assert.equal(folded.topic('a').live, null)
  })

  test('go with their topic', () => {
    const folded = new FoldedTopics()
    publishedAndGiven(folded, 'a', 3)
    folded.remove('a')
    assert.equal(folded.topics.versions.baseBytes, 0)
    assert.equal(folded.topics.valueBytes, 65_536, 'one slab, which stays')
  })

  test('that were just given outlive the next sweep, however long the gateway has been up', () => {
    const folded = new FoldedTopics()
    folded.clock.advance(500_000)
    folded.publish('a', nthValue(1))
    given(folded, 'a')
    folded.publish('a', nthValue(2))
    tidied(folded, 500_900)
    assert.equal(text(folded.topics.versions.base(folded.topic('a'), 1)?.value ?? new Uint8Array()), nthValue(1))
  })

  test('still say what they said when the store has moved their bytes', () => {
    const folded = new FoldedTopics()
    publishedAndGiven(folded, 'a', 3)
    const filler = new Uint8Array(1_000)
    for (let n = 0; n < 200; n++) folded.publish(`filler/${n}`, filler)
    for (let n = 0; n < 200; n++) folded.remove(`filler/${n}`)
    const before = folded.topics.versions.base(folded.topic('a'), 1)?.value.byteOffset
    folded.topics.compact(1_000)
    const base = folded.topics.versions.base(folded.topic('a'), 1)
    assert.equal(text(base?.value ?? new Uint8Array()), nthValue(1))
    assert.notEqual(base?.value.byteOffset, before, 'they were moved')
    assert.equal(folded.value('a'), nthValue(3))
  })

  test('go early where the node holds too many', () => {
    const folded = new FoldedTopics({ baseBytesMax: 20 })
    publishedAndGiven(folded, 'a', 3)
    tidied(folded, 0)
    assert.equal(folded.topics.versions.baseBytes, 0)
  })
})
