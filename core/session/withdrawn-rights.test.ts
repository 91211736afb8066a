import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { messageWorld } from '../../test/support/message-world.js'
import { startedOn } from '../../test/support/restarted.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import type { Coverage } from '../access.js'

const lasting = { sessionTimeoutMs: 3_600_000 }

/** Everybody may do everything, until m loses what is secret, or all there is. */
function world() {
  const access = new ScriptedAccess()
  const made = messageWorld(both(access))
  const connect = (name: string) => made.connect(name, { ...lasting, credentials: { peer: '', user: name } })
  const withdraw = (left: Exclude<Coverage, 'all'>) => {
    access.covered = ({ name }, _action, selector) =>
      name !== 'm' ? 'all' : selector.startsWith('secret') ? 'none' : left
    access.allowed = ({ name }, action, path) =>
      name !== 'm' || action !== 'subscribe' || (left === 'some' && !path.startsWith('secret'))
    access.generation += 1
  }
  return { ...made, connect, withdraw }
}

/** Nobody but m is kept from what is secret. */
function withoutSecrets() {
  const access = new ScriptedAccess()
  access.covered = ({ name }) => (name === 'm' ? 'some' : 'all')
  access.allowed = ({ name }, action, path) => name !== 'm' || action !== 'subscribe' || !path.startsWith('secret')
  return access
}

const both = (access: ScriptedAccess) => ({ authenticator: access, authorizer: access })

suite('rights that are withdrawn', () => {
  for (const selector of ['#', 'secret/a'])
    for (const left of ['some', 'none'] as const)
      test(`while a session is away: it is not told what is published after that, of ${selector} with ${left} left`, () => {
        const { connect, pass, withdraw, failures } = world()
        const writer = connect('w')
        connect('m').subscribe(selector).cut()
        withdraw(left)
        writer.publish('secret/a', 'S')
        pass(50)
        const back = connect('m')
        pass(50)
        assert.deepEqual([back.values, failures], [[], []])
        const ended = back.replies.filter(({ kind }) => kind === 'unsubscribed').length
        assert.equal(ended, selector === '#' && left === 'some' ? 0 : 1)
      })

  test('while a session is away: what was queued before, retained values too, is not told', () => {
    const { connect, pass, withdraw, gateway } = world()
    const writer = connect('w').publish('secret/r', 'R', 1, true).publish('open/r', 'r', 1, true)
    pass()
    const reader = connect('m')
    reader.window = 0
    reader.subscribe('#').cut()
    writer.publish('secret/a', 'S').publish('open/a', 's')
    pass(50)
    withdraw('some')
    pass(2_000)
    assert.equal(gateway.sessions.named('m')?.outbox.queuedCount, 2)
    const back = connect('m')
    pass(50)
    assert.deepEqual(back.values, ['r', 's'])
  })

  test('before a session is back: what it had not settled is not told again', () => {
    const { connect, pass, withdraw } = world()
    const reader = connect('m').subscribe('#')
    connect('w').publish('secret/a', 'S', 2).publish('open/a', 's', 2)
    pass(50)
    assert.deepEqual(reader.values, ['S', 's'])
    withdraw('some')
    reader.cut()
    const back = connect('m')
    pass(50)
    assert.deepEqual(back.values, ['s'])
  })

  test('while its link takes nothing: what waits for that, as message or as the latest of a topic, is not told', () => {
    for (const delivery of ['all', 'latest'] as const) {
      const { connect, pass, withdraw } = world()
      const reader = connect('m').subscribe('#', { delivery }).stall()
      connect('w').publish('secret/a', 'S').publish('open/a', 's')
      pass(50)
      withdraw('some')
      reader.unstall()
      pass(50)
      assert.deepEqual(reader.values, ['s'])
    }
  })

  test('of what the latest alone is told: what rests for a session that is away is not told', () => {
    const { connect, pass, withdraw } = world()
    connect('m').subscribe('#', { delivery: 'latest' }).cut()
    connect('w').publish('secret/a', 'S').publish('open/a', 's')
    pass(50)
    withdraw('some')
    const back = connect('m')
    pass(50)
    assert.deepEqual(back.values, ['s'])
  })

  test('hold for what is published at once', () => {
    for (const left of ['some', 'none'] as const) {
      const { connect, pass, withdraw } = world()
      const reader = connect('m').subscribe('#')
      const writer = connect('w')
      withdraw(left)
      writer.publish('secret/a', 'S')
      pass(50)
      assert.deepEqual(reader.values, [])
    }
  })

  test('make room where retained values wait for it', () => {
    const { connect, pass, withdraw } = world()
    const writer = connect('w')
    for (let i = 0; i < 600; i++) writer.publish(`secret/${i}`, 'S', 1, true)
    for (let i = 0; i < 10; i++) writer.publish(`t/${i}`, 's', 1, true)
    pass(50)
    const reader = connect('m')
    reader.window = 0
    reader.subscribe('#')
    pass(50)
    withdraw('some')
    reader.cut()
    const back = connect('m')
    pass(50)
    assert.equal(back.values.length, 10)
  })
})

