import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { AdmissionOptions, Visit } from './admission.js'
import { Admission } from './admission.js'
import { netLimits } from './limits.js'

const generous: AdmissionOptions = {
  connectionsMax: 1_000_000,
  connectionsPerAddressMax: 1_000_000,
  connectsPerSecond: 1_000_000,
  connectsPerSecondPerAddress: 1_000_000,
  connectBurst: 1_000_000,
  connectBurstPerAddress: 1_000_000,
}

const admission = (options: Partial<AdmissionOptions>) => new Admission({ ...generous, ...options }, 0)

function enter(to: Admission, network: string, nowMs = 0): Visit {
  const entered = to.enter(network, nowMs)
  assert.ok(!('reason' in entered), 'expected to be admitted')
  return entered
}

suite('admission', () => {
  test('refuses the connection above an address its limit, and takes another when one has left', () => {
    const door = admission({ connectionsPerAddressMax: 2 })
    const first = enter(door, 'a')
    enter(door, 'a')
    assert.deepEqual(door.enter('a', 0), { reason: 'addressConnections', retryAfterS: netLimits.retryAfterS })
    enter(door, 'b')
    door.leave(first, 0)
    enter(door, 'a')
  })

  test('refuses everybody above the total', () => {
    const door = admission({ connectionsMax: 2 })
    enter(door, 'a')
    enter(door, 'b')
    assert.deepEqual(door.enter('c', 0), { reason: 'connections', retryAfterS: netLimits.retryAfterS })
    assert.equal(door.connections, 2)
    assert.equal(door.refused.connections, 1)
  })

  test('lets an address connect in a burst, then at its rate, and says when to come back', () => {
    const door = admission({ connectBurstPerAddress: 3, connectsPerSecondPerAddress: 0.5 })
    for (let i = 0; i < 3; i++) enter(door, 'a')
    assert.deepEqual(door.enter('a', 0), { reason: 'addressRate', retryAfterS: 2 })
    assert.deepEqual(door.enter('a', 1_500), { reason: 'addressRate', retryAfterS: 1 })
    enter(door, 'a', 2_000)
    assert.deepEqual(door.enter('a', 2_000), { reason: 'addressRate', retryAfterS: 2 })
  })

  test('limits the rate of all addresses together', () => {
    const door = admission({ connectBurst: 2, connectsPerSecond: 1 })
    enter(door, 'a')
    enter(door, 'b')
    assert.deepEqual(door.enter('c', 0), { reason: 'rate', retryAfterS: 1 })
    enter(door, 'c', 1_000)
  })

  test('does not forget how often an address came when it leaves at once', () => {
    const door = admission({ connectBurstPerAddress: 1, connectsPerSecondPerAddress: 1 })
    door.leave(enter(door, 'a'), 0)
    assert.deepEqual(door.enter('a', 10), { reason: 'addressRate', retryAfterS: 1 })
  })

  test('remembers a bounded number of addresses', () => {
    const door = admission({})
    for (let i = 0; i < netLimits.addressesMax; i++) enter(door, `10.${i}`)
    assert.deepEqual(door.enter('late', 1_000_000), { reason: 'addresses', retryAfterS: netLimits.retryAfterS })
  })

  test('finds room among addresses that left and were quiet since', () => {
    const door = admission({ connectsPerSecondPerAddress: 1 })
    for (let i = 0; i < netLimits.addressesMax; i++) door.leave(enter(door, `10.${i}`), 0)
    assert.deepEqual(door.enter('early', 0), { reason: 'addresses', retryAfterS: netLimits.retryAfterS })
    enter(door, 'late', 2_000)
  })
})
