import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { frameless } from '../../test/support/frameless.js'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { MemoryPeer, plainOptions } from '../../test/support/memory-peer.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { MemoryLink } from '../../transports/memory/pipe.js'
import type { Flush, Taken } from '../transport.js'

/** Counts what it is asked to do, which is bounded, since a loop that never rests would hold up the test for ever. */
class CountingClock extends SimulatedClock {
  asked = 0

  override after(delayMs: number, task: () => void) {
    this.asked += 1
    assert.ok(this.asked < 100_000, 'the loop never rests')
    return super.after(delayMs, task)
  }
}

/** Of several updates it leaves the last for another time. */
class HesitantLink extends MemoryLink {
  override send(flush: Flush): Taken {
    const { batch } = flush
    const { audience, updates, bases, flags, count } = batch
    if (count < 2) return super.send(flush)
    const cut = { audience, updates, bases, flags, count: count - 1, ...frameless }
    return super.send({ ...flush, batch: cut, position: null })
  }
}

const topics = 2_000

/** A gateway with more topics than a snapshot owes at once, and how many turns a second without traffic takes. */
function crowded() {
  const clock = new CountingClock()
  const made = memoryGateway({}, clock)
  const publisher = made.peer()
  for (let i = 0; i < topics; i++) publisher.publish(`t/${i}`, `${i}`)
  clock.advance(50)
  const turnsOfASecond = () => {
    const before = clock.asked
    clock.advance(1_000)
    return clock.asked - before
  }
  return { ...made, turnsOfASecond, idle: turnsOfASecond() }
}

suite('snapshots', () => {
  test('wait for a reader that stalls without a turn of the loop, and go on when it reads', () => {
    const { clock, peer, failures, turnsOfASecond, idle } = crowded()
    const reader = peer({}, 1_000)
    reader.stall()
    reader.subscribe('#')
    clock.advance(50)
    assert.equal(turnsOfASecond(), idle)
    reader.unstall()
    clock.advance(1_000)
    assert.equal(reader.values.size, topics)
    assert.ok(reader.heard.some(({ kind }) => kind === 'synced'))
    assert.deepEqual(failures, [])
  })

  test('are not held up by what a rate holds back, and wait for nothing by turning the loop', () => {
    const { clock, peer, turnsOfASecond, idle } = crowded()
    const publisher = peer()
    const reader = peer()
    reader.subscribe('#', { intervalMs: 600_000 })
    clock.advance(50)
    assert.equal(reader.values.size, topics)
    for (let i = 0; i < topics; i++) publisher.publish(`t/${i}`, 'new')
    clock.advance(50)
    reader.subscribe('#', { intervalMs: 600_000, overflow: 'disconnect' })
    clock.advance(50)
    assert.deepEqual(new Set(reader.values.values()), new Set(['new']))
    assert.equal(reader.heard.filter(({ kind }) => kind === 'synced').length, 2)
    assert.ok(turnsOfASecond() <= idle + 5)
  })

  test('of a client that goes while it stalls are forgotten', () => {
    const { clock, peer, failures, turnsOfASecond, idle } = crowded()
    const reader = peer({}, 1_000)
    reader.stall()
    reader.subscribe('#')
    clock.advance(50)
    reader.cut()
    clock.advance(50)
    assert.equal(turnsOfASecond(), idle)
    reader.unstall()
    reader.resume()
    clock.advance(1_000)
    assert.deepEqual([reader.values.size, failures], [topics, []])
  })

  test('of a reader that asks again and again while it stalls are told once', () => {
    const { clock, peer, failures } = crowded()
    const reader = peer({}, 1_000)
    reader.stall()
    for (let asked = 0; asked < 50; asked++) {
      reader.subscribe('#', { ...plainOptions, snapshot: true })
      clock.advance(5)
    }
    reader.unstall()
    clock.advance(1_000)
    assert.deepEqual([reader.values.size, failures], [topics, []])
    const told = reader.updates.length
    assert.ok(told < 2 * topics, `${told} values were told`)
  })

  test('come although topics change faster than the link carries them', () => {
    const { clock, peer } = crowded()
    const publisher = peer()
    const reader = peer({}, 4_000)
    reader.subscribe('#')
    reader.stall()
    for (let round = 0; round < 600; round++) {
      for (let i = 0; i < 600; i++) publisher.publish(`hot/${i}`, `${round}`)
      clock.advance(100)
      // As much as is under way is read, and no more until the next round.
      reader.unstall()
      reader.stall()
    }
    assert.ok(reader.heard.some(({ kind }) => kind === 'synced'))
    assert.equal([...reader.values.keys()].filter((path) => path.startsWith('t/')).length, topics)
  })

  test('are told anew of what the session holds, where the past that was asked for is not there any more', () => {
    const { clock, peer } = crowded()
    const reader = peer()
    peer().publish('t/7', 'a value, long enough for a delta')
    reader.subscribe('t/7')
    clock.advance(50)
    const position = { epoch: 'another', offset: 1, held: [] }
    reader.subscribe('t/#', { since: { kind: 'position', position } })
    clock.advance(1_000)
    const at = reader.heard.findIndex(({ kind }) => kind === 'resynchronised')
    const told = reader.heard.slice(at).filter((item) => item.kind === 'update' && item.path === 't/7')
    assert.deepEqual(
      told.map((item) => item.kind === 'update' && [item.isDelta, item.isSnapshot]),
      [[false, true]],
    )
  })

  test('are complete also where the link took only a part, and one of their topics has come again', () => {
    const { clock, gateway, failures } = memoryGateway()
    const [publisher, reader] = [
      new MemoryPeer(gateway).connect(),
      new MemoryPeer(gateway, HesitantLink).connect({}, 400),
    ]
    clock.advance(5)
    for (const path of ['a', 'b', 'c']) publisher.publish(path, 'first')
    publisher.publish('filling', 'x'.repeat(500))
    reader.stall()
    reader.subscribe('filling')
    clock.advance(50)
    reader.subscribe('{a,b,c}')
    clock.advance(50)
    publisher.send({ kind: 'remove', request: 1, selector: 'a' })
    clock.advance(50)
    publisher.publish('a', 'second')
    clock.advance(50)
    reader.unstall()
    clock.advance(1_000)
    const synced = reader.heard.filter(({ kind }) => kind === 'synced').length
    assert.deepEqual([synced, reader.values.get('a'), reader.values.size, failures], [2, 'second', 4, []])
  })
})
