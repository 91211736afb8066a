import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { latenessFigure, ratioFigure } from './ratio-figure.js'
import type { Side } from './sides.js'
import type { Sustained } from './sustained.js'

const held = (name: string, ...rates: readonly number[]): Sustained => ({
  side: { name, dialect: 'mqtt', start: () => Promise.reject(new Error('nobody starts it')) } satisfies Side,
  rates,
  p99: 7,
  serverCpu: 1,
  loadCpu: 0.5,
  limitedByLoad: false,
})

suite('bench: ratios', () => {
  test('compare with the best of the rivals, run by run', () => {
    const rivals = [held('a', 10), held('b', 30, 20, 25)]
    const figure = ratioFigure('x.overTheBetter', held('ours', 100, 50, 75), rivals, { atLeast: 2 })
    assert.equal(figure.unit, '× a and b')
    assert.equal(figure.value, 3)
    assert.equal(figure.spread, 0.67)
  })

  test('are void where no rival held anything, so that nobody is infinitely ahead', () => {
    const figure = ratioFigure('x.over', held('ours', 100), [held('a', 0)], { atLeast: 2 })
    assert.equal(figure.value, null)
    assert.match(figure.void ?? '', /no rival/)
  })

  test('of a side that held nothing are nothing, and its lateness is void', () => {
    const ours = { ...held('ours', 0), p99: 0 }
    assert.equal(ratioFigure('x.over', ours, [held('a', 10)], { atLeast: 2 }).value, 0)
    assert.equal(latenessFigure('x.p99', ours, { atMost: 30 }).value, null)
  })
})
