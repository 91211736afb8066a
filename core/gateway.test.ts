import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../test/support/memory-gateway.js'
import { ImpatientClock } from '../test/support/simulated-clock.js'

suite('gateway', () => {
  test('a publish reaches a subscriber who named the topic', () => {
    const { clock, peer, failures } = memoryGateway()
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
    const { clock, peer, failures } = memoryGateway()
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

  test('closing ends every link as draining, and leaves nothing that would run later', () => {
    const { clock, gateway, peer, failures } = memoryGateway()
    const [reader, stalled] = [peer(), peer()]
    for (const client of [reader, stalled]) client.subscribe('#')
    clock.advance(50)
    stalled.stall()
    for (let topic = 0; topic < 1_000; topic++) reader.publish(`t/${topic}`, 'x'.repeat(100))
    gateway.drain(60_000, () => undefined)
    gateway.close()
    assert.deepEqual([reader.closedFor, stalled.closedFor], ['draining', 'draining'])
    clock.advance(100)
    assert.deepEqual([clock.tasks, gateway.statistics().links, failures], [0, 0, []])
    gateway.close()
    const late = peer()
    clock.advance(100)
    assert.deepEqual([late.closedFor, clock.tasks], ['draining', 0])
  })

  test('clients of a gateway that drains are asked back no slower than is good for it', () => {
    const { clock, gateway, peer } = memoryGateway()
    const few = [peer(), peer()]
    clock.advance(50)
    gateway.drain(5_000, () => undefined)
    clock.advance(50)
    for (const client of few) {
      const told = client.heard.find((item) => item.kind === 'draining')
      assert.ok(told?.kind === 'draining' && told.reconnectAfterMs <= 10, JSON.stringify(told))
    }
  })

  test('a session whose topic changed again before it was marked is served all the same', () => {
    const { clock, peer, failures } = memoryGateway({}, new ImpatientClock())
    const reader = peer({}, 200)
    const writer = peer()
    reader.subscribe('t/999')
    peer().subscribe('#')
    clock.advance(50)
    reader.stall()
    for (let round = 0; round < 10; round++) {
      for (let topic = 0; topic < 1_000; topic++) writer.publish(`t/${topic}`, `round ${round} is a long one`)
      if (round < 9) clock.advance(200)
    }
    // The topic is on the dirty list behind a thousand others when the reader's link can take it.
    reader.unstall()
    clock.advance(500)
    assert.deepEqual(failures, [])
    assert.deepEqual([...reader.values], [['t/999', 'round 9 is a long one']])
  })
})
