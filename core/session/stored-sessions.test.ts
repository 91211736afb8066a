import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { startedOn } from '../../test/support/restarted.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { storedForm } from '../topics/stored-form.js'

const lasting = { sessionTimeoutMs: 3_600_000 }

/** Gateways one after the other on the same store; the one before is dropped without a word. */
async function lives() {
  const store = new MemoryStore()
  const clock = new SimulatedClock()
  const begin = async () => {
    const { gateway, failures } = await startedOn(store, clock)
    const connect = (name: string, hello = {}) => {
      const peer = new MessagePeer(gateway).connect(name, { ...lasting, ...hello })
      clock.advance(5)
      return peer
    }
    return { gateway, failures, connect, pass: (ms = 50) => clock.advance(ms) }
  }
  return { store, clock, begin }
}

/** What a reader was told, and whether as told again. */
const toldTo = ({ got }: MessagePeer) => got.map(({ value, isAgain }) => [value, isAgain])

suite('a session with a name, after a restart', () => {
  test('is told what it was owed, in order, and has its subscriptions', async () => {
    const { begin } = await lives()
    const first = await begin()
    first.connect('r').subscribe('a/#', { qos: 2 }).cut()
    first.connect('w', { sessionTimeoutMs: 0 }).publish('a/1', '1').publish('a/2', '2', 0).publish('a/3', '3', 2)
    first.pass()
    first.gateway.close()
    const second = await begin()
    const reader = second.connect('r')
    second.connect('w').publish('a/4', '4')
    second.pass()
    assert.deepEqual(
      reader.got.map(({ value, qos }) => [value, qos]),
      [
        ['1', 1],
        ['3', 2],
        ['4', 1],
      ],
    )
    const welcome = reader.replies.find(({ kind }) => kind === 'welcome')
    assert.equal(welcome?.kind === 'welcome' && welcome.start, 'resumed')
    assert.deepEqual(second.failures, [])
  })

  test('is told again what was sent and not settled, marked, and not what was settled', async () => {
    const { begin } = await lives()
    const first = await begin()
    const before = first.connect('r').subscribe('#')
    first.connect('w').publish('a', '1').publish('b', '2').publish('c', '3')
    first.pass()
    before.settle(1)
    first.pass()
    const second = await begin()
    const reader = second.connect('r')
    second.pass()
    assert.deepEqual(toldTo(reader), [
      ['2', true],
      ['3', true],
    ])
  })

  test('is not there any more once it has ended, or its time is over', async () => {
    const { begin, clock } = await lives()
    const first = await begin()
    first.connect('clean', { isClean: true, sessionTimeoutMs: 0 }).cut()
    first.connect('short', { sessionTimeoutMs: 10_000 }).cut()
    first.connect('long').cut()
    first.pass()
    clock.advance(8_000)
    const second = await begin()
    assert.equal(second.gateway.sessions.count, 2)
    clock.advance(4_000)
    assert.deepEqual(
      Array.from(second.gateway.sessions.all(), ({ name }) => name),
      ['long'],
    )
    const third = await begin()
    assert.equal(third.gateway.sessions.count, 1)
  })

  test('does not hear its own messages where it did not want to', async () => {
    const { begin } = await lives()
    const first = await begin()
    const reader = first.connect('r').subscribe('#', { excludesOwn: true })
    reader.stall()
    reader.publish('a', 'own')
    first.connect('w').publish('a', 'other')
    first.pass()
    const second = await begin()
    const again = second.connect('r')
    second.pass()
    assert.deepEqual(again.values, ['other'])
  })

  test('shares what its group was owed', async () => {
    const { begin } = await lives()
    const first = await begin()
    for (const name of ['a', 'b']) first.connect(name).share('g', '#').cut()
    first.connect('w').publish('t', '1').publish('t', '2').publish('t', '3')
    first.pass()
    const second = await begin()
    const [a, b] = [second.connect('a'), second.connect('b')]
    second.pass()
    assert.deepEqual([...a.values, ...b.values].sort(), ['1', '2', '3'])
  })

  test('is not told again what was settled although older messages were not', async () => {
    const { begin } = await lives()
    const first = await begin()
    const before = first.connect('r').subscribe('#', { qos: 2 })
    before.window = 1
    first.connect('w').publish('a', '1', 2).publish('b', '2', 2).publish('a', '3', 2)
    first.pass()
    before.settle(1)
    first.pass()
    const second = await begin()
    const reader = second.connect('r')
    second.pass()
    assert.deepEqual(toldTo(reader), [
      ['2', true],
      ['3', false],
    ])
  })

  test('is told again what was sent on a link that was lost before the gateway went', async () => {
    const { begin } = await lives()
    const first = await begin()
    const before = first.connect('r').subscribe('#', { qos: 2 })
    first.connect('w').publish('a', '1', 2)
    first.pass()
    before.cut()
    first.connect('other').publish('a', '2', 2)
    first.pass()
    const second = await begin()
    const reader = second.connect('r')
    second.pass()
    assert.deepEqual(toldTo(reader), [
      ['1', true],
      ['2', false],
    ])
  })

  test('is told the retained values that it was not told yet, and not those that it was', async () => {
    const { begin } = await lives()
    const first = await begin()
    first.connect('w').publish('a', '1', 2, true).publish('b', '2', 2, true).publish('c', '3', 2, true)
    const before = new MessagePeer(first.gateway)
    before.window = 2
    before.connect('r', lasting).subscribe('#', { qos: 2 })
    first.pass()
    assert.deepEqual(before.values, ['1', '2'])
    before.settle(1)
    before.stall()
    first.pass()
    const second = await begin()
    const reader = second.connect('r')
    second.pass()
    assert.deepEqual(
      reader.got.map(({ value, isAgain, isSnapshot }) => [value, isAgain, isSnapshot]),
      [
        ['2', true, true],
        ['3', false, true],
      ],
    )
  })

  test('goes on being told retained values of which there are more than a queue holds', async () => {
    const { begin } = await lives()
    const first = await begin()
    const writer = first.connect('w')
    const values = Array.from({ length: 3_000 }, (_, i) => `${i}`)
    for (const value of values) writer.publish(`t/${value}`, value, 1, true)
    const before = new MessagePeer(first.gateway)
    before.window = 10
    before.connect('r', lasting).subscribe('#')
    first.pass()
    before.cut()
    first.pass()
    const second = await begin()
    const reader = second.connect('r')
    for (let round = 0; round < 40; round++) {
      second.pass()
      reader.settle()
    }
    assert.deepEqual(new Set(reader.values), new Set(values))
  })

  test('has what it may have got of its group, and no other member has that', async () => {
    const { begin } = await lives()
    const first = await begin()
    const before = first.connect('a').share('g', '#', { qos: 2 })
    first.connect('w').publish('t', '1', 2).publish('t', '2', 2)
    first.pass()
    before.settle(1)
    first.connect('b').share('g', '#', { qos: 2 })
    first.pass()
    const second = await begin()
    const other = second.connect('b')
    second.pass()
    assert.deepEqual(other.values, [])
    const member = second.connect('a')
    second.pass()
    assert.deepEqual(
      member.got.map(({ value, isAgain }) => [value, isAgain]),
      [['2', true]],
    )
  })

  test('is as it was at the end of a gateway that was closed, not as it was shortly before', async () => {
    const { begin } = await lives()
    const first = await begin()
    const before = first.connect('r').subscribe('#')
    first.connect('w').publish('a', '1').publish('a', '2')
    first.pass()
    before.settle()
    first.gateway.close()
    const second = await begin()
    const reader = second.connect('r')
    second.pass()
    assert.deepEqual(reader.values, [])
  })

  test('keeps no message that nobody is owed', async () => {
    const { begin, store } = await lives()
    const first = await begin()
    const reader = first.connect('r').subscribe('#')
    const writer = first.connect('w')
    for (let i = 0; i < 10; i++) writer.publish('a', `${i}`)
    first.pass()
    reader.settle()
    first.pass(3_000)
    const left: number[] = []
    for await (const { offset } of store.sequence('messages').read(0)) left.push(offset)
    assert.deepEqual(left, [])
  })

  test('leaves nothing of a group in the store once its last member has left it, or has ended', async () => {
    const { begin, store, clock } = await lives()
    const first = await begin()
    const keys = async () => {
      const found: string[] = []
      for await (const { key } of store.records('groups').read('')) found.push(key)
      return found.length
    }
    const member = first.connect('a')
    for (const name of ['g0', 'g1', 'g2']) member.share(name, '#')
    first.pass()
    assert.equal(await keys(), 3)
    member.leaveGroup('g0', '#')
    first.pass()
    assert.equal(await keys(), 2)
    first.connect('a', { isClean: true, sessionTimeoutMs: 0 }).cut()
    clock.advance(2_000)
    assert.equal(await keys(), 0)
    store.records('groups').put('left by an earlier life', storedForm({}))
    await begin()
    assert.equal(await keys(), 0)
  })
})
