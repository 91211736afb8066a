import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { DirtyList } from './dirty-list.js'
import { defaultProperties } from './properties.js'
import { Topic } from './topic.js'
import { TopicTree } from './topic-tree.js'

const tree = new TopicTree()
const topic = (id: number) => new Topic(id, tree.place(`t/${id}`), defaultProperties, 0)

/** Takes up to so many and shows what was handed over. */
function taken(list: DirtyList, count: number): string[] {
  const shown: string[] = []
  list.take(count, (each, heldOffset, isKnown, firstOffset) => {
    shown.push(`${each.id}: ${heldOffset}${isKnown ? '' : '?'} → ${firstOffset}`)
  })
  return shown
}

suite('the dirty list', () => {
  test('holds a topic once, with what its readers held before the first change', () => {
    const [a, b] = [topic(1), topic(2)]
    const list = new DirtyList()
    list.add(a, 5, true, 8)
    list.add(b, 0, false, 9)
    list.add(a, 8, true, 10)
    assert.equal(list.size, 2)
    assert.deepEqual(taken(list, 10), ['1: 5 → 8', '2: 0? → 9'])
    assert.equal(list.size, 0)
  })

  test('hands over the oldest first, as many as asked for, and goes on where it stopped', () => {
    const list = new DirtyList()
    for (let id = 1; id <= 5; id++) list.add(topic(id), 0, true, id)
    assert.deepEqual(taken(list, 2), ['1: 0 → 1', '2: 0 → 2'])
    assert.equal(list.size, 3)
    list.add(topic(6), 0, true, 6)
    assert.deepEqual(taken(list, 3), ['3: 0 → 3', '4: 0 → 4', '5: 0 → 5'])
    assert.deepEqual(taken(list, 3), ['6: 0 → 6'])
    assert.deepEqual(taken(list, 3), [])
  })

  test('keeps nothing of what was handed over, also where it is never empty', () => {
    const list = new DirtyList()
    const topics = Array.from({ length: 100 }, (_, index) => topic(100 + index))
    for (const each of topics) list.add(each, 0, true, 1)
    for (let round = 2; round < 1_000; round++) {
      taken(list, 50)
      for (const each of topics) list.add(each, 0, true, round)
      assert.equal(list.size, 100)
      assert.ok(list.entries < 10_000, `${list.entries} entries for 100 topics`)
    }
    assert.deepEqual(taken(list, 1), ['100: 0 → 998'])
  })

  test('takes a topic up again once it was handed over, even while others still wait', () => {
    const [a, b] = [topic(1), topic(2)]
    const list = new DirtyList()
    list.add(a, 1, true, 3)
    list.add(b, 2, true, 4)
    assert.equal(a.isDirty, true)
    taken(list, 1)
    assert.deepEqual([a.isDirty, b.isDirty], [false, true])
    list.add(a, 3, true, 5)
    assert.deepEqual(taken(list, 9), ['2: 2 → 4', '1: 3 → 5'])
  })

  test('does not call a topic dirty any more while its readers are marked', () => {
    const list = new DirtyList()
    list.add(topic(1), 0, true, 1)
    list.take(1, (each) => assert.equal(each.isDirty, false))
  })
})
