import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { Fifo } from './fifo.js'

suite('first in, first out', () => {
  test('an empty one gives nothing', () => {
    assert.equal(new Fifo<number>().take(), null)
  })

  test('whatever is pushed and taken, in whatever turn, comes out as from a list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 60 }), (steps) => {
        const fifo = new Fifo<number>()
        const list: number[] = []
        let next = 0
        for (const [index, count] of steps.entries()) {
          for (let i = 0; i < count; i++) {
            if (index % 2 === 1) {
              assert.equal(fifo.take(), list.shift() ?? null)
              continue
            }
            fifo.push(next)
            list.push(next)
            next += 1
          }
          assert.equal(fifo.size, list.length)
        }
      }),
    )
  })
})
