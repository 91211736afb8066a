import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Welcome } from '../core/index.js'
import type { FakeSocket, Scene } from './harness.js'
import { answerSubscribe, brief, epoch, openSession, otherEpoch, settled } from './harness.js'
import type { Resynchronisation, SubscriptionOptions } from './index.js'

interface Recovering extends Scene {
  readonly told: string[]
  readonly lost: Resynchronisation[]
  comeBack(welcome: Partial<Welcome>): Promise<FakeSocket>
}

/** A session that has read a, b and c of fx/#, up to offset 13, and a way to lose and find the gateway. */
async function reading(options: SubscriptionOptions = {}): Promise<Recovering> {
  const scene = await openSession()
  const subscription = scene.session.subscribe('fx/#', options)
  await settled()
  answerSubscribe(scene.socket, 1, 10)
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    scene.socket.update([{ topic: index, path: `fx/${name}`, value: '1', type: 'JSON', offset: 11 + index, time: 1 }])
  }
  const told: string[] = []
  const lost: Resynchronisation[] = []
  subscription.on('update', (update) => told.push(brief(update)))
  subscription.on('synced', () => told.push('synced'))
  subscription.on('resynchronised', (news) => lost.push(news))
  const comeBack = async (welcome: Partial<Welcome>): Promise<FakeSocket> => {
    scene.socket.cut()
    await scene.clock.pass(1_000)
    return scene.gateway.accept(welcome)
  }
  return { ...scene, told, lost, comeBack }
}

suite('a session that is resumed [PROTOCOL 2.8]', () => {
  test('nothing is asked again; numbers and values that are held stay valid', async () => {
    const { told, lost, comeBack } = await reading()
    const second = await comeBack({ start: 'resumed' })
    second.update([{ topic: 1, value: '2', skipped: 3 }])
    assert.deepEqual([told, lost, second.heard('subscribe')], [['fx/b=2'], [], []])
  })

  test('what a resume that was cut off has told already is not told again, a removal least of all [SEM 1.4]', async () => {
    const { told, comeBack } = await reading()
    const standing = { offset: 13, held: [] }
    const second = await comeBack({ start: 'resumed' })
    second.update([{ topic: 1, path: 'fx/b', value: '2', type: 'JSON', offset: 14, time: 1 }], standing)
    second.update([{ topic: 1, removed: true, offset: 15, time: 1 }], standing)
    second.cut()
    const third = await comeBack({ start: 'resumed' })
    third.update([{ topic: 1, path: 'fx/b', value: '2', type: 'JSON', offset: 14, time: 1 }], standing)
    third.update([{ topic: 1, removed: true, offset: 15, time: 1 }])
    assert.deepEqual(told, ['fx/b=2', '-fx/b'])
  })

  test('its hello says what was applied, held-back topics included [SEM 1.4, 1.5]', async () => {
    const { socket, comeBack } = await reading()
    socket.update([{ topic: 1, value: '2', skipped: 3 }], { offset: 16, held: [{ topic: 2, offset: 15 }] })
    const second = await comeBack({ start: 'resumed' })
    assert.deepEqual(second.heard('hello')[0]?.resume?.position, {
      epoch,
      offset: 16,
      held: [{ topicId: 2, offset: 15 }],
    })
  })

  test('bytes are counted anew on the new link [PROTOCOL 5.1]', async () => {
    const { clock, comeBack } = await reading()
    const second = await comeBack({ start: 'resumed' })
    await clock.pass(1_000)
    assert.equal(second.acknowledgements.at(-1)?.bytes, second.sentBytes)
  })

  test('its hello says which snapshots were complete, so that the gateway sends the others again [PROTOCOL 2.7]', async () => {
    const { session, gateway, clock, socket } = await openSession()
    session.subscribe('a')
    await settled()
    answerSubscribe(socket, 5, 10)
    const cutShort = session.subscribe('b')
    await settled()
    socket.reply({ kind: 'subscribed', request: socket.heard('subscribe')[1]?.request ?? 0, subscription: 6 })
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    assert.deepEqual(second.heard('hello')[0]?.resume?.synced, [5])
    assert.deepEqual(second.heard('subscribe'), [])
    second.reply({ kind: 'synced', subscription: 6, position: { epoch, offset: 10, held: [] } })
    await cutShort.synced
  })

  test('more than 1,000 subscriptions do not end the client at its first reconnection: the hello names as many as it may [PROTOCOL 10.1]', async () => {
    const { session, gateway, clock, socket } = await openSession()
    for (let number = 1; number <= 1_001; number++) session.subscribe(`topics/${number}`)
    await settled()
    for (const { request } of socket.heard('subscribe')) {
      socket.reply({ kind: 'subscribed', request, subscription: request })
      socket.reply({ kind: 'synced', subscription: request, position: { epoch, offset: 10, held: [] } })
    }
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    assert.equal(second.heard('hello')[0]?.resume?.synced.length, 1_000)
  })

  test('a subscribe that was not answered is asked again', async () => {
    const { session, gateway, clock, socket } = await openSession()
    session.subscribe('a')
    await settled()
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    assert.deepEqual(
      second.heard('subscribe').map(({ selector, options }) => [selector, options.snapshot]),
      [['a', true]],
    )
  })

  test('what was subscribed and closed while the link was away is made up for', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const gone = session.subscribe('gone')
    await settled()
    answerSubscribe(socket, 1, 10)
    socket.cut()
    session.subscribe('new')
    const closing = gone.close()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    const [unsubscribe] = second.heard('unsubscribe')
    assert.deepEqual(
      [unsubscribe?.selector, second.heard('subscribe').map(({ selector }) => selector)],
      ['gone', ['new']],
    )
    second.reply({ kind: 'done', request: unsubscribe?.request ?? 0, count: 1 })
    await closing
  })
})

