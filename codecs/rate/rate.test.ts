import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { intervalOf } from './index.js'

suite('rates', () => {
  const rates: readonly (readonly [string, number])[] = [
    ['2/s', 500],
    ['1/s', 1_000],
    ['10/1m', 6_000],
    ['1/500ms', 500],
    ['3/s', 334],
    ['0.5/s', 2_000],
    ['6/2h', 1_200_000],
    ['5000/s', 1],
    ['1/596h', 2_145_600_000],
  ]
  for (const [rate, intervalMs] of rates) {
    test(`${rate} is an update every ${intervalMs} ms at most`, () => assert.equal(intervalOf(rate), intervalMs))
  }

  const wrong = ['', 's', '2', '2/', '/s', '0/s', '2/0s', '-1/s', '2/d', '2 / s', '1e3/s', `${'9'.repeat(400)}/s`]
  for (const rate of [...wrong, '1/500000000s', '1/597h']) {
    test(`${rate.slice(0, 10) || 'nothing'} is no rate`, () => assert.equal(intervalOf(rate), null))
  }
})
