import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { RecentLongest } from './recent-longest.js'

suite('the longest of late', () => {
  test('is the same for two readers, and is forgotten after one to two windows', () => {
    const longest = new RecentLongest(10_000)
    longest.note(7, 9_000)
    longest.note(3, 9_500)
    assert.deepEqual([longest.at(9_600), longest.at(9_600)], [7, 7])
    longest.note(5, 12_000)
    assert.equal(longest.at(19_999), 7)
    assert.equal(longest.at(20_000), 5)
    assert.equal(longest.at(30_000), 0)
  })

  test('nothing of a time long ago is left after a rest', () => {
    const longest = new RecentLongest(10_000)
    longest.note(7, 5_000)
    assert.equal(longest.at(60_000), 0)
    longest.note(1, 61_000)
    assert.equal(longest.at(61_000), 1)
  })
})
