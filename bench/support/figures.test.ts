import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Figure } from './figures.js'
import { replaceFigures } from './figures.js'
import { median, spread } from './statistics.js'
import { reaches, table } from './table.js'

const figure = (name: string, value: number | null): Figure => ({
  name,
  value,
  unit: 'ms',
  machine: 'm',
  commit: 'abc',
  seed: 1,
  runs: 3,
  spread: 0.1,
  serverCpu: 0.5,
  loadCpu: 0.2,
  rivals: [],
})

suite('figures', () => {
  test('of one bench replace only that bench’s, in the order of the benches', () => {
    const before = { machine: 'm', figures: [figure('latency.one', 1), figure('delta.bytes', 2)] }
    const after = replaceFigures(
      before,
      [figure('fanout.sustained', 3), figure('latency.two', 4)],
      ['fanout', 'latency', 'delta'],
    )
    assert.deepEqual(
      after.map(({ name }) => name),
      ['fanout.sustained', 'latency.two', 'delta.bytes'],
    )
  })

  test('have the median and the spread of their runs', () => {
    assert.equal(median([5, 1, 3]), 3)
    assert.equal(median([4, 1, 3, 2]), 2.5)
    assert.equal(spread([9, 10, 12]), 0.3)
    assert.equal(spread([7]), 0)
  })

  test('that are void reach nothing', () => {
    assert.equal(reaches(null, { atMost: 5 }), false)
    assert.equal(reaches(5, { atMost: 5 }), true)
    assert.equal(reaches(4, { atLeast: 5 }), false)
  })

  test('stand in the table with what they must be and why they are void', () => {
    const rival = { name: 'ws', value: 10, ratio: 2, ratioPerCpu: 3 }
    const measured = [
      { ...figure('fanout.p99', 12), must: { atMost: 20 }, rivals: [rival] },
      { ...figure('fanout.sustained', null), void: 'load-bound', must: { atLeast: 3 } },
    ]
    const lines = table(measured).split('\n')
    assert.match(lines[1] ?? '', /fanout\.p99 +12 +ms +≤ 20 +yes +3 +10 % +0\.50 +0\.20 +ws 10 \(× 2, × 3 per core\)/)
    assert.match(lines[2] ?? '', /fanout\.sustained +void .*NO/)
    assert.equal(lines[3], 'fanout.sustained: void: load-bound')
  })
})
