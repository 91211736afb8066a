import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'

const clerk = { name: 'clerk', roles: [], rootPath: '', properties: {} }

suite('turns', () => {
  test('a removal that nobody in a session asked for is told at once, not at the next second', () => {
    const { clock, gateway, peer, failures } = memoryGateway()
    const reader = peer()
    reader.subscribe('a')
    reader.publish('a', '1')
    clock.advance(100)
    gateway.request(clerk, { kind: 'remove', request: 1, selector: 'a' }, () => undefined)
    clock.advance(20)
    assert.deepEqual(failures, [])
    assert.equal(reader.updates.at(-1)?.isRemoved, true)
  })

  test('a value whose lifetime is over is gone for its readers within the sweep that finds it', () => {
    const { clock, peer, failures } = memoryGateway()
    const reader = peer()
    reader.subscribe('a')
    reader.publish('a', '1', { lifetimeMs: 500 })
    clock.advance(1_020)
    assert.deepEqual(failures, [])
    assert.equal(reader.updates.at(-1)?.isRemoved, true)
  })
})
