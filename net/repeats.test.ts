import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { netLimits } from './limits.js'
import { Repeats } from './repeats.js'

suite('net: repeats', () => {
  test('of a storm of one kind the first is told, then one an interval with the number left out', () => {
    let now = 0
    const repeats = new Repeats(() => now, 10_000)
    const told: number[] = []
    for (; now < 30_000; now += 100) {
      const heldBack = repeats.admit('refused')
      if (heldBack !== null) told.push(heldBack)
    }
    assert.deepEqual(told, [0, 99, 99])
  })

  test('one kind does not silence another', () => {
    const repeats = new Repeats(() => 0)
    assert.deepEqual([repeats.admit('a'), repeats.admit('b'), repeats.admit('a')], [0, 0, null])
  })

  test('a peer that makes up kinds does not make it grow, and a forgotten kind is told again', () => {
    const repeats = new Repeats(() => 0)
    repeats.admit('first')
    for (let index = 0; index < netLimits.repeatsMax; index += 1) repeats.admit(`kind ${index}`)
    assert.equal(repeats.admit('first'), 0)
  })
})
