import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { defaultProperties } from './properties.js'
import { Removals } from './removals.js'
import { Topic } from './topic.js'
import { TreeNode } from './topic-tree.js'

const seed = 14

function removed(offset: number): Topic {
  const topic = new Topic(offset, new TreeNode(`gone-${offset}`, null), defaultProperties, 0)
  topic.offset = offset
  return topic
}

suite('the record of removals', () => {
  test('tells what went above an offset, oldest first [SEM 1.6]', () => {
    const removals = new Removals(10)
    const [first, second, third] = [removed(3), removed(5), removed(9)]
    for (const topic of [first, second, third]) removals.add(topic, false)
    assert.deepEqual(removals.since(3), [second, third])
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
        removals.add(removed(offset), false)
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
})
