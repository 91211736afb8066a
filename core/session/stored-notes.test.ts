import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { startedOn } from '../../test/support/restarted.js'
import { restoredState } from './stored-sessions.js'

/** A store with a session whose links left these bytes, and the record of where it stands. */
async function storedWith(notes: Readonly<Record<string, Uint8Array>>) {
  const store = new MemoryStore()
  const { gateway, clock } = await startedOn(store)
  new MessagePeer(gateway).connect('r', { sessionTimeoutMs: 3_600_000 })
  clock.advance(5)
  for (const [medium, bytes] of Object.entries(notes)) gateway.sessions.named('r')?.keepNotes(medium, bytes)
  clock.advance(50)
  let record = new Uint8Array(0)
  for await (const { value } of store.records('session-states').read('')) record = new Uint8Array(value)
  return { store, record }
}

suite('what links leave with a session that is stored', () => {
  test('is there after a restart, for each medium its own', async () => {
    const notes = { messages: Uint8Array.of(1, 2, 255), other: Uint8Array.of(7) }
    const { store } = await storedWith(notes)
    const { gateway } = await startedOn(store)
    assert.deepEqual([...(gateway.sessions.named('r')?.notes ?? [])], Object.entries(notes))
  })

  test('is so also where the store hands out bytes that lie among others and are used again', async () => {
    const { record } = await storedWith({ messages: Uint8Array.of(1, 2, 255) })
    const lent = Buffer.concat([Buffer.alloc(3), record]).subarray(3)
    const { notes } = restoredState(lent)
    lent.fill(0)
    assert.deepEqual(notes, [['messages', Uint8Array.of(1, 2, 255)]])
  })

  test('takes little more room than its bytes', async () => {
    const { record } = await storedWith({ messages: new Uint8Array(10_000) })
    assert.ok(record.length > 10_000 && record.length < 10_300, `${record.length} bytes`)
  })
})
