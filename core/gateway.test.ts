import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryPeer } from '../test/support/memory-peer.js'
import { Random } from '../test/support/random.js'
import { SimulatedClock } from '../test/support/simulated-clock.js'
import { Gateway } from './gateway.js'

function running() {
  const clock = new SimulatedClock()
  const random = new Random(1)
  const failures: unknown[] = []
  const gateway = new Gateway({
    clock,
    random: (count) => random.bytes(count),
    failed: (error) => failures.push(error),
  })
  const peer = () => new MemoryPeer(gateway).connect()
  return { clock, gateway, peer, failures }
}

suite('gateway', () => {
  test('a publish reaches a subscriber who named the topic', () => {
    const { clock, peer, failures } = running()
    const reader = peer()
    const writer = peer()
    reader.subscribe('fx/eurusd')
    clock.advance(5)
    writer.publish('fx/eurusd', '1.08')
    clock.advance(20)
    assert.deepEqual(failures, [])
    assert.deepEqual(
      reader.updates.map((update) => [update.path, update.isSnapshot]),
      [['fx/eurusd', false]],
    )
  })
  test('a late subscriber gets the snapshot, then synced, then what follows', () => {
    const { clock, peer, failures } = running()
    const writer = peer()
    writer.publish('a/1', 'one')
    writer.publish('a/2', 'two')
    clock.advance(5)
    const reader = peer()
    reader.subscribe('a/#')
    clock.advance(50)
    writer.publish('a/1', 'three, which is long enough for a delta')
    clock.advance(50)
    writer.publish('a/1', 'three, which is long enough for another')
    clock.advance(50)
    assert.deepEqual(failures, [])
    assert.deepEqual([...reader.values].sort(), [
      ['a/1', 'three, which is long enough for another'],
      ['a/2', 'two'],
    ])
  })
})
