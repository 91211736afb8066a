import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { TopicSet } from './topic-set.js'

suite('a set of topics', () => {
  test('has what was added and nothing else, across the borders of words and chunks', () => {
    const ids = fc.uniqueArray(fc.oneof(fc.nat(2_100), fc.nat(2 ** 31)), { maxLength: 60 })
    const keepsItsWord = (added: number[], others: number[]) => {
      const set = new TopicSet()
      for (const id of added) set.add(id)
      assert.ok(added.every((id) => set.has(id)))
      for (const id of others) assert.equal(set.has(id), added.includes(id))
    }
    fc.assert(fc.property(ids, ids, keepsItsWord), { seed: 3 })
  })
})
