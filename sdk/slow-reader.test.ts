import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { answerSubscribe, openSession, settled } from './harness.js'
import type { SubscriptionOptions } from './index.js'

const json = 'JSON'

suite('a reader that is slow', () => {
  test('of a latest stream it reads the newest values, and the acknowledgements go on [SEM 1.5]', async () => {
    const { subscription, socket, clock } = await slowly({ delivery: 'latest' }, 3_000)
    await clock.pass(100)
    assert.equal(socket.acknowledgements.at(-1)?.bytes, socket.sentBytes)
    const first = await subscription[Symbol.asyncIterator]().next()
    assert.equal(first.value?.value, 3_000)
  })

  test('of a stream that delivers all it holds 1,000, then the acknowledgements stop until it has read [SEM 1.5]', async () => {
    const { subscription, socket, clock } = await slowly({ delivery: 'all' }, 1_000)
    const before = socket.acknowledgements.length
    await clock.pass(5_000)
    assert.equal(socket.acknowledgements.length, before)
    const iterator = subscription[Symbol.asyncIterator]()
    const first = await iterator.next()
    await settled()
    assert.equal(first.value?.value, 1)
    assert.deepEqual(socket.acknowledgements.at(-1), { bytes: socket.sentBytes, offset: 1_010, held: [] })
  })

  test('a listener in its place lets them go on', async () => {
    const { subscription, socket, clock } = await slowly({ delivery: 'all' }, 1_000)
    subscription.on('update', () => undefined)
    await clock.pass(100)
    assert.equal(socket.acknowledgements.at(-1)?.bytes, socket.sentBytes)
  })

  async function slowly(options: SubscriptionOptions, updates: number) {
    const scene = await openSession()
    const subscription = scene.session.subscribe('a', options)
    await settled()
    answerSubscribe(scene.socket, 1, 10)
    scene.socket.update([{ topic: 4, path: 'a', value: '1', type: json, offset: 11, time: 1 }])
    for (let value = 2; value <= updates; value++) scene.socket.update([{ topic: 4, value: String(value) }])
    await settled()
    return { ...scene, subscription }
  }
})

suite('the position that is acknowledged [PROTOCOL 4.13, 5.2]', () => {
  test('it is the newest offset of the frame, or where the frame says that the client stands; snapshots do not move it', async () => {
    const { session, socket, clock } = await openSession()
    session.subscribe('#')
    await settled()
    const offsets: number[] = []
    const look = async () => {
      await clock.pass(100)
      offsets.push(socket.acknowledgements.at(-1)?.offset ?? -1)
    }
    socket.update([{ topic: 4, path: 'a', value: '1', type: json, offset: 50, time: 1, snapshot: true }])
    await look()
    answerSubscribe(socket, 1, 40)
    await look()
    socket.update([
      { topic: 5, path: 'b', value: '1', type: json, offset: 61, time: 1 },
      { topic: 4, value: '2', skipped: 11 },
    ])
    await look()
    socket.update([{ topic: 5, value: '2', skipped: 8 }], { offset: 70, held: [{ topic: 4, offset: 63 }] })
    await look()
    assert.deepEqual(socket.acknowledgements.at(-1)?.held, [{ topicId: 4, offset: 63 }])
    socket.update([{ topic: 4, value: '3' }])
    await look()
    assert.deepEqual(offsets, [0, 40, 62, 70, 70])
    assert.deepEqual(socket.acknowledgements.at(-1)?.held, [])
  })
})
