import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { TimeHeap } from './heap.js'

const seed = 13

/** Pushes a time, or pops what is due at one. */
const action = fc.record({ isPush: fc.boolean(), timeMs: fc.integer({ min: 0, max: 40 }) })

suite('a heap of times', () => {
  test('has nothing due while it is empty', () => {
    const heap = new TimeHeap<string>()
    assert.equal(heap.nextMs, Number.POSITIVE_INFINITY)
    assert.equal(heap.popDue(1_000), null)
    assert.equal(heap.size, 0)
  })

  test('hands over an item at its time, not before', () => {
    const heap = new TimeHeap<string>()
    heap.push(10, 'a')
    assert.equal(heap.popDue(9.9), null)
    assert.equal(heap.size, 1)
    assert.equal(heap.popDue(10), 'a')
    assert.equal(heap.size, 0)
  })

  test('hands over what a sorted list would, whatever was pushed and popped before', () => {
    const agrees = (actions: readonly { isPush: boolean; timeMs: number }[]) => {
      const heap = new TimeHeap<{ timeMs: number }>()
      const model: number[] = []
      for (const { isPush, timeMs } of actions) {
        if (isPush) {
          heap.push(timeMs, { timeMs })
          model.push(timeMs)
          model.sort((a, b) => a - b)
        } else {
          const due = model[0] !== undefined && model[0] <= timeMs ? model.shift() : undefined
          assert.equal(heap.popDue(timeMs)?.timeMs, due)
        }
        assert.equal(heap.size, model.length)
        assert.equal(heap.nextMs, model[0] ?? Number.POSITIVE_INFINITY)
      }
    }
    fc.assert(fc.property(fc.array(action, { maxLength: 200 }), agrees), { seed })
  })
})
