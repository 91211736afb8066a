import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MessageSubscription } from '../../test/support/message-peer.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import type { Hello, Qos } from '../messages.js'

function world() {
  const made = memoryGateway()
  const connect = (name: string, hello: Partial<Hello> = {}) => {
    const peer = new MessagePeer(made.gateway).connect(name, hello)
    made.clock.advance(5)
    return peer
  }
  const writer = connect('writer')
  const send = (from: number, to: number, qos: Qos = 1, path = 't') => {
    for (let i = from; i <= to; i++) writer.publish(path, `${i}`, qos)
    made.clock.advance(5)
  }
  const pass = (ms = 5) => made.clock.advance(ms)
  return { ...made, connect, send, pass }
}

/** Members of one group. */
function members(
  connect: ReturnType<typeof world>['connect'],
  count: number,
  more: MessageSubscription & Partial<Hello> = {},
) {
  return Array.from({ length: count }, (_, i) => connect(`m${i}`, more).share('g', '#', more))
}

const numbers = (peers: readonly MessagePeer[]) =>
  peers.flatMap(({ values }) => values.map(Number)).sort((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

suite('a group', () => {
  test('gives each message to one member, in turn [SEM 2.7]', () => {
    const { connect, send } = world()
    const peers = members(connect, 3)
    send(1, 9)
    assert.deepEqual(numbers(peers), upTo(9))
    assert.deepEqual(
      peers.map(({ got }) => got.length),
      [3, 3, 3],
    )
  })

  test('is something apart from what its members read for themselves', () => {
    const { connect, send } = world()
    const [one, two] = members(connect, 2)
    one?.subscribe('#')
    send(1, 2)
    assert.equal((one?.got.length ?? 0) + (two?.got.length ?? 0), 4)
  })

  test('gives members what they granted, however surely the others get theirs', () => {
    const { connect, send } = world()
    const sure = connect('a').share('g', '#', { qos: 2 })
    const unsure = connect('b').share('g', '#', { qos: 0 })
    send(1, 4, 2)
    assert.deepEqual([...new Set(sure.got.map(({ qos }) => qos))], [2])
    assert.deepEqual([...new Set(unsure.got.map(({ qos }) => qos))], [0])
  })

  test('gives nothing to a member that can take nothing', () => {
    const { connect, send } = world()
    const [slow, quick] = members(connect, 2)
    slow?.stall()
    send(1, 200)
    slow?.unstall()
    assert.ok((quick?.got.length ?? 0) > 100)
    send(201, 202)
    assert.deepEqual(numbers([...(slow ? [slow] : []), ...(quick ? [quick] : [])]), upTo(202))
  })

  test('waits while none can, and loses nothing', () => {
    const { connect, send, pass } = world()
    const peers = members(connect, 2)
    for (const peer of peers) peer.window = 1
    send(1, 6)
    assert.deepEqual(numbers(peers), [1, 2])
    for (let i = 0; i < 6; i++) {
      for (const peer of peers) peer.settle()
      pass()
    }
    assert.deepEqual(numbers(peers), upTo(6))
  })

  test('has what a lost member had not settled handled by the others', () => {
    const { connect, send, pass } = world()
    const [lost, other] = members(connect, 2)
    send(1, 10)
    other?.settle()
    lost?.settle(2)
    const settled = lost?.values.slice(0, 2) ?? []
    lost?.cut()
    pass()
    assert.deepEqual(
      [...settled.map(Number), ...numbers(other ? [other] : [])].sort((a, b) => a - b),
      upTo(10),
    )
  })

  test('leaves with a member, that may come back, what is to arrive exactly once and may have [MQTT-4.8.2-4]', () => {
    const { connect, send, pass } = world()
    const lasting = { sessionTimeoutMs: 60_000, qos: 2 } as const
    const [lost, other] = members(connect, 2, lasting)
    send(1, 4, 2)
    const mine = lost?.values ?? []
    lost?.cut()
    pass()
    assert.equal(other?.got.length, 2)
    lost?.connect('m0', lasting)
    pass()
    assert.deepEqual(lost?.values, [...mine, ...mine])
    assert.deepEqual(
      lost?.got.slice(2).map(({ isAgain }) => isAgain),
      [true, true],
    )
  })

  test('keeps what comes while all its members are away, and tells the first that is back', () => {
    const { connect, send, pass } = world()
    const lasting = { sessionTimeoutMs: 60_000 }
    const [one, two] = members(connect, 2, lasting)
    one?.cut()
    two?.cut()
    send(1, 3)
    send(4, 4, 0)
    two?.connect('m1', lasting)
    pass()
    assert.deepEqual(two?.values, ['1', '2', '3'])
  })

  test('with order by path gives the messages of a topic to one member until it has settled them [SEM 2.7]', () => {
    const { connect, send, pass } = world()
    const peers = ['a', 'b'].map((name) => connect(name).share('g', '#', {}, 'path'))
    send(1, 3, 1, 'x')
    send(4, 6, 1, 'y')
    for (const path of ['x', 'y']) {
      const havers = peers.filter(({ got }) => got.some((message) => message.path === path))
      assert.equal(havers.length, 1, path)
    }
    const [first] = peers.filter(({ got }) => got.some(({ path }) => path === 'x'))
    first?.cut()
    pass()
    const [second] = peers.filter((peer) => peer !== first)
    assert.deepEqual(
      second?.got.filter(({ path }) => path === 'x').map(({ value }) => value),
      ['1', '2', '3'],
    )
  })

  test('ends with its last member, and holds nothing then', () => {
    const { connect, send, gateway } = world()
    const peers = members(connect, 2)
    peers[0]?.leaveGroup('g', '#')
    send(1, 2)
    assert.equal(peers[0]?.got.length, 0)
    assert.equal(peers[1]?.got.length, 2)
    peers[1]?.leaveGroup('g', '#')
    assert.equal(gateway.subscriptions.groups.count, 0)
    assert.equal(gateway.queueBounds.bytes, 0)
  })

  test('of which a member begins anew, or is removed, has what that had not settled handled by the others', () => {
    for (const ends of ['clean', 'removed'] as const) {
      const { connect, send, pass, gateway } = world()
      const lasting = { sessionTimeoutMs: 60_000 }
      const [gone, other] = members(connect, 2, lasting)
      send(1, 4)
      other?.settle()
      if (ends === 'clean') connect('m0', { ...lasting, identity: { name: 'm0', isClean: true } })
      else gateway.ended(gateway.sessions.named('m0') ?? assert.fail(), 'sessionRemoved')
      pass()
      assert.equal(gone?.got.length, 2)
      assert.deepEqual(numbers(other ? [other] : []), upTo(4), ends)
    }
  })

  test('has what a member was sent before it left handled by others, once the session of that has ended', () => {
    const { connect, send, pass } = world()
    const [left, other] = members(connect, 2, { sessionTimeoutMs: 60_000 })
    send(1, 4)
    other?.settle()
    left?.leaveGroup('g', '#').settle(1).cut()
    pass()
    assert.equal(other?.got.length, 2, 'who left may settle it when it comes back')
    connect('m0', { identity: { name: 'm0', isClean: true } })
    pass()
    assert.equal(other?.got.length, 3)
  })

  test('tells a message that another had as if it were new, and takes it back however it was to be told', () => {
    const { connect, send, pass } = world()
    const lost = connect('a').share('g', '#', { qos: 1 })
    send(1, 1, 2)
    const stalled = connect('b').share('g', '#', { qos: 2 })
    stalled.window = 0
    lost.cut()
    pass()
    const third = connect('c').share('g', '#', { qos: 1 })
    stalled.cut()
    pass()
    assert.deepEqual(
      third.got.map(({ value, isAgain }) => [value, isAgain]),
      [['1', false]],
    )
  })

  test('with order by path keeps to a member that has no room as long as that has a message of the topic', () => {
    const { connect, send, pass } = world()
    const peers = ['a', 'b'].map((name) => connect(name).share('g', '#', {}, 'path'))
    for (const peer of peers) peer.window = 1
    send(1, 3, 1, 'x')
    const [holder, other] = peers[0]?.got.length === 1 ? peers : peers.toReversed()
    assert.deepEqual([holder?.values, other?.values], [['1'], []])
    holder?.settle()
    pass()
    holder?.settle()
    pass()
    assert.deepEqual([holder?.values, other?.values], [['1', '2', '3'], []])
  })

  test('with order by path keeps to a member that joins anew', () => {
    const { connect, send } = world()
    const peers = ['a', 'b'].map((name) => connect(name).share('g', '#', {}, 'path'))
    send(1, 1, 1, 'x')
    const [holder, other] = peers[0]?.got.length === 1 ? peers : peers.toReversed()
    holder?.share('g', '#', { qos: 2 }, 'path')
    for (let i = 2; i <= 5; i++) send(i, i, 1, 'x')
    assert.deepEqual([holder?.got.length, other?.got.length], [5, 0])
  })

  test('with order by path is not confused by what a member settles after it left', () => {
    const { connect, send } = world()
    const first = connect('a').share('g', '#', {}, 'path')
    send(1, 1, 1, 'x')
    const others = ['b', 'c'].map((name) => connect(name).share('g', '#', {}, 'path'))
    first.leaveGroup('g', '#')
    send(2, 2, 1, 'x')
    first.settle()
    for (let i = 3; i <= 6; i++) send(i, i, 1, 'x')
    assert.deepEqual(
      others.map(({ got }) => got.length).sort((a, b) => a - b),
      [0, 5],
    )
  })

  test('with order by path goes on by the path when a topic was removed and made again', () => {
    const { connect, send, pass } = world()
    const peers = ['a', 'b'].map((name) => connect(name).share('g', '#', {}, 'path'))
    send(1, 1, 1, 'x')
    const writer = connect('remover')
    for (let i = 2; i <= 5; i++) {
      writer.say({ kind: 'remove', request: 1, selector: 'x' })
      pass()
      send(i, i, 1, 'x')
    }
    assert.equal(peers.filter(({ got }) => got.length > 0).length, 1)
  })
})
