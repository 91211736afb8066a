import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { parsePosition } from '../../codecs/position/index.js'
import type { Batch, HeldTopic } from '../../core/index.js'
import { everyTopic, itemFlags } from '../../core/index.js'
import { batchOf, updateWith } from '../../test/support/wire/quote.js'
import { lastLeavingOut, StandingIds } from './standing-ids.js'

const epoch = '0123456789abcdef'
const at = (offset: number, ...held: HeldTopic[]) => ({ epoch, offset, held })
const rest = (offset: number) => ({ topicId: everyTopic, offset })

type Item = readonly [topicId: number, offset: number, previous: number, flags?: number]

/** Updates of one flush. */
function flush(...items: readonly Item[]): Batch {
  const updates = items.map(([id, offset, previous]) =>
    updateWith({ topic: { id, path: `t/${id}` }, offset, previous, previousTimeMs: previous === 0 ? 0 : 1 }),
  )
  return { ...batchOf(updates, null, 0), flags: items.map(([, , , flags = 0]) => flags) }
}

/** Where the reader stands behind each event of a flush; null: where it stood before. */
const after = (ids: StandingIds, batch: Batch) => ids.idsFor(batch, null).map((id) => (id ? parsePosition(id) : null))

/** Ids of a stream that was told everything up to 10. */
function synced(): StandingIds {
  const ids = new StandingIds(epoch, at(0))
  ids.begin(at(10))
  return ids
}

suite('the ids of events', () => {
  test('are their offsets where all of a flush is behind where its reader stands, and nothing is left out', () => {
    const batch = flush([1, 11, 5, itemFlags.follows], [2, 12, 0], [3, 14, 0, itemFlags.bind])
    assert.equal(lastLeavingOut(batch), 0)
    const ids = synced()
    assert.equal(ids.isPlain(batch, null), true)
    assert.deepEqual(after(ids, batch), [at(11), at(12), at(14)])
  })

  test('before one in whose place an older one was left out say that it was on its way, in case that a restart loses it', () => {
    const batch = flush([1, 11, 5], [2, 14, 13], [3, 15, 0], [4, 16, 12], [5, 17, 9, itemFlags.follows])
    assert.equal(lastLeavingOut(batch), 16)
    assert.deepEqual(after(synced(), batch), [at(16, rest(12)), at(16, rest(15)), at(16, rest(16)), at(16), at(17)])
  })

  test('are the offset alone for one that was left out alone', () => {
    assert.deepEqual(after(synced(), flush([1, 12, 11])), [at(12)])
  })

  test('go on from where the reader stands when what was held back is told', () => {
    const ids = new StandingIds(epoch, at(0))
    ids.begin(at(10, { topicId: 1, offset: 8 }, { topicId: 2, offset: 9 }))
    const batch = flush([1, 8, 5, itemFlags.follows], [2, 9, 5, itemFlags.follows], [3, 12, 0])
    assert.equal(ids.isPlain(batch, null), false)
    assert.deepEqual(after(ids, batch), [at(10, { topicId: 2, offset: 9 }), at(10), at(12)])
  })

  test('of a first snapshot are none: the reader stands where it began', () => {
    const ids = new StandingIds(epoch, at(7))
    assert.deepEqual(after(ids, flush([1, 5, 0, itemFlags.snapshot], [2, 12, 0])), [null, at(12, rest(8))])
  })
})
