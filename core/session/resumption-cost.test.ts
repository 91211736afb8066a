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

/** A gateway of so many topics `t/…`, and their publisher. */
function filled(count: number) {
  const { gateway, peer, failures } = memoryGateway({}, clock)
  const [reader, owner] = [peer(), peer()]
  const publishAll = (value: string) => {
    for (let i = 0; i < count; i++) owner.publish(`t/${i}`, value)
  }
  publishAll('1')
  return { gateway, reader, owner, publishAll, failures }
}

/** The reader is back, with the longest step of it and of what follows. */
function resumed(reader: MemoryPeer): number {
  clock.longestMs = 0
  clock.measure(() => reader.resume())
  clock.advance(20_000)
  return clock.longestMs
}

const starts = (peer: MemoryPeer) => peer.heard.flatMap((item) => (item.kind === 'welcome' ? [item.start] : []))

suite('what a resume costs in one step [SEM 2.5]', () => {
  setup(() => {
    clock = new TryingClock()
    clock.begin()
  })
  teardown(() => clock.end())

  test('many removals and many subscriptions: the client is resynchronised, a little each turn', () => {
    const { gateway, reader, owner, failures } = filled(2_000)
    subscribeToMuch(reader)
    clock.advance(20_000)
    assert.equal(reader.values.size, 2_000)
    reader.cut()
    owner.send({ kind: 'remove', request: 1, selector: 't/{1,2}' })
    owner.send({ kind: 'remove', request: 2, selector: '+/~"1.*"' })
    clock.advance(20_000)
    const longestMs = resumed(reader)
    assert.ok(longestMs < 10, `${longestMs} ms`)
    assert.deepEqual([starts(reader), reader.closedFor, failures], [['new', 'resynchronised'], null, []])
    assert.equal(reader.values.size, gateway.topics.count)
  })

  test('many changes and many subscriptions: the walks look at the clock as often as trying takes its time', () => {
    const { gateway, reader, publishAll, failures } = filled(1_000)
    subscribeToMuch(reader)
    clock.advance(20_000)
    reader.cut()
    publishAll('2')
    clock.advance(20_000)
    const longestMs = resumed(reader)
    assert.ok(longestMs < 10, `${longestMs} ms`)
    assert.deepEqual([starts(reader), reader.closedFor, failures], [['new', 'resumed'], null, []])
    assert.deepEqual([...new Set(reader.values.values())], ['2'])
    assert.equal(reader.values.size, gateway.topics.count)
  })

  test('many removals alone are told each, and the session goes on', () => {
    const { reader, owner, failures } = filled(2_000)
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
