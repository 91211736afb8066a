import assert from 'node:assert/strict'
import { Suite, suite, Test, test } from 'mocha'
import type { Outcome } from './ran.js'
import { outcomesIn, runFaults, testAtEndOfRun } from './ran.js'

const outcomes = new Map<string, Outcome>([
  ['a.test.ts: passes', 'passed'],
  ['a.test.ts: fails', 'failed'],
  ['a.test.ts: is skipped', 'pending'],
  ['a.test.ts: was not asked for', undefined],
])

const faultsOf = (name: string) =>
  runFaults([{ standard: '5.0', number: 'A-1', demands: 'Something.', side: 'both', test: name }], outcomes)

const ended: string[] = []
testAtEndOfRun('a test that is added while others run comes last', () => {
  assert.deepEqual(ended, ['the suite below'])
})

suite('the tests that a table names', () => {
  test('are no fault when they passed', () => {
    assert.deepEqual(faultsOf('a.test.ts: passes'), { faults: [], unseen: 0 })
  })

  test('are a fault when they failed, were skipped or are not in their file', () => {
    const faults = ['fails', 'is skipped', 'never was'].flatMap((title) => faultsOf(`a.test.ts: ${title}`).faults)
    assert.deepEqual(faults, [
      '5.0 A-1: failed: a.test.ts: fails',
      '5.0 A-1: pending: a.test.ts: is skipped',
      '5.0 A-1: there is no test: a.test.ts: never was',
    ])
  })

  test('are unseen when only a part of the suites runs', () => {
    const names = ['a.test.ts: was not asked for', 'b.test.ts: is in a file that was not loaded']
    assert.deepEqual(names.map(faultsOf), [
      { faults: [], unseen: 1 },
      { faults: [], unseen: 1 },
    ])
  })

  test('are read from a run by file and title', () => {
    const run = new Suite('')
    const passed = Object.assign(new Test('holds', () => undefined), { file: '/checkout/a.test.ts', state: 'passed' })
    const skipped = Object.assign(new Test('is left out'), { file: '/checkout/a.test.ts', pending: true })
    for (const each of [passed, skipped]) run.addTest(each)
    assert.deepEqual(
      [...outcomesIn(run, '/checkout/')],
      [
        ['a.test.ts: holds', 'passed'],
        ['a.test.ts: is left out', 'pending'],
      ],
    )
    ended.push('the suite below')
  })
})
