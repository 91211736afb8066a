import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { parseVersion } from '../codecs/position/index.js'
import { answerSubscribe, epoch, listen, settled, subscribed } from './harness.js'

const json = 'JSON'

suite('several subscriptions in one session', () => {
  test('an update that comes once is told to all that it concerns, and to nobody else [SEM 2.1]', async () => {
    const { session, socket, told } = await subscribed('fx/#')
    const others = ['fx/{a,b}', '~"f."/+', 'fx', 'shares/#'].map((selector) => listen(session.subscribe(selector)))
    await settled()
    for (const { request } of socket.heard('subscribe').slice(1)) {
      socket.reply({ kind: 'subscribed', request, subscription: request + 10 })
    }
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    assert.deepEqual([told, ...others], [['fx/a=1'], ['fx/a=1'], ['fx/a=1'], [], []])
  })

  test('a newcomer gets the snapshot, and the others are not told again what they know', async () => {
    const { session, socket, told } = await subscribed('fx/#')
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    const other = listen(session.subscribe('fx/a'))
    await settled()
    answerSubscribe(socket, 2, 11, [
      { topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1, snapshot: true },
    ])
    socket.update([{ topic: 4, value: '2' }])
    assert.deepEqual(
      [told, other],
      [
        ['fx/a=1', 'fx/a=2'],
        ['*fx/a=1', 'synced', 'fx/a=2'],
      ],
    )
  })

  test('a newcomer is told what the session holds already, even if the gateway does not send it again [SEM 2.1, 2.2]', async () => {
    const { session, socket, told } = await subscribed('fx/#')
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 7, back: 2 }])
    socket.update([{ topic: 5, path: 'fx/b', value: '1', type: json, offset: 12, time: 7 }])
    const versions: string[] = []
    const other = session.subscribe('fx/a')
    other.on('update', ({ version }) => versions.push(version))
    const heard = listen(other)
    const without = listen(session.subscribe('fx/+', { snapshot: false }))
    await settled()
    for (const { request } of socket.heard('subscribe').slice(1)) {
      socket.reply({ kind: 'subscribed', request, subscription: request })
      socket.reply({ kind: 'synced', subscription: request, position: { epoch, offset: 12, held: [] } })
    }
    assert.deepEqual([told, heard, without], [['fx/a=1', 'fx/b=1'], ['*fx/a=1', 'synced'], ['synced']])
    assert.deepEqual(parseVersion(versions[0] ?? ''), { epoch, version: { offset: 11, previous: 9 } })
  })

  test('what came while the gateway was not through with a newcomer is not told to it twice', async () => {
    const { session, socket } = await subscribed('fx/#')
    const heard = listen(session.subscribe('fx/a'))
    await settled()
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    const request = socket.heard('subscribe')[1]?.request ?? 0
    socket.reply({ kind: 'subscribed', request, subscription: 2 })
    socket.update([{ topic: 4, value: '2' }])
    socket.reply({ kind: 'synced', subscription: 2, position: { epoch, offset: 12, held: [] } })
    assert.deepEqual(heard, ['fx/a=2', 'synced'])
  })

  test('a change that travels in the snapshot of a newcomer is told to the others too [SEM 2.5]', async () => {
    const { session, socket, told } = await subscribed('fx/#')
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    listen(session.subscribe('fx/a'))
    await settled()
    answerSubscribe(socket, 2, 12, [
      { topic: 4, path: 'fx/a', value: '2', type: json, offset: 12, time: 1, snapshot: true },
    ])
    assert.deepEqual(told, ['fx/a=1', '*fx/a=2'])
  })

  test('the past that a newcomer asked for is told to it alone', async () => {
    const { session, socket, told } = await subscribed('log')
    socket.update([{ topic: 4, path: 'log', value: '13', type: json, offset: 13, time: 1 }])
    const other = listen(session.subscribe('log', { since: { count: 3 } }))
    await settled()
    const past = [11, 12, 13].map(
      (offset) => ({ topic: 4, path: 'log', value: String(offset), type: json, offset, time: 1 }) as const,
    )
    answerSubscribe(socket, 1, 13, past)
    socket.update([{ topic: 4, value: '14' }])
    assert.deepEqual(
      [told, other],
      [
        ['log=13', 'log=14'],
        ['log=11', 'log=12', 'log=13', 'synced', 'log=14'],
      ],
    )
  })

  test('one selector is asked for once, with what all want: all before latest, the highest rate, the first priority [SEM 2.1]', async () => {
    const { session, socket } = await subscribed('a', { rate: '1/s', delivery: 'latest', priority: 3 })
    const second = session.subscribe('a', { rate: '5/s', delivery: 'all', priority: 1, snapshot: false })
    await settled()
    const [, both] = socket.heard('subscribe')
    assert.deepEqual(
      [both?.options.intervalMs, both?.options.delivery, both?.options.priority, both?.options.snapshot],
      [200, 'all', 1, true],
    )
    await second.close()
    await settled()
    const [, , last] = socket.heard('subscribe')
    assert.deepEqual([last?.options.intervalMs, last?.options.delivery, last?.options.priority], [1_000, 'latest', 3])
    assert.equal(socket.heard('unsubscribe').length, 0)
  })

  test('a slow subscription beside a fast one is thinned to its own rate, and the last of a burst arrives [SEM 2.1, 3.2]', async () => {
    const { session, socket, clock, told } = await subscribed('fx/#')
    const slow = listen(session.subscribe('fx/a', { rate: '1/s' }))
    await settled()
    answerSubscribe(socket, 2, 10, [
      { topic: 4, path: 'fx/a', value: '0', type: json, offset: 9, time: 1, snapshot: true },
    ])
    for (let value = 1; value <= 25; value++) {
      socket.update([{ topic: 4, value: String(value) }])
      await clock.pass(100)
    }
    await clock.pass(1_000)
    assert.deepEqual(slow, ['*fx/a=0', 'synced', 'fx/a=10', 'fx/a=20', 'fx/a=25'])
    assert.equal(told.length, 26)
    assert.equal(clock.waiting <= 2, true)
  })

  test('alone it is told what comes, since the gateway paces it already', async () => {
    const { socket, told } = await subscribed('fx/#', { rate: '1/s' })
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    assert.deepEqual(told, ['fx/a=1'])
  })

  test('the last reader of a selector unsubscribes, and closing resolves when the gateway knows', async () => {
    const { session, subscription, socket } = await subscribed('a')
    const twin = session.subscribe('a')
    await twin.close()
    const closing = subscription.close()
    await settled()
    const [unsubscribe, ...more] = socket.heard('unsubscribe')
    assert.deepEqual([unsubscribe?.selector, more], ['a', []])
    socket.reply({ kind: 'done', request: unsubscribe?.request ?? 0, count: 1 })
    await closing
    await subscription.close()
  })
})
