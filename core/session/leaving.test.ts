import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { publication } from '../../test/support/memory-peer.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { messageWorld } from '../../test/support/message-world.js'

const lasting = { sessionTimeoutMs: 60_000 }

/** A client with a will that takes a second, which leaves; and one who listens. */
function leaving(publishesWill: boolean, sessionTimeoutMs: number | null, hello: Partial<typeof lasting> = lasting) {
  const made = messageWorld()
  const listener = made.connect('listener').subscribe('will')
  const will = { publish: publication('will', 'gone'), delayMs: 1_000 }
  const leaver = new MessagePeer(made.gateway).connect('leaver', { will, ...hello }).subscribe('a')
  made.pass()
  leaver.say({ kind: 'leave', publishesWill, sessionTimeoutMs })
  made.pass()
  const isThere = () => made.gateway.sessions.named('leaver') !== null
  return { ...made, listener, leaver, isThere }
}

suite('a client that hangs up', () => {
  test('is let go at once, and its session goes on as long as it was to', () => {
    const { leaver, isThere, pass } = leaving(false, null)
    assert.equal(leaver.closedFor, 'bye')
    pass(59_000)
    assert.ok(isThere())
    pass(3_000)
    assert.ok(!isThere())
  })

  test('is told what it missed when it comes back', () => {
    const { leaver, connect, pass } = leaving(false, null)
    connect('w').publish('a', '1')
    pass()
    leaver.connect('leaver', lasting)
    pass()
    assert.deepEqual(leaver.values, ['1'])
  })

  test('may say anew how long its session is to wait, or that it ends', () => {
    const longer = leaving(false, 120_000)
    longer.pass(100_000)
    assert.ok(longer.isThere())
    assert.ok(!leaving(false, 0).isThere())
  })

  test('has its will forgotten, unless it asks for it: then it comes after its delay, or with the end of the session', () => {
    const forgotten = leaving(false, null)
    forgotten.pass(120_000)
    assert.deepEqual(forgotten.listener.values, [])
    const asked = leaving(true, null)
    asked.pass(900)
    assert.deepEqual(asked.listener.values, [])
    asked.pass(200)
    assert.deepEqual(asked.listener.values, ['gone'])
    assert.deepEqual(leaving(true, 0).listener.values, ['gone'])
  })

  test('ends its session where that was not to outlive its link', () => {
    assert.ok(!leaving(false, null, { sessionTimeoutMs: 0 }).isThere())
  })

  test('for good ends its session however long that was to wait', () => {
    const { connect, gateway, pass } = messageWorld()
    const peer = connect('r', lasting)
    peer.say({ kind: 'bye' })
    pass()
    assert.equal(gateway.sessions.count, 0)
    assert.equal(peer.closedFor, 'bye')
  })
})
