import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MessagePeer } from '../../test/support/message-peer.js'
import { startedOn } from '../../test/support/restarted.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { SlowStore } from '../../test/support/store/slow-store.js'

/** A session with a name, what its links leave, and how often its standing was written since. */
async function storing() {
  const store = new SlowStore()
  const clock = new SimulatedClock()
  const { gateway } = await startedOn(store, clock)
  new MessagePeer(gateway).connect('r', { sessionTimeoutMs: 3_600_000 })
  clock.advance(100)
  const puts = { count: 0 }
  const records = store.records('session-states')
  const { put } = records
  records.put = (key, value) => {
    puts.count += 1
    put.call(records, key, value)
  }
  const move = (to: number) => {
    gateway.sessions.named('r')?.keepNotes('messages', Uint8Array.of(to))
    clock.advance(30)
  }
  return { store, clock, puts, move }
}

suite('sessions while the store is behind', () => {
  test('that move again and again are stored once it has caught up, and once', async () => {
    const { store, clock, puts, move } = await storing()
    store.isSlow = true
    store.isBehind = true
    for (let moves = 1; moves <= 20; moves++) move(moves)
    assert.equal(puts.count, 0)
    store.commit()
    clock.advance(5)
    assert.equal(puts.count, 0, 'it is behind still')
    store.isBehind = false
    store.commit()
    clock.advance(5)
    assert.equal(puts.count, 1)
    move(21)
    assert.equal(puts.count, 2)
  })
})