suite('events that were lost [SEM 1.6]', () => {
  test('the gateway names the topics; what is not sent again before synced has no value any more', async () => {
    const { told, lost, comeBack } = await reading()
    const second = await comeBack({ start: 'resynchronised' })
    second.reply({ kind: 'resynchronised', reason: 'history', topics: ['fx/a', 'fx/b'], selectors: [] })
    second.update([{ topic: 1, value: '2', skipped: 9, snapshot: true }])
    second.reply({ kind: 'synced', subscription: 1, position: { epoch, offset: 30, held: [] } })
    assert.deepEqual(told, ['*fx/b=2', '-fx/a', 'synced'])
    assert.deepEqual(lost, [{ reason: 'history', topics: ['fx/a', 'fx/b'], selectors: [] }])
    second.update([{ topic: 0, value: '3', skipped: 40 }])
    assert.equal(told.at(-1), 'fx/a=3')
  })

  test('above 100 topics it names the selectors', async () => {
    const { socket, told } = await reading()
    socket.reply({ kind: 'resynchronised', reason: 'overflow', topics: [], selectors: ['fx/#'] })
    socket.update([{ topic: 1, value: '1', skipped: 9, snapshot: true }])
    socket.reply({ kind: 'synced', subscription: 1, position: { epoch, offset: 30, held: [] } })
    assert.deepEqual(told, ['*fx/b=1', '-fx/a', '-fx/c', 'synced'])
  })

  test('a value that did not change meanwhile is confirmed without being told again', async () => {
    const { socket, told } = await reading()
    socket.reply({ kind: 'resynchronised', reason: 'overflow', topics: ['fx/a'], selectors: [] })
    socket.update([{ topic: 0, path: 'fx/a', value: '1', type: 'JSON', offset: 11, time: 1, snapshot: true }])
    socket.reply({ kind: 'synced', subscription: 1, position: { epoch, offset: 30, held: [] } })
    assert.deepEqual(told, ['synced'])
  })

  test('other subscriptions are not bothered', async () => {
    const { session, socket } = await reading()
    const other = session.subscribe('shares/#')
    const lost: Resynchronisation[] = []
    other.on('resynchronised', (news) => lost.push(news))
    await settled()
    answerSubscribe(socket, 2, 20)
    socket.reply({ kind: 'resynchronised', reason: 'history', topics: ['fx/a'], selectors: [] })
    assert.deepEqual(lost, [])
  })
})

