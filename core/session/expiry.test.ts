import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'
import { plainOptions, publication } from '../../test/support/memory-peer.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { startedOn } from '../../test/support/restarted.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'

/** A gateway half a second after values of 10 ms were over, and before its next sweep. */
function withExpired() {
  const made = memoryGateway()
  const writer = made.peer()
  for (const path of ['short/1', 'short/2']) writer.publish(path, '1', { lifetimeMs: 10 })
  writer.publish('long', '1', { lifetimeMs: 60_000 })
  made.clock.advance(500)
  assert.equal(made.gateway.topics.count, 3, 'no sweep came by yet')
  return { ...made, writer }
}

const fetched = (client: MemoryPeer) => {
  const answer = client.heard.findLast((message) => message.kind === 'fetched')
  return answer?.kind === 'fetched' ? answer.topics.map(({ path, value }) => [path, value !== null]) : null
}

suite('a value whose lifetime is over', () => {
  for (const selector of ['short/1', '#'])
    test(`is not shown to who subscribes to ${selector} before it is swept away [PROTOCOL 6.5]`, () => {
      const { clock, peer, failures } = withExpired()
      const reader = peer()
      reader.subscribe(selector)
      clock.advance(100)
      const shown = reader.updates.filter(({ isRemoved }) => !isRemoved).map(({ path }) => path)
      assert.deepEqual(shown, selector === '#' ? ['long'] : [])
      assert.deepEqual(failures, [])
    })

  test('is not shown where the last minute is asked for', () => {
    const { clock, peer } = withExpired()
    const reader = peer()
    reader.subscribe('#', { ...plainOptions, since: { kind: 'duration', ms: 60_000 } })
    clock.advance(100)
    assert.deepEqual([...reader.values.keys()], ['long'])
  })

  test('is not fetched, and a description shows its topic without it', () => {
    const { clock, peer } = withExpired()
    const client = peer()
    for (const [describe, topics] of [
      [false, [['long', true]]],
      [
        true,
        [
          ['short/1', false],
          ['short/2', false],
          ['long', true],
        ],
      ],
    ] as const) {
      client.send({ kind: 'fetch', request: 1, selector: '#', limit: 0, after: null, describe })
      clock.advance(50)
      assert.deepEqual(fetched(client)?.sort(), [...topics].sort())
    }
  })

  test('is sent whole, as of a topic never named before, when it is renewed for who was not given it', () => {
    const { clock, peer, failures, writer } = withExpired()
    const reader = peer()
    reader.subscribe('#')
    clock.advance(100)
    writer.publish('short/1', '2')
    clock.advance(100)
    assert.deepEqual([failures, reader.closedFor, reader.values.get('short/1')], [[], null, '2'])
  })

  test('goes with its topic within a second, unless a newer value came', () => {
    const { gateway, clock, writer } = withExpired()
    writer.publish('short/2', '2')
    clock.advance(1_500)
    assert.equal(gateway.topics.tree.find('short/1'), null)
    assert.notEqual(gateway.topics.tree.find('short/2'), null)
  })
})

/** A retained value, and a newer message not to be retained that lives for a second. */
async function retainedUnderExpiring(lifetimeMs = 0) {
  const store = new MemoryStore()
  const clock = new SimulatedClock()
  const handling = (isRetained: boolean) => ({ qos: 1, isRetained, isMessage: true }) as const
  const begin = async () => {
    const made = await startedOn(store, clock)
    const subscriber = (name: string, path = 't') => {
      const reader = new MessagePeer(made.gateway).connect(name).subscribe(path)
      clock.advance(50)
      return reader
    }
    return { ...made, subscriber }
  }
  const first = await begin()
  const early = first.subscriber('early', '#')
  const program = first.peer()
  program.subscribe('t')
  const writer = new MessagePeer(first.gateway).connect('w')
  writer.say(publication('t', 'retained', { sequence: 1, lifetimeMs, handling: handling(true) }))
  writer.say(publication('t', 'short', { sequence: 2, lifetimeMs: 1_000, handling: handling(false) }))
  clock.advance(500)
  return { ...first, begin, early, program }
}

suite('a retained value under a newer message that expires', () => {
  test('is not lost: who subscribes later is told it, before and after a restart [MQTT-3.3.1-8]', async () => {
    const { clock, subscriber, begin, early, failures } = await retainedUnderExpiring()
    clock.advance(5_000)
    assert.deepEqual(subscriber('late').values, ['retained'])
    assert.deepEqual(early.values, ['retained', 'short'], 'to who was there it is no message')
    assert.deepEqual((await begin()).subscriber('later').values, ['retained'])
    assert.deepEqual(failures, [])
  })

  test('is the value of its topic again for those who read states', async () => {
    const { clock, program } = await retainedUnderExpiring()
    assert.equal(program.values.get('t'), 'short')
    clock.advance(5_000)
    assert.equal(program.values.get('t'), 'retained')
  })

  test('goes with its topic when it is over itself', async () => {
    const { clock, gateway, subscriber } = await retainedUnderExpiring(10_000)
    clock.advance(5_000)
    assert.deepEqual(subscriber('late').values, ['retained'])
    clock.advance(7_000)
    assert.equal(gateway.topics.tree.find('t'), null)
  })
})

suite('topics with years to live', () => {
  test('leave nothing behind that waits for their end when they are removed before', () => {
    const { clock, gateway, peer, failures } = memoryGateway()
    const writer = peer()
    const removal = { afterMs: 1e11, unsubscribedForMs: 1e9, idleForMs: null, withSession: false }
    for (let round = 0; round < 50; round++) {
      writer.publish(`t/${round}`, '1', { properties: { removal } })
      writer.publish(`u/${round}`, '1', { lifetimeMs: 1e11 })
    }
    assert.equal(gateway.lifetimes.count, 100)
    writer.send({ kind: 'remove', request: 50, selector: '#' })
    clock.advance(50)
    assert.deepEqual([gateway.topics.count, gateway.lifetimes.count, failures], [0, 0, []])
  })
})
