import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { mqttTransportLimits } from './limits.js'
import { retainsAsPublished, subscriptionIds, TermsPool } from './terms-pool.js'

const plain = { qos: 1, noLocal: false, retainAsPublished: false, subscriptionId: 0 } as const

suite('mqtt terms pool', () => {
  test('those who subscribe alike share their terms, others do not', () => {
    const pool = new TermsPool()
    assert.equal(pool.of(plain), pool.of({ ...plain }))
    const others = [{ qos: 2 as const }, { noLocal: true }, { retainAsPublished: true }, { subscriptionId: 3 }]
    assert.equal(new Set([{}, ...others].map((other) => pool.of({ ...plain, ...other }))).size, 5)
  })

  test('those without an identifier share their terms however many identifiers others have used up', () => {
    const pool = new TermsPool()
    for (let subscriptionId = 1; subscriptionId <= mqttTransportLimits.termsMax; subscriptionId++)
      pool.of({ ...plain, subscriptionId })
    const late = { ...plain, qos: 0, noLocal: true } as const
    assert.equal(pool.of(late), pool.of({ ...late }))
  })

  test('an identifier that is used now is shared, however many others were before', () => {
    const pool = new TermsPool()
    for (let subscriptionId = 2; subscriptionId <= 2 * mqttTransportLimits.termsMax; subscriptionId++)
      pool.of({ ...plain, subscriptionId })
    const [one, other] = [1, 1].map((subscriptionId) => pool.of({ ...plain, subscriptionId }))
    assert.equal(one, other)
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
