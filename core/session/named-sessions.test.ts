import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { messageWorld } from '../../test/support/message-world.js'
import type { GatewayOptions } from './gateway-options.js'

suite('a session with a name', () => {
  const lasting = { sessionTimeoutMs: 60_000 }

  test('is told, when it is back, what it missed, in order, but nothing that may be lost', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r', lasting).subscribe('#', { qos: 2 })
    reader.cut()
    const writer = connect('w').publish('a', '1').publish('b', '2', 0).publish('c', '3', 2).publish('a', '4')
    pass()
    writer.publish('b', '5')
    pass()
    reader.connect('r', lasting)
    pass()
    assert.deepEqual(reader.values, ['1', '3', '4', '5'])
    assert.equal(reader.replies.find(({ kind }) => kind === 'welcome')?.kind, 'welcome')
    writer.publish('a', '6')
    pass()
    assert.equal(reader.values.at(-1), '6')
  })

  test('is told again what its last link did not settle, before anything else [SEM 3.8]', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r', lasting).subscribe('#')
    const writer = connect('w').publish('a', '1').publish('b', '2').publish('c', '3')
    pass()
    reader.settle(1)
    reader.cut()
    writer.publish('d', '4')
    pass()
    reader.connect('r', lasting)
    pass()
    assert.deepEqual(
      reader.got.slice(3).map(({ value, isAgain }) => [value, isAgain]),
      [
        ['2', true],
        ['3', true],
        ['4', false],
      ],
    )
    reader.settle()
    reader.cut().connect('r', lasting)
    pass()
    assert.equal(reader.got.length, 6, 'what was settled is not told again')
  })

  for (const hasWaited of [false, true]) {
    test(`is not told a message as told before that its link took and did not write, ${hasWaited ? 'having waited' : 'at once'}`, () => {
      const { connect, pass } = messageWorld()
      const reader = connect('r', lasting).subscribe('#').share('g', '#')
      if (hasWaited) reader.cut()
      reader.drops = '2'
      const writer = connect('w')
      for (const value of ['1', '2', '3']) writer.publish('a', value)
      pass()
      if (hasWaited) reader.connect('r', lasting)
      pass()
      reader.drops = null
      reader.cut().connect('r', lasting)
      pass()
      assert.ok(!reader.values.includes('2'), `${reader.values}`)
      assert.ok(reader.values.length > 4)
    })
  }

  test('resumes without new subscriptions, and says so; a clean one does not', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r', lasting).subscribe('a')
    reader.cut().connect('r', lasting)
    pass()
    const starts = () => reader.replies.flatMap((reply) => (reply.kind === 'welcome' ? [reply.start] : []))
    assert.deepEqual(starts(), ['new', 'resumed'])
    reader.cut().connect('r', { ...lasting, isClean: true })
    pass()
    connect('w').publish('a', '1')
    pass()
    assert.deepEqual(starts(), ['new', 'resumed', 'new'])
    assert.deepEqual(reader.got, [])
  })

  test('ends with its link where it is not to outlive it, and in its time otherwise', () => {
    const { connect, pass, gateway } = messageWorld()
    connect('short', { sessionTimeoutMs: 0 }).cut()
    connect('long', { sessionTimeoutMs: 5_000 }).cut()
    assert.deepEqual(
      Array.from(gateway.sessions.all(), ({ name }) => name),
      ['long'],
    )
    pass(7_000)
    assert.equal(gateway.sessions.count, 0)
  })

  test('queues so many messages; the oldest go and are counted [SEM 3.3]', () => {
    const { connect, pass, gateway } = messageWorld({ limits: { queueUpdatesMax: 3 } })
    const reader = connect('r', lasting).subscribe('#')
    reader.cut()
    const writer = connect('w')
    for (let i = 1; i <= 5; i++) {
      writer.publish(`t/${i}`, `${i}`)
      pass()
    }
    const [session] = gateway.sessions.all()
    assert.equal(session?.outbox.messages?.dropped, 2)
    reader.connect('r', lasting)
    pass()
    assert.deepEqual(reader.values, ['3', '4', '5'])
  })

  test('queues so many bytes; one message always fits', () => {
    const { connect, pass } = messageWorld({ limits: { queueBytesMax: 2_000 } })
    const reader = connect('r', lasting).subscribe('#')
    reader.cut()
    const writer = connect('w')
      .publish('a', 'x'.repeat(900))
      .publish('b', 'y'.repeat(900))
      .publish('c', 'z'.repeat(9_000))
    pass()
    void writer
    reader.connect('r', lasting)
    pass()
    assert.deepEqual(
      reader.got.map(({ path }) => path),
      ['c'],
    )
  })

  test('of which the latest is enough is told the latest when it is back', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r', lasting).subscribe('#', { delivery: 'latest' })
    reader.cut()
    const writer = connect('w')
    for (let i = 1; i <= 3; i++) {
      writer.publish('a', `${i}`)
      pass()
    }
    reader.connect('r', lasting)
    pass()
    assert.deepEqual(reader.values, ['3'])
  })

  test('goes on at a second link; the first is told that it was taken over', () => {
    const { connect, pass } = messageWorld()
    const first = connect('r', lasting).subscribe('a')
    const second = connect('r', lasting)
    connect('w').publish('a', '1')
    pass()
    assert.equal(first.closedFor, 'takenOver')
    assert.deepEqual(first.got, [])
    assert.deepEqual(second.values, ['1'])
  })

  test('belongs to the principal that made it: nobody else gets it, or ends it', () => {
    const access = { name: 'ann', roles: [], rootPath: '', properties: {} }
    let who = 'ann'
    const authenticator: GatewayOptions['authenticator'] = {
      authenticate: (_credentials, answer) => answer({ kind: 'accepted', principal: { ...access, name: who } }),
    }
    const { connect } = messageWorld({ authenticator })
    const ann = connect('r', lasting)
    who = 'bob'
    const bob = connect('r', { ...lasting, isClean: true })
    assert.equal(bob.closedFor, 'forbidden')
    assert.equal(ann.closedFor, null)
  })

  test('holds nothing of a stalled link that it has lost', () => {
    const { connect, pass, gateway } = messageWorld()
    const reader = connect('r', lasting).subscribe('#')
    const writer = connect('w')
    reader.stall()
    for (let i = 1; i <= 5; i++) writer.publish('a', `${i}`)
    pass()
    reader.cut()
    pass()
    const session = [...gateway.sessions.all()].find(({ name }) => name === 'r')
    assert.equal(session?.outbox.queuedCount, 5)
    reader.connect('r', { ...lasting, isClean: true })
    pass()
    assert.equal(gateway.queueBounds.bytes, 0)
  })
})
