import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { publication } from '../../test/support/memory-peer.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import type { Hello } from '../messages.js'

/** A client with a will, and one who listens for it. */
function withWill(delayMs: number, hello: Partial<Hello> = {}, path = 'gone', clock = new SimulatedClock()) {
  const { gateway } = memoryGateway({}, clock)
  const pass = (ms = 5) => clock.advance(ms)
  const listener = new MessagePeer(gateway).connect('listener').subscribe('#')
  const will = { publish: publication(path, 'gone'), delayMs }
  const mortal = new MessagePeer(gateway).connect('mortal', { will, ...hello })
  pass()
  return { gateway, pass, listener, mortal, will }
}

/** Wakes after a second at the latest, as the timers of Node do after 24 days. */
class ShortClock extends SimulatedClock {
  override after(delayMs: number, task: () => void) {
    return super.after(Math.min(delayMs, 1_000), task)
  }
}

suite('a will', () => {
  test('with a delay longer than the timers of the clock is not published early', () => {
    const { listener, mortal, pass } = withWill(60_000, { sessionTimeoutMs: 3_600_000 }, 'gone', new ShortClock())
    mortal.cut()
    pass(59_000)
    assert.deepEqual(listener.values, [])
    pass(1_005)
    assert.deepEqual(listener.values, ['gone'])
  })

  test('with such a delay is not published at all where its client comes back', () => {
    const { listener, mortal, pass } = withWill(60_000, { sessionTimeoutMs: 3_600_000 }, 'gone', new ShortClock())
    mortal.cut()
    pass(30_000)
    mortal.connect('mortal', { sessionTimeoutMs: 3_600_000 })
    pass(100_000)
    assert.deepEqual(listener.values, [])
  })

  test('is published when the link is lost', () => {
    const { listener, mortal, pass } = withWill(0, { sessionTimeoutMs: 60_000 })
    mortal.cut()
    pass()
    assert.deepEqual(listener.values, ['gone'])
  })

  test('is not published when the client says goodbye, unless it asks for that', () => {
    for (const publishesWill of [false, true]) {
      const { listener, mortal, pass } = withWill(0)
      mortal.say({ kind: 'leave', publishesWill, sessionTimeoutMs: null })
      pass()
      assert.equal(mortal.closedFor, 'bye')
      assert.deepEqual(listener.values, publishesWill ? ['gone'] : [])
    }
  })

  test('waits as long as it says, unless its client comes back', () => {
    const { listener, mortal, pass } = withWill(1_000, { sessionTimeoutMs: 60_000 })
    mortal.cut()
    pass(900)
    assert.deepEqual(listener.values, [])
    mortal.connect('mortal', { sessionTimeoutMs: 60_000 })
    pass(5_000)
    assert.deepEqual(listener.values, [])
  })

  test('is published after its delay, once', () => {
    const { listener, mortal, pass } = withWill(1_000, { sessionTimeoutMs: 60_000 })
    mortal.cut()
    pass(1_005)
    assert.deepEqual(listener.values, ['gone'])
    mortal.connect('mortal').cut()
    pass(5_000)
    assert.deepEqual(listener.values, ['gone'])
  })

  test('is published with the end of the session, if that comes first', () => {
    const { listener, mortal, pass } = withWill(60_000, { sessionTimeoutMs: 2_000 })
    mortal.cut()
    pass(4_000)
    assert.deepEqual(listener.values, ['gone'])
  })

  test('without delay is published when another link takes over, one with a delay is not', () => {
    for (const delayMs of [0, 1_000]) {
      const { listener, gateway, pass } = withWill(delayMs, { sessionTimeoutMs: 60_000 })
      new MessagePeer(gateway).connect('mortal', { sessionTimeoutMs: 60_000 })
      pass(5_000)
      assert.deepEqual(listener.values, delayMs === 0 ? ['gone'] : [])
    }
  })

  test('is published when a clean session takes the place of this one', () => {
    const { listener, gateway, pass } = withWill(60_000, { sessionTimeoutMs: 60_000 })
    new MessagePeer(gateway).connect('mortal', { isClean: true })
    pass()
    assert.deepEqual(listener.values, ['gone'])
  })

  test('is not published where its client may not publish', () => {
    const { listener, mortal, pass } = withWill(0, {}, '$SYS/gone')
    mortal.cut()
    pass()
    assert.deepEqual(listener.values, [])
  })
})
