import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { retainsAsPublished, subscriptionIds, TermsPool } from './terms-pool.js'

const plain = { qos: 1, noLocal: false, retainAsPublished: false, subscriptionId: 0 } as const

suite('mqtt terms pool', () => {
  test('those who subscribe alike share their terms, others do not', () => {
    const pool = new TermsPool()
    assert.equal(pool.of(plain), pool.of({ ...plain }))
    const others = [{ qos: 2 as const }, { noLocal: true }, { retainAsPublished: true }, { subscriptionId: 3 }]
    assert.equal(new Set([{}, ...others].map((other) => pool.of({ ...plain, ...other }))).size, 5)
  })

  test('labels say which subscriptions match, and whether one wants the retain flag', () => {
    const pool = new TermsPool()
    const one = pool.of({ ...plain, subscriptionId: 3 })
    const other = pool.of({ ...plain, subscriptionId: 268_435_455, retainAsPublished: true })
    const both = { ...one, labels: [...one.labels, ...other.labels] }
    assert.deepEqual([subscriptionIds(one), subscriptionIds(both)], [[3], [3, 268_435_455]])
    assert.deepEqual([retainsAsPublished(one), retainsAsPublished(both)], [false, true])
  })
})
