import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Verdict } from './highest-rate.js'
import { bisect, descend, rateAt, settle } from './highest-rate.js'

const steps = { base: 10, ratio: 2, count: 12 }

/** A server that holds every step up to `capacity`; from `voidFrom` on the load client is the limit. */
const server =
  (capacity: number, voidFrom = Infinity, tried: number[] = []) =>
  async (step: number): Promise<Verdict> => {
    tried.push(step)
    return { held: step <= capacity && step < voidFrom, isVoid: step >= voidFrom, why: '' }
  }

suite('the highest rate', () => {
  test('is found by halving, wherever it lies', async () => {
    for (let capacity = -1; capacity < steps.count; capacity++) {
      assert.equal(await bisect(steps, server(capacity)), capacity)
    }
  })

  test('is found from the top, wherever it lies, and whatever fails far below it', async () => {
    for (let capacity = -1; capacity < steps.count; capacity++) {
      assert.equal(await descend(steps, server(capacity)), capacity)
    }
    const stumbling = async (step: number): Promise<Verdict> => ({ held: step === 9, isVoid: false, why: '' })
    assert.equal(await descend({ ...steps, count: 14 }, stumbling), 9)
  })

  test('takes about as many trials as the steps have binary digits', async () => {
    const tried: number[] = []
    await bisect({ ...steps, count: 64 }, server(40, Infinity, tried))
    assert.ok(tried.length <= 7, `${tried.length} trials`)
  })

  test('settles upwards and downwards from where it was found', async () => {
    for (const from of [-1, 0, 5, 11])
      assert.deepEqual(await settle(steps, from, server(5)), { step: 5, limitedByLoad: false })
  })

  test('is -1 where not even the lowest step holds', async () => {
    assert.deepEqual(await settle(steps, 3, server(-1)), { step: -1, limitedByLoad: false })
  })

  test('is marked where the next step up was the load client’s limit', async () => {
    assert.deepEqual(await settle(steps, 2, server(11, 6)), { step: 5, limitedByLoad: true })
    assert.deepEqual(await settle(steps, 9, server(11, 6)), { step: 5, limitedByLoad: true })
  })

  test('is tried at rates with three digits that count', () => {
    assert.deepEqual(
      [0, 1, 2, 20].map((step) => rateAt({ base: 25, ratio: 1.1, count: 72 }, step)),
      [25, 27.5, 30.3, 168],
    )
  })
})
