import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { messageWorld } from '../../test/support/message-world.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'

/** A gateway whose queues may hold 20,000 bytes together, and clients of several users who come back. */
function world() {
  const access = new ScriptedAccess()
  const limits = { queuesBytesMax: 20_000, queueBytesMax: 10_000 }
  const made = messageWorld({ authenticator: access, authorizer: access, limits })
  const lasting = { sessionTimeoutMs: 3_600_000 }
  const connect = (name: string, user: string) => made.connect(name, { ...lasting, credentials: { peer: '', user } })
  const queueOf = (wanted: string) => {
    const session = [...made.gateway.sessions.all()].find(({ name }) => name === wanted)
    const messages = session?.outbox.messages
    return { size: messages?.size ?? 0, bytes: messages?.bytes ?? 0, dropped: messages?.dropped ?? 0 }
  }
  return { ...made, connect, queueOf, writer: made.connect('w', { credentials: { peer: '', user: 'writer' } }) }
}

suite('the bound of all queues', () => {
  for (const hogs of [2, 40])
    test(`is no reason to empty those of others: who fills ${hogs} queues loses its own`, () => {
      const { gateway, connect, queueOf, writer, pass } = world()
      connect('good', 'good').subscribe('good/#').cut()
      for (let hog = 0; hog < hogs; hog++)
        connect(`hog${hog}`, 'hog')
          .subscribe(`hog/${hog % 8}/#`)
          .cut()
      for (let value = 1; value <= 10; value++) {
        writer.publish('good/x', `${value}`)
        for (let hog = 0; hog < 8; hog++) writer.publish(`hog/${hog}/x`, 'x'.repeat(2_000))
        pass()
        assert.ok(gateway.queueBounds.bytes <= 20_000, `${gateway.queueBounds.bytes} bytes`)
      }
      assert.deepEqual(queueOf('good'), { size: 10, bytes: queueOf('good').bytes, dropped: 0 })
      const good = connect('good', 'good')
      pass()
      assert.deepEqual(
        good.values,
        Array.from({ length: 10 }, (_, index) => `${index + 1}`),
      )
    })

  test('is held where each queue has one message alone: the newest stays', () => {
    const { gateway, connect, queueOf, writer, pass } = world()
    for (const name of ['1', '2', '3']) connect(name, 'ann').subscribe(`t/${name}`).cut()
    for (const name of ['1', '2', '3']) {
      writer.publish(`t/${name}`, 'x'.repeat(9_000))
      pass()
    }
    assert.ok(gateway.queueBounds.bytes <= 20_000)
    assert.deepEqual(
      ['1', '2', '3'].map((name) => queueOf(name).size),
      [0, 1, 1],
    )
    writer.publish('t/3', 'x'.repeat(30_000))
    pass()
    assert.deepEqual(queueOf('3').size, 1, 'one always fits')
  })

  test('leaves groups theirs: what waits for one is of who made it', () => {
    const { gateway, connect, queueOf, writer, pass } = world()
    connect('member', 'good').share('g', 'good/#').cut()
    for (const hog of [1, 2]) connect(`hog${hog}`, 'hog').subscribe('hog/#').cut()
    for (let value = 1; value <= 10; value++) {
      writer.publish('good/x', `${value}`)
      writer.publish('hog/x', 'x'.repeat(2_000))
      writer.publish('hog/x', 'x'.repeat(2_000))
      pass()
    }
    assert.ok(queueOf('hog1').dropped + queueOf('hog2').dropped > 0)
    const member = connect('member', 'good')
    pass()
    assert.equal(member.got.length, 10)
    for (const hog of [1, 2]) connect(`hog${hog}`, 'hog').settle()
    pass()
    assert.equal(gateway.queueBounds.bytes, 0)
  })
})
