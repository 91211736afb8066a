import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../test/support/random.js'
import type { Place } from './line.js'
import { Line } from './line.js'

suite('a line', () => {
  test('serves who came first of those who are still there, whoever leaves', () => {
    const random = new Random(1)
    const line = new Line<number>()
    const places = new Map<number, Place<number>>()
    for (let n = 0; n < 5_000; n++) {
      const leaving = random.below(3) === 0 ? line.first : random.below(n + 1)
      const place = leaving === null ? undefined : places.get(leaving)
      if (place) {
        line.leave(place)
        places.delete(place.item)
      }
      if (random.below(4) > 0) places.set(n, line.join(n))
      const [first] = places.keys()
      assert.deepEqual([line.first, line.size], [first ?? null, places.size])
    }
    for (const place of places.values()) line.leave(place)
    assert.deepEqual([line.first, line.size], [null, 0])
  })
})
