import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { publication } from '../../test/support/memory-peer.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { startedOn } from '../../test/support/restarted.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import type { Hello } from '../messages.js'

const lasting = { sessionTimeoutMs: 3_600_000 }

/** Gateways one after the other on one store, and a client of the first with a will; who listens for it is told after a restart. */
async function mortal(delayMs: number, hello: Partial<Hello> = {}) {
  const store = new MemoryStore()
  const clock = new SimulatedClock()
  const began = clock.nowMs()
  const attributes = {
    pairs: [],
    contentType: 'a/b',
    isText: true,
    replyPath: null,
    correlation: Uint8Array.of(0, 255),
  }
  const will = { publish: publication('gone', 'gone', { attributes }), delayMs }
  const { gateway } = await startedOn(store, clock)
  new MessagePeer(gateway).connect('listener', lasting).subscribe('#').cut()
  const client = new MessagePeer(gateway).connect('mortal', { will, ...hello })
  clock.advance(50)
  const restart = async () => {
    // With a clock of its own: nothing of the one before happens any more.
    const later = new SimulatedClock()
    later.advance(clock.nowMs() - began)
    const after = await startedOn(store, later)
    const listener = new MessagePeer(after.gateway).connect('listener', lasting)
    const pass = (ms = 50) => later.advance(ms)
    pass()
    return { ...after, listener, pass }
  }
  return { gateway, client, clock, restart }
}

suite('a will, after a restart', () => {
  test('is published of a client that was there when the gateway went, with or without a session that waits', async () => {
    for (const hello of [lasting, { sessionTimeoutMs: 0 }]) {
      const { restart } = await mortal(0, hello)
      const { listener } = await restart()
      assert.deepEqual(listener.values, ['gone'])
    }
  })

  test('is published once, however often the gateway goes', async () => {
    const { restart } = await mortal(0)
    const first = await restart()
    first.listener.settle()
    first.pass()
    const second = await restart()
    assert.deepEqual(second.listener.values, [])
  })

  test('waits as long as it says, and is not published if its client comes back before', async () => {
    for (const comesBack of [false, true]) {
      const { restart } = await mortal(10_000, lasting)
      const { gateway, listener, pass } = await restart()
      pass(5_000)
      assert.deepEqual(listener.values, [])
      if (comesBack) new MessagePeer(gateway).connect('mortal', lasting)
      pass(6_000)
      assert.deepEqual(listener.values, comesBack ? [] : ['gone'])
    }
  })

  test('that waited when the gateway went waits only for the rest', async () => {
    const { client, clock, restart } = await mortal(10_000, lasting)
    client.cut()
    clock.advance(8_000)
    const { listener, pass } = await restart()
    pass(1_000)
    assert.deepEqual(listener.values, [])
    pass(1_500)
    assert.deepEqual(listener.values, ['gone'])
  })

  test('does not wait longer than its session', async () => {
    const { restart } = await mortal(60_000, { sessionTimeoutMs: 2_000 })
    const { listener, pass } = await restart()
    pass(4_000)
    assert.deepEqual(listener.values, ['gone'])
  })

  test('is not published of a client that said goodbye, or came back without one', async () => {
    const { client, restart } = await mortal(0)
    client.say({ kind: 'leave', publishesWill: false, sessionTimeoutMs: null })
    assert.deepEqual((await restart()).listener.values, [])
    const other = await mortal(10_000, lasting)
    other.client.cut()
    other.client.connect('mortal', lasting)
    assert.deepEqual((await other.restart()).listener.values, [])
  })
})
