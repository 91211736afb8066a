import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { diff } from '../codecs/delta/index.js'
import type { FakeSocket, Subscribed } from './harness.js'
import { answerSubscribe, listen, settled, subscribed, unawaited } from './harness.js'

const text = new TextEncoder()
const value = (end: string): string => `"${'x'.repeat(200)}${end}"`

/** A delta against what was told last: whether it can be applied shows whether that is still held. */
const delta = (from: string, to: string): Uint8Array =>
  diff(text.encode(value(from)), text.encode(value(to))) ?? new Uint8Array(0)

/** A session that reads `fx/#` and has been told `fx/a`. */
async function reading(): Promise<Subscribed> {
  const scene = await subscribed('fx/#')
  scene.socket.update([{ topic: 4, path: 'fx/a', value: value('1'), type: 'JSON', offset: 11, time: 1 }])
  return scene
}

/** The gateway confirms the unsubscriptions, but for as many of the newest. */
async function confirm(socket: FakeSocket, butNewest = 0): Promise<void> {
  await settled()
  const requests = socket.heard('unsubscribe').map(({ request }) => request)
  for (const request of requests.slice(0, requests.length - butNewest))
    socket.reply({ kind: 'done', request, count: 1 })
}

suite('what a client keeps of topics that it has left', () => {
  test('the bytes of every value that was ever seen are not: they go when the gateway confirms [PROTOCOL 3.11]', async () => {
    const { subscription, socket } = await reading()
    const closing = subscription.close()
    await confirm(socket)
    await closing
    socket.update([{ topic: 4, delta: delta('1', '2') }])
    assert.equal(socket.closedWith, 4002, 'there is nothing that the delta could be applied to')
  })

  test('a delta on its way before the gateway confirms is applied, and the topic can be read again', async () => {
    const { session, subscription, socket } = await reading()
    const closing = subscription.close()
    await settled()
    socket.update([{ topic: 4, delta: delta('1', '2') }])
    await confirm(socket)
    await closing
    const told = listen(session.subscribe('fx/a'))
    await settled()
    answerSubscribe(socket, 2, 12, [
      { topic: 4, path: 'fx/a', value: value('2'), type: 'JSON', offset: 12, time: 1, snapshot: true },
    ])
    socket.update([{ topic: 4, delta: delta('2', '3') }])
    assert.deepEqual([socket.closedWith, told.length, told[2]], [null, 3, `fx/a=${JSON.parse(value('3'))}`])
  })

  test('what another subscription covers stays, though its own reader is new and the gateway has not answered it', async () => {
    const { session, subscription, socket } = await reading()
    const other = session.subscribe('fx/a')
    await settled()
    answerSubscribe(socket, 2, 11)
    listen(session.subscribe('fx/#'))
    unawaited(subscription.close())
    unawaited(other.close())
    await confirm(socket)
    socket.update([{ topic: 4, delta: delta('1', '2') }])
    assert.equal(socket.closedWith, null)
  })

  test('what two subscriptions brought stays until both are confirmed to have ended', async () => {
    const { session, subscription, socket } = await reading()
    const other = session.subscribe('fx/a')
    await settled()
    answerSubscribe(socket, 2, 11)
    unawaited(other.close())
    unawaited(subscription.close())
    await confirm(socket, 1)
    socket.update([{ topic: 4, delta: delta('1', '2') }])
    assert.equal(socket.closedWith, null)
    await confirm(socket)
    socket.update([{ topic: 4, delta: delta('2', '3') }])
    assert.equal(socket.closedWith, 4002)
  })

  test('what another covers that the gateway may have heard of stays, though its answer is not there yet', async () => {
    const { session, subscription, socket } = await reading()
    listen(session.subscribe('fx/a'))
    await settled()
    unawaited(subscription.close())
    await confirm(socket)
    socket.update([{ topic: 4, delta: delta('1', '2') }])
    assert.equal(socket.closedWith, null)
  })

  test('a subscription that the gateway ends takes the bytes along', async () => {
    const { socket } = await reading()
    socket.reply({ kind: 'unsubscribed', subscription: 1, selector: 'fx/#', reason: 'forbidden' })
    socket.update([{ topic: 4, delta: delta('1', '2') }])
    assert.equal(socket.closedWith, 4002)
  })
})
