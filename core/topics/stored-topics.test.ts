import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { text } from '../../test/support/memory-peer.js'
import type { Handling } from '../messages.js'
import type { Records } from '../store.js'
import { EarlierLives } from './earlier-lives.js'
import { restoredTopic, StoredTopics } from './stored-topics.js'

const retained: Handling = { qos: 1, isRetained: true, isMessage: true }
const passing: Handling = { qos: 1, isRetained: false, isMessage: true }

/** What a store would hold. */
class HeldRecords implements Records {
  readonly held = new Map<string, Uint8Array>()
  /** Bytes that were ever put. */
  written = 0

  put(key: string, value: Uint8Array): void {
    this.written += value.length
    this.held.set(key, value.slice())
  }

  delete(key: string): void {
    this.held.delete(key)
  }

  deleteAll(): void {
    this.held.clear()
  }

  read(): AsyncIterable<never> {
    throw new Error('read by whoever restores')
  }
}

/** Topics whose store is at hand, and others that were restored from it. */
function stored() {
  const records = new HeldRecords()
  const folded = new FoldedTopics()
  folded.topics.stored = new StoredTopics(records, new EarlierLives(new HeldRecords(), 0))
  const restart = () => {
    const after = new FoldedTopics()
    after.topics.stored = new StoredTopics(records, new EarlierLives(new HeldRecords(), 0))
    for (const [path, bytes] of records.held) after.topics.restore(restoredTopic(path, bytes))
    return after
  }
  return { folded, records, restart }
}

function retainedOf(folded: FoldedTopics, path: string): string | null {
  const update = folded.topics.retained.of(folded.topic(path))
  return update && text(update.value)
}

suite('stored topics', () => {
  test('what a publisher asked to be retained is there after a restart, what it did not ask is not', () => {
    const { folded, restart } = stored()
    folded.publish('a', '1', { handling: retained })
    folded.publish('b', '2', { handling: passing })
    folded.publish('c', '3')
    const after = restart()
    assert.equal(after.topics.count, 1)
    assert.equal(retainedOf(after, 'a'), '1')
  })

  test('a retained value survives newer ones that are not to be retained, which do not', () => {
    const { folded, restart } = stored()
    folded.publish('a', '1', { handling: retained })
    folded.publish('a', '2', { handling: passing })
    const after = restart()
    assert.equal(retainedOf(after, 'a'), '1')
    assert.equal(after.topics.hasValue(after.topic('a')), false)
  })

  test('a big retained value is not written again with each small message that is not to be retained', () => {
    const { folded, records, restart } = stored()
    folded.publish('a', 'x'.repeat(1_000_000), { handling: retained })
    for (let i = 0; i < 100; i++) folded.publish('a', `${i}`, { handling: passing })
    assert.ok(records.written < 2_100_000, `${records.written} bytes`)
    assert.equal(retainedOf(restart(), 'a')?.length, 1_000_000)
    for (const value of ['2', '3']) {
      folded.publish('a', value, { handling: retained })
      folded.publish('a', 'passing', { handling: passing })
      assert.equal(retainedOf(restart(), 'a'), value)
    }
  })

  test('a retained value that is over does not come back with a restart', () => {
    const { folded, restart } = stored()
    folded.publish('a', '1', { handling: retained, expiresAtMs: folded.clock.timeMs() + 1_000 })
    folded.publish('a', '2', { handling: passing })
    folded.clock.advance(1_001)
    assert.equal(retainedOf(folded, 'a'), null)
    folded.publish('a', '3', { handling: passing })
    assert.equal(retainedOf(restart(), 'a'), null)
  })

  test('of a topic that is to persist both values survive, with its properties', () => {
    const { folded, restart } = stored()
    folded.publish('a', '1', { handling: retained, properties: { persist: true, priority: 1 } })
    folded.publish('a', '2', { handling: passing })
    const after = restart()
    assert.equal(text(after.topics.valueView(after.topic('a'))), '2')
    assert.equal(retainedOf(after, 'a'), '1')
    assert.equal(after.topic('a').properties.priority, 1)
  })

  test('a topic that is not to persist does not, whatever its publishers ask', () => {
    const { folded, records } = stored()
    folded.publish('a', '1', { handling: retained, properties: { persist: false } })
    assert.equal(records.held.size, 0)
  })

  test('times, types and attributes are as they were', () => {
    const { folded, restart } = stored()
    const attributes = {
      pairs: [['unit', 'K'] as const],
      contentType: 'a/b',
      isText: true,
      replyPath: 'r',
      correlation: Uint8Array.of(0, 255),
    }
    folded.publish('a', '{}', {
      handling: retained,
      attributes,
      type: 'json',
      timeMs: 7,
      expiresAtMs: 9_999_999_999_999,
    })
    const before = folded.topic('a')
    const after = restart().topic('a')
    assert.deepEqual(after.attributes, attributes)
    assert.deepEqual(
      [after.offset, after.previousOffset, after.timeMs, after.type, after.expiresAtMs, after.handling],
      [before.offset, before.previousOffset, 7, 'json', 9_999_999_999_999, retained],
    )
  })

  test('one that goes is forgotten', () => {
    const { folded, records } = stored()
    folded.publish('a', '1', { handling: retained })
    folded.remove('a')
    assert.equal(records.held.size, 0)
  })

  test('a topic that was restored is stored again when it changes', () => {
    const { folded, restart } = stored()
    folded.publish('a', '1', { handling: retained })
    const after = restart()
    after.publish('a', '2')
    assert.equal(retainedOf(restart(), 'a'), '2')
  })
})
