import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { Change } from '../../bench/micro/delta-inputs.js'
import { hostileChanges, quoteChanges } from '../../bench/micro/delta-inputs.js'
import { diffed, edited, seed, unrelated } from './harness.js'
import { apply } from './index.js'
import { stepsMax, stepsPerByteMax, stepsSpare } from './limits.js'

/** One choice between candidates and one operation may go beyond what is allowed before it is noticed. */
const overshoot = 1_000

function assertWithinWork({ base, target }: Change): void {
  const { edit, isWorth } = diffed(base, target)
  const allowed = Math.min(stepsMax, stepsSpare + stepsPerByteMax * (base.length + target.length))
  assert.ok(edit.steps <= allowed + overshoot, `${edit.steps} steps, ${allowed} allowed`)
  if (!isWorth) return
  const applied = apply(base, edit.out.subarray(0, edit.at), target.length)
  assert.ok(applied.kind === 'value' && Buffer.compare(applied.value, target) === 0)
}

suite('the work of a diff', () => {
  for (const bytes of [200, 3_000, 65_536])
    for (const [name, change] of Object.entries(hostileChanges(bytes)))
      test(`stays within its budget for ${bytes} bytes: ${name}`, () => assertWithinWork(change))

  test('stays within its budget for whatever is edited, or unrelated', () => {
    fc.assert(fc.property(fc.oneof(edited, unrelated), assertWithinWork), { seed, numRuns: 2_000 })
  })

  test('stays within its ceiling for values of megabytes', () => {
    const changes = hostileChanges(2 ** 20)
    for (const name of ['noise, other noise', 'every third byte, shorter', 'period 7, period 8']) {
      const change = changes[name]
      assert.ok(change)
      assertWithinWork(change)
    }
  })

  test('a value at which the budget runs out is sent in full', () => {
    const { 'every third byte, shorter': change } = hostileChanges(2 ** 19)
    assert.ok(change)
    const { edit, isWorth } = diffed(change.base, change.target)
    assert.ok(edit.steps > edit.stepsAllowed)
    assert.equal(isWorth, false)
  })

  test('an ordinary quote costs less than one step a byte', () => {
    for (const { base, target } of quoteChanges(100)) assert.ok(diffed(base, target).edit.steps < base.length)
  })
})