suite('a session that the gateway no longer knows', () => {
  test('in another epoch everything is asked for again; what did not survive is told as removed [SEM 1.2, 1.6]', async () => {
    const { told, lost, comeBack } = await reading({ rate: '2/s' })
    const second = await comeBack({ start: 'new', epoch: otherEpoch })
    const [subscribe, ...more] = second.heard('subscribe')
    assert.deepEqual(
      [subscribe?.selector, subscribe?.options.snapshot, subscribe?.options.intervalMs, more],
      ['fx/#', true, 500, []],
    )
    second.reply({ kind: 'subscribed', request: subscribe?.request ?? 0, subscription: 7 })
    second.update([{ topic: 1, path: 'fx/a', value: '1', type: 'JSON', offset: 2, time: 1, snapshot: true }])
    second.update([{ topic: 2, path: 'fx/b', valueless: true, type: 'JSON', offset: 3, time: 1, snapshot: true }])
    second.reply({ kind: 'synced', subscription: 7, position: { epoch: otherEpoch, offset: 3, held: [] } })
    assert.deepEqual(told, ['*fx/a=1', '-fx/b', '-fx/c', 'synced'])
    assert.deepEqual(lost, [{ reason: 'epoch', topics: [], selectors: ['fx/#'] }])
  })

  test('in the same epoch it is told that events were lost, and then only what is new', async () => {
    const { told, lost, comeBack } = await reading()
    const second = await comeBack({ start: 'new' })
    const [subscribe] = second.heard('subscribe')
    assert.deepEqual([subscribe?.options.since, subscribe?.options.snapshot], [{ kind: 'now' }, true])
    answerSubscribe(second, 1, 15, [
      { topic: 0, path: 'fx/a', value: '1', type: 'JSON', offset: 11, time: 1, snapshot: true },
      { topic: 1, path: 'fx/b', value: '2', type: 'JSON', offset: 15, time: 1, snapshot: true },
    ])
    assert.deepEqual([told, lost.map(({ reason }) => reason)], [['*fx/b=2', '-fx/c', 'synced'], ['session']])
  })

  test('a subscription that wants no snapshot gets none, and no removals made up from one', async () => {
    const { told, lost, comeBack } = await reading({ snapshot: false })
    const second = await comeBack({ start: 'new', epoch: otherEpoch })
    const [subscribe] = second.heard('subscribe')
    assert.equal(subscribe?.options.snapshot, false)
    second.reply({ kind: 'subscribed', request: subscribe?.request ?? 0, subscription: 1 })
    second.reply({ kind: 'synced', subscription: 1, position: { epoch: otherEpoch, offset: 3, held: [] } })
    second.update([{ topic: 1, path: 'fx/b', value: '2', type: 'JSON', offset: 4, time: 1 }])
    assert.deepEqual([told, lost.length], [['synced', 'fx/b=2'], 1])
  })

  test('the past that a subscription once asked for is not asked for twice', async () => {
    const { comeBack } = await reading({ since: { count: 5 } })
    const second = await comeBack({ start: 'new', epoch: otherEpoch })
    assert.deepEqual(second.heard('subscribe')[0]?.options.since, { kind: 'now' })
  })

  test('that the old session had a number like that of the new one does not make it synced [PROTOCOL 2.7]', async () => {
    const { clock, gateway, comeBack } = await reading()
    const second = await comeBack({ start: 'new', epoch: otherEpoch })
    const [subscribe] = second.heard('subscribe')
    second.reply({ kind: 'subscribed', request: subscribe?.request ?? 0, subscription: 1 })
    second.cut()
    await clock.pass(1_000)
    const third = await gateway.accept({ start: 'resumed', epoch: otherEpoch })
    assert.deepEqual(third.heard('hello')[0]?.resume?.synced, [])
  })

  test('topic numbers of the old epoch mean nothing in the new one [PROTOCOL 4.1]', async () => {
    const { comeBack } = await reading()
    const second = await comeBack({ start: 'new', epoch: otherEpoch })
    second.update([{ topic: 1, value: '2' }])
    assert.equal(second.closedWith, 4002)
  })
})
