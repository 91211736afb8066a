import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'
import { TryingClock } from '../../test/support/trying-clock.js'

let clock = new TryingClock()

/** Subscribes to everything, and a hundred times to nothing. */
function subscribeToMuch(reader: MemoryPeer): void {
  reader.subscribe('#')
  for (let number = 1; number <= 100; number++) reader.subscribe(`+/~"[ab]+c${number}"`)
}

const starts = (peer: MemoryPeer) => peer.heard.flatMap((item) => (item.kind === 'welcome' ? [item.start] : []))

suite('what a resume costs in one step [SEM 2.5]', () => {
  setup(() => {
    clock = new TryingClock()
    clock.begin()
  })
  teardown(() => clock.end())

  test('many removals and many subscriptions: the client is resynchronised, a little each turn', () => {
    const { gateway, peer, failures } = memoryGateway({}, clock)
    const [reader, owner] = [peer(), peer()]
    for (let i = 0; i < 2_000; i++) owner.publish(`t/${i}`, '1')
    subscribeToMuch(reader)
    clock.advance(20_000)
    assert.equal(reader.values.size, 2_000)
    reader.cut()
    owner.send({ kind: 'remove', request: 1, selector: 't/{1,2}' })
    owner.send({ kind: 'remove', request: 2, selector: '+/~"1.*"' })
    clock.advance(20_000)
    clock.longestMs = 0
    clock.measure(() => reader.resume())
    clock.advance(20_000)
    assert.ok(clock.longestMs < 10, `${clock.longestMs} ms`)
    assert.deepEqual([starts(reader), reader.closedFor, failures], [['new', 'resynchronised'], null, []])
    assert.equal(reader.values.size, gateway.topics.count)
  })

  test('many changes and many subscriptions: the walks look at the clock as often as trying takes its time', () => {
    const { gateway, peer, failures } = memoryGateway({}, clock)
    const [reader, owner] = [peer(), peer()]
    for (let i = 0; i < 1_000; i++) owner.publish(`t/${i}`, '1')
    subscribeToMuch(reader)
    clock.advance(20_000)
    reader.cut()
    for (let i = 0; i < 1_000; i++) owner.publish(`t/${i}`, '2')
    clock.advance(20_000)
    clock.longestMs = 0
    clock.measure(() => reader.resume())
    clock.advance(20_000)
    assert.ok(clock.longestMs < 10, `${clock.longestMs} ms`)
    assert.deepEqual([starts(reader), reader.closedFor, failures], [['new', 'resumed'], null, []])
    assert.deepEqual([...new Set(reader.values.values())], ['2'])
    assert.equal(reader.values.size, gateway.topics.count)
  })

  test('many removals alone are told each, and the session goes on', () => {
    const { peer, failures } = memoryGateway({}, clock)
    const [reader, owner] = [peer(), peer()]
    for (let i = 0; i < 2_000; i++) owner.publish(`t/${i}`, '1')
    reader.subscribe('#')
    clock.advance(100)
    reader.cut()
    owner.send({ kind: 'remove', request: 1, selector: 't/#' })
    clock.advance(100)
    reader.resume()
    clock.advance(100)
    assert.deepEqual([starts(reader), reader.closedFor, failures], [['new', 'resumed'], null, []])
    assert.equal(reader.updates.filter(({ isRemoved }) => isRemoved).length, 2_000)
    assert.equal(reader.values.size, 0)
  })
})
