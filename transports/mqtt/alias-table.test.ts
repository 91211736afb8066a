import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { AliasTable } from './alias-table.js'

/** Topics that go when a test says so. */
const topics = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, path: `t/${from + index}`, isRemoved: false }))

suite('mqtt: aliases of topics', () => {
  test('are given out in order, and stay', () => {
    const table = new AliasTable()
    const all = topics(3)
    assert.deepEqual(
      all.map((topic) => table.of(topic)),
      [1, 2, 3],
    )
    assert.deepEqual(
      all.map((topic) => table.of(topic)),
      [1, 2, 3],
    )
  })

  test('of topics that are gone are given to others, once each', () => {
    const table = new AliasTable()
    const [a, b, c, d, e] = topics(5)
    assert.ok(a && b && c && d && e)
    for (const topic of [a, b, c]) table.of(topic)
    a.isRemoved = true
    b.isRemoved = true
    assert.deepEqual([table.of(d), table.of(e)], [1, 2])
    assert.deepEqual([table.of(a), table.of(b), table.of(c)], [0, 0, 3])
  })

  test('are none for topics that were gone before they had one, which may share a number', () => {
    const table = new AliasTable()
    for (const path of ['gone', 'gone too']) assert.equal(table.of({ id: 0, path, isRemoved: true }), 0)
  })

  test('are not used up by topics that come and go', () => {
    const table = new AliasTable(100)
    const lasting = topics(10)
    for (const topic of lasting) table.of(topic)
    for (const topic of topics(10_000, 1_000)) {
      assert.notEqual(table.of(topic), 0)
      topic.isRemoved = true
    }
    assert.deepEqual(
      lasting.map((topic) => table.of(topic)),
      Array.from({ length: 10 }, (_, index) => index + 1),
    )
  })

  test('run out where all topics stay', () => {
    const table = new AliasTable(2)
    assert.deepEqual(
      topics(3).map((topic) => table.of(topic)),
      [1, 2, 0],
    )
  })
})