suite('rights in a group', () => {
  test('one message that no member may read does not stop it', () => {
    const made = messageWorld(both(withoutSecrets()))
    const connect = (name: string) => made.connect(name, { credentials: { peer: '', user: name } })
    const reader = connect('m').share('g', '#')
    const writer = connect('w').publish('a', '1').publish('secret/1', 'S')
    made.pass()
    for (let i = 2; i <= 5; i++) writer.publish('a', `${i}`)
    made.pass(50)
    assert.deepEqual(reader.values, ['1', '2', '3', '4', '5'])
  })

  test('what only a member that is away may read waits for that one', () => {
    const made = messageWorld(both(withoutSecrets()))
    const connect = (name: string) => made.connect(name, { ...lasting, credentials: { peer: '', user: name } })
    connect('boss').share('g', '#').cut()
    const reader = connect('m').share('g', '#')
    const writer = connect('w').publish('secret/1', 'S')
    made.pass(50)
    reader.cut()
    writer.publish('secret/2', 'T')
    made.pass(50)
    assert.deepEqual([connect('boss').values, reader.values], [['S', 'T'], []])
  })

  test('one that only a member that is away may read stops nobody, and is not lost where that goes again or ends', () => {
    const made = messageWorld(both(withoutSecrets()))
    const connect = (name: string, hello = {}) =>
      made.connect(name, { ...lasting, ...hello, credentials: { peer: '', user: name } })
    connect('boss').share('g', '#').cut()
    connect('deputy').share('g', '#').cut()
    const reader = connect('m').share('g', '#')
    const writer = connect('w').publish('secret/1', 'S').publish('secret/2', 'lossy', 0).publish('a', '1')
    made.pass(50)
    writer.publish('a', '2')
    made.pass(50)
    assert.deepEqual(reader.values, ['1', '2'])
    const boss = connect('boss')
    made.pass(50)
    assert.deepEqual(boss.values, ['S'])
    boss.cut()
    made.pass(50)
    assert.equal(made.gateway.sessions.named('boss')?.outbox.queuedCount, 1)
    connect('boss', { isClean: true, sessionTimeoutMs: 0 }).cut()
    const deputy = connect('deputy')
    made.pass(50)
    assert.deepEqual([deputy.values, reader.values], [['S'], ['1', '2']])
  })

  for (const order of ['none', 'path'] as const)
    for (const left of ['some', 'none'] as const)
      test(`who loses ${left === 'some' ? 'a part' : 'all'} of them gets nothing published after that, order: ${order}`, () => {
        const { connect, pass, withdraw, gateway } = world()
        const reader = connect('m').share('g', '#', {}, order)
        const writer = connect('w').publish('secret/a', '1')
        pass()
        withdraw(left)
        pass(2_000)
        writer.publish('secret/a', '2')
        pass(50)
        assert.deepEqual(reader.values, ['1'])
        assert.equal(gateway.subscriptions.groups.count, left === 'none' ? 0 : 1)
        assert.equal(reader.replies.filter(({ kind }) => kind === 'unsubscribed').length, left === 'none' ? 1 : 0)
      })

  test('what waits at a member that loses them goes to another', () => {
    const { connect, pass, withdraw } = world()
    const [reader, other] = ['m', 'b'].map((name) => connect(name).share('g', '#'))
    if (reader) reader.window = 0
    if (other) other.window = 0
    connect('w').publish('secret/a', '1').publish('secret/a', '2').publish('open/a', '3').publish('open/a', '4')
    pass()
    withdraw('some')
    for (const peer of [reader, other]) {
      if (peer) peer.window = 10
      peer?.unstall()
    }
    pass(50)
    const secrets = (peer = reader) =>
      peer?.got
        .filter(({ path }) => path === 'secret/a')
        .map(({ value }) => value)
        .sort()
    assert.deepEqual([secrets(), secrets(other)], [[], ['1', '2']])
    assert.equal((reader?.got.length ?? 0) + (other?.got.length ?? 0), 4)
  })
})

suite('rights, after a restart', () => {
  test('keep from a session what it may not read of what others were owed too, whether the topic is still there or not', async () => {
    const store = new MemoryStore()
    const clock = new SimulatedClock()
    const access = withoutSecrets()
    const begin = async () => {
      const { gateway } = await startedOn(store, clock, { access })
      const connect = (name: string, hello = lasting) => {
        const peer = new MessagePeer(gateway).connect(name, { ...hello, credentials: { peer: '', user: name } })
        clock.advance(50)
        return peer
      }
      return { gateway, connect }
    }
    const first = await begin()
    for (const name of ['m', 'boss']) first.connect(name).subscribe('#').cut()
    clock.advance(100)
    const writer = first.connect('w').publish('secret/a', 'S').publish('secret/b', 'T').publish('open/a', 's')
    clock.advance(100)
    writer.say({ kind: 'remove', request: 1, selector: 'secret/b' })
    clock.advance(100)
    const second = await begin()
    assert.equal(second.gateway.sessions.named('m')?.outbox.queuedCount, 1)
    const [back, boss] = ['m', 'boss'].map((name) => second.connect(name))
    assert.deepEqual([back?.values, boss?.values.slice(0, 3)], [['s'], ['S', 'T', 's']])
  })
})
