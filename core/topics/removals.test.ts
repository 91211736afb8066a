import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { ghostOf, Removals } from './removals.js'

const seed = 14

const removed = (offset: number) => ({ offset, topicId: offset + 1, path: `gone/${offset}` })

suite('the record of removals', () => {
  test('tells what went above an offset, oldest first [SEM 1.6]', () => {
    const removals = new Removals(10)
    for (const offset of [3, 5, 9]) removals.add(removed(offset))
    assert.deepEqual(removals.since(3), [removed(5), removed(9)])
    assert.deepEqual(removals.since(9), [])
    assert.equal(removals.lostOffset, 0)
  })

  test('says from where on it is complete, and keeps at least its bound and less than twice that [SEM 1.6]', () => {
    const keepsItsWord = (countMax: number, gaps: readonly number[]) => {
      const removals = new Removals(countMax)
      const all: number[] = []
      let offset = 0
      for (const gap of gaps) {
        offset += gap
        all.push(offset)
        removals.add(removed(offset))
        const kept = removals.since(0).map((each) => each.offset)
        assert.deepEqual(
          kept,
          all.filter((each) => each > removals.lostOffset),
        )
        assert.ok(kept.length >= Math.min(all.length, countMax) && kept.length < countMax * 2)
      }
    }
    const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 })
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), gaps, keepsItsWord), { seed })
  })

  test('makes of a removal a topic that is gone, for readers who must still be told', () => {
    const ghost = ghostOf({ offset: 7, topicId: 3, path: 'a//b' })
    assert.deepEqual([ghost.id, ghost.path, ghost.offset, ghost.isRemoved, ghost.hasValue], [3, 'a//b', 7, true, false])
  })
})
