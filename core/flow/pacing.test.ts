import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { Outbox } from './outbox.js'

const { ready } = Outbox.prototype

/** How often outboxes were woken while something went on. */
function wakesOf(something: () => void): number {
  let wakes = 0
  Outbox.prototype.ready = function () {
    wakes += 1
    ready.call(this)
  }
  try {
    something()
  } finally {
    Outbox.prototype.ready = ready
  }
  return wakes
}

const aMinuteMs = 60_000

/** A gateway with so many topics, and somebody who changes them. */
function world(topics: number) {
  const made = memoryGateway()
  const { clock } = made
  const publisher = made.peer()
  const change = (value: string, count = topics) => {
    for (let i = 0; i < count; i++) publisher.publish(`t/${i}`, value)
    clock.advance(50)
  }
  change('first')
  return { ...made, publisher, change }
}

suite('what a rate holds back', () => {
  test('wakes the gateway no more often the longer that has gone on', () => {
    const { clock, peer, publisher } = world(50)
    // Something always waits for a far slot, and something for a near one.
    const reader = peer()
    reader.subscribe('#', { intervalMs: 10 * aMinuteMs })
    for (let i = 0; i < 20; i++) reader.subscribe(`t/${i}`, { intervalMs: 1_000 + i })
    for (let i = 20; i < 50; i++) publisher.publish(`t/${i}`, 'held back')
    const aSecond = () => {
      for (let i = 0; i < 20; i++) {
        publisher.publish(`t/${i}`, `${clock.nowMs()}`)
        clock.advance(50)
      }
    }
    aSecond()
    const early = wakesOf(aSecond)
    for (let second = 0; second < 60; second++) aSecond()
    const late = wakesOf(aSecond)
    assert.ok(
      early > 0 && late < 2 * early,
      `woken ${early} times in a second, and ${late} times in one a minute later`,
    )
  })

  test('does not hold up the snapshot that is told of all of it [SEM 2.5]', function () {
    // With a list to look through for each it took 40 s.
    this.timeout(20_000)
    const topics = 50_000
    const { clock, peer, change } = world(topics)
    const reader = peer({}, 100_000_000)
    reader.subscribe('#', { intervalMs: aMinuteMs * 10 })
    clock.advance(1_000)
    change('second')
    reader.subscribe('#', { intervalMs: aMinuteMs * 10, overflow: 'disconnect' })
    clock.advance(1_000)
    assert.deepEqual([...new Set(reader.values.values())], ['second'])
    assert.equal(reader.values.size, topics)
  })

  test('comes at its slot though very many have the same', () => {
    const { clock, peer, change } = world(3_000)
    const reader = peer({}, 100_000_000)
    reader.subscribe('#', { intervalMs: 1 })
    clock.advance(100)
    change('second')
    assert.deepEqual([...new Set(reader.values.values())], ['second'])
  })

  test('leaves when a faster rate is asked for, by the same selector or by another', () => {
    for (const selector of ['t/#', '+/0']) {
      const { clock, peer, publisher } = world(1)
      const reader = peer()
      reader.subscribe('t/#', { intervalMs: aMinuteMs * 10 })
      clock.advance(50)
      publisher.publish('t/0', 'second')
      clock.advance(50)
      assert.equal(reader.values.get('t/0'), 'first')
      reader.subscribe(selector, { intervalMs: 0, snapshot: false })
      clock.advance(50)
      publisher.publish('t/0', 'third')
      clock.advance(50)
      assert.equal(reader.values.get('t/0'), 'third')
    }
  })

  test('waits no longer than the rate that is asked for now', () => {
    const { clock, peer, publisher } = world(1)
    const reader = peer()
    reader.subscribe('t/#', { intervalMs: aMinuteMs * 10 })
    clock.advance(50)
    publisher.publish('t/0', 'second')
    clock.advance(50)
    reader.subscribe('t/#', { intervalMs: 100, snapshot: false })
    clock.advance(150)
    assert.equal(reader.values.get('t/0'), 'second')
  })

  test('does not let a walk through a history run ahead: what waits for its slots is bounded', () => {
    const { clock, peer, gateway, publisher } = memoryGatewayWithHistory(2_000)
    const reader = peer({}, 100_000_000)
    clock.advance(50)
    const since = { kind: 'count', count: 3 } as const
    reader.subscribe('#', { delivery: 'all', since, intervalMs: aMinuteMs * 10 })
    clock.advance(1_000)
    const owed = [...gateway.sessions.all()].map(({ outbox }) => outbox.owedCount)
    assert.ok(Math.max(...owed) > 0 && Math.max(...owed) <= 512, `${owed}`)
    assert.equal(publisher.closedFor, null)
  })
})

function memoryGatewayWithHistory(topics: number) {
  const made = memoryGateway()
  const publisher = made.peer()
  for (let i = 0; i < topics; i++)
    for (const value of ['1', '2', '3'])
      publisher.publish(`t/${i}`, value, {
        properties: { delivery: 'all', history: { count: 3, bytes: null, ageMs: null } },
      })
  return { ...made, publisher }
}
