import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { diff } from '../codecs/delta/index.js'
import { answerSubscribe, brief, epoch, listen, openSession, settled, subscribed } from './harness.js'
import type { SubscriptionOptions, Update } from './index.js'
import { RivuletError } from './index.js'

const json = 'JSON'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const deltaBetween = (base: string, target: string): Uint8Array => {
  const delta = diff(bytes(base), bytes(target))
  if (delta === null) throw new Error('these values are too different')
  return delta
}

suite('subscribing', () => {
  test('the snapshot comes first, then synced, then changes [SEM 2.2]', async () => {
    const { session, socket } = await openSession()
    const subscription = session.subscribe('fx/#')
    const told = listen(subscription)
    await settled()
    answerSubscribe(socket, 1, 7, [
      { topic: 4, path: 'fx/a', value: '1', type: json, offset: 5, time: 100, snapshot: true },
    ])
    await subscription.synced
    socket.update([{ topic: 4, value: '2', skipped: 2, elapsed: 20 }])
    assert.deepEqual(told, ['*fx/a=1', 'synced', 'fx/a=2'])
  })

  test('an update says everything about itself [SEM 1.7]', async () => {
    const { subscription, socket } = await subscribed('fx/#')
    const [first] = await Promise.all([
      subscription[Symbol.asyncIterator]().next(),
      socket.update([
        { topic: 4, path: 'fx/a', value: '{"bid":1.08}', type: json, offset: 11, time: 1_763_683_200_000 },
      ]),
    ])
    const update = first.value
    assert.deepEqual(
      [update?.path, update?.type, update?.value, update?.time, update?.attributes],
      ['fx/a', 'json', { bid: 1.08 }, 1_763_683_200_000, null],
    )
    assert.equal(Buffer.from(update?.bytes ?? []).toString(), '{"bid":1.08}')
    assert.match(update?.version ?? '', /^[\w-]{20,}$/)
  })

  test('a delta is applied to the copy that the SDK keeps [SEM 3.4]', async () => {
    const { socket, told } = await subscribed('fx/#')
    const values = ['"one two three four five six"', '"one two three 4 five six"', '"one two 3 4 five six"']
    socket.update([{ topic: 4, path: 'fx/a', value: values[0] ?? '', type: json, offset: 11, time: 100 }])
    socket.update([{ topic: 4, delta: deltaBetween(values[0] ?? '', values[1] ?? '') }])
    socket.update([{ topic: 4, delta: deltaBetween(values[1] ?? '', values[2] ?? '') }])
    assert.deepEqual(
      told,
      values.map((value) => `fx/a=${JSON.parse(value)}`),
    )
  })

  test('a loop reads what came since the subscription was made, and ends it when it is left', async () => {
    const { session, socket } = await openSession()
    const subscription = session.subscribe('fx/#')
    await settled()
    answerSubscribe(socket, 1, 7, [
      { topic: 4, path: 'fx/a', value: '1', type: json, offset: 5, time: 1, snapshot: true },
    ])
    await subscription.synced
    socket.update([{ topic: 4, value: '2' }])
    const seen: string[] = []
    const reading = (async () => {
      for await (const update of subscription) {
        seen.push(brief(update))
        if (update.value === 3) break
      }
    })()
    await settled()
    socket.update([
      { topic: 4, value: '3' },
      { topic: 4, value: '4' },
    ])
    await settled()
    await reading
    assert.equal(socket.heard('unsubscribe')[0]?.selector, 'fx/#')
    assert.deepEqual(seen, ['*fx/a=1', 'fx/a=2', 'fx/a=3'])
  })

  test('a removed topic is told without a value [SEM 4.6]', async () => {
    const { socket, told } = await subscribed('fx/#')
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    socket.update([{ topic: 4, removed: true }])
    socket.update([{ topic: 5, path: 'fx/a', value: '2', type: json, offset: 15, time: 1 }])
    assert.deepEqual(told, ['fx/a=1', '-fx/a', 'fx/a=2'])
  })

  test('a topic that was removed and created again is told by its new value, whatever still comes for the old one [SEM 3.6]', async () => {
    const { session, socket, told } = await subscribed('fx/#')
    socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
    socket.update([{ topic: 5, path: 'fx/a', value: '2', type: json, offset: 15, time: 1 }])
    socket.update([{ topic: 4, removed: true }])
    const other = listen(session.subscribe('fx/a'))
    await settled()
    answerSubscribe(socket, 2, 15)
    socket.update([{ topic: 6, path: 'fx/a', removed: true, offset: 20, time: 1 }])
    assert.deepEqual(
      [told, other],
      [
        ['fx/a=1', 'fx/a=2', '-fx/a'],
        ['*fx/a=2', 'synced', '-fx/a'],
      ],
    )
  })

  test('a topic that never had a value is not told, one that lost its value is [SEM 4.5]', async () => {
    const { socket, told } = await subscribed('fx/#')
    socket.update([{ topic: 4, path: 'fx/a', valueless: true, type: json, offset: 11, time: 1 }])
    socket.update([{ topic: 4, value: '1' }])
    socket.update([{ topic: 4, valueless: true }])
    assert.deepEqual(told, ['fx/a=1', '-fx/a'])
  })

  test('a value that is not of its type is told all the same, and who reads it learns of which topic [SEM 4.4]', async () => {
    const { session, socket } = await openSession()
    const updates: Update[] = []
    session.subscribe('fx/#').on('update', (update) => updates.push(update))
    await settled()
    answerSubscribe(socket, 1, 10)
    socket.update([{ topic: 4, path: 'fx/a', value: '{', type: json, offset: 11, time: 1 }])
    socket.update([{ topic: 4, value: '2' }])
    assert.deepEqual(
      updates.map(({ bytes }) => Buffer.from(bytes).toString()),
      ['{', '2'],
    )
    assert.throws(() => updates[0]?.value, { code: 'invalidValue', message: /^fx\/a: the value is not valid json/ })
    assert.equal(updates[1]?.value, 2)
  })

  test('a gap in a stream that delivers all is told [PROTOCOL 4.10]', async () => {
    const { socket, told } = await subscribed('log', { delivery: 'all' })
    socket.update([{ topic: 4, path: 'log', value: '9', type: json, offset: 11, time: 1, gap: true }])
    assert.deepEqual(told, ['log=9 after a gap'])
  })

  const asked: readonly (readonly [string, SubscriptionOptions, object])[] = [
    [
      'nothing',
      {},
      { snapshot: true, intervalMs: 0, delivery: null, priority: null, since: { kind: 'now' }, overflow: 'conflate' },
    ],
    ['a rate', { rate: '5/s' }, { intervalMs: 200 }],
    ['no snapshot', { snapshot: false }, { snapshot: false }],
    [
      'everything',
      { delivery: 'all', priority: 0, overflow: 'disconnect' },
      { delivery: 'all', priority: 0, overflow: 'disconnect' },
    ],
    ['the last five minutes', { since: { durationMs: 300_000 } }, { since: { kind: 'duration', ms: 300_000 } }],
    ['the last ten', { since: { count: 10 } }, { since: { kind: 'count', count: 10 } }],
  ]
  for (const [what, options, expected] of asked) {
    test(`who asks for ${what} is understood by the gateway [SEM 2.1, 2.3]`, async () => {
      const { session, socket } = await openSession()
      session.subscribe('a', options)
      await settled()
      const sent = socket.heard('subscribe')[0]?.options
      assert.deepEqual({ ...sent, ...expected }, sent)
    })
  }

  test('a position can be kept and begun from again [SEM 2.3]', async () => {
    const { session, socket } = await subscribed('a')
    socket.update([{ topic: 4, path: 'a', value: '1', type: json, offset: 42, time: 1 }])
    session.subscribe('b', { since: { position: session.position ?? '' } })
    await settled()
    assert.deepEqual(socket.heard('subscribe')[1]?.options.since, {
      kind: 'position',
      position: { epoch, offset: 42, held: [] },
    })
    assert.throws(() => session.subscribe('b', { since: { position: 'made up' } }), { code: 'invalidArgument' })
  })

  for (const selector of ['', 'a/#/b', 'a+', '{a', '~"("']) {
    test(`${selector || 'nothing'} is no selector, and nobody else has to say so`, async () => {
      const { session, socket } = await openSession()
      assert.throws(
        () => session.subscribe(selector),
        (error) => error instanceof RivuletError && error.code === 'invalidSelector',
      )
      assert.equal(socket.heard('subscribe').length, 0)
    })
  }

  test('what the gateway refuses ends the subscription with its reason', async () => {
    const { session, socket } = await openSession()
    const subscription = session.subscribe('secret/#')
    const reading = subscription[Symbol.asyncIterator]().next()
    reading.catch(() => undefined)
    await settled()
    const request = socket.heard('subscribe')[0]?.request ?? 0
    socket.reply({ kind: 'refused', request, refusal: { code: 'forbidden', detail: 'not yours' } })
    await assert.rejects(subscription.synced, { code: 'forbidden', message: 'secret/#: not yours' })
    await assert.rejects(reading, { code: 'forbidden' })
    await subscription.close()
    assert.equal(socket.heard('unsubscribe').length, 0)
  })

  test('a subscription that the gateway ends says why [PROTOCOL 3.7]', async () => {
    const { socket, told } = await subscribed('a')
    socket.reply({ kind: 'unsubscribed', subscription: 1, selector: 'a', reason: 'forbidden' })
    assert.deepEqual(told, ['closed: forbidden'])
  })

  test('one that was asked for again when the gateway ended it is not left there', async () => {
    const { session, socket, told } = await subscribed('a')
    const other = listen(session.subscribe('a', { rate: '1/s' }))
    await settled()
    socket.reply({ kind: 'unsubscribed', subscription: 1, selector: 'a', reason: 'overflow' })
    await settled()
    assert.deepEqual([told, other], [['closed: slowConsumer'], ['closed: slowConsumer']])
    const [left, ...more] = socket.heard('unsubscribe')
    assert.deepEqual([left?.selector, more], ['a', []])
    socket.reply({ kind: 'subscribed', request: socket.heard('subscribe')[1]?.request ?? 0, subscription: 2 })
    socket.reply({ kind: 'done', request: left?.request ?? 0, count: 1 })
    assert.equal(socket.closedWith, null)
  })

  test('who subscribes again when it hears of the end is not taken for one that asked before', async () => {
    const { session, socket } = await subscribed('a')
    const second = session.subscribe('a')
    await settled()
    const request = socket.heard('subscribe')[1]?.request ?? 0
    socket.reply({ kind: 'subscribed', request, subscription: 2 })
    const again: string[][] = []
    second.on('closed', () => again.push(listen(session.subscribe('a'))))
    socket.reply({ kind: 'unsubscribed', subscription: 2, selector: 'a', reason: 'overflow' })
    await settled()
    assert.equal(socket.heard('unsubscribe').length, 0)
    answerSubscribe(socket, 3, 10)
    assert.deepEqual(again, [['synced']])
  })

  test('a session that ends takes its subscriptions along: quietly if we closed it, else with the reason', async () => {
    const one = await subscribed('a')
    one.socket.cut(4012)
    const other = await subscribed('a')
    const closing = other.session.close()
    other.socket.cut(1000)
    await closing
    assert.deepEqual([one.told, other.told], [['closed: sessionRemoved'], ['closed: by us']])
  })
})
