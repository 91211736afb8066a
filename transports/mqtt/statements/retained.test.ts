import assert from 'node:assert/strict'
import { suite } from 'mocha'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import type { PublishOptions, SubscribeOptions } from '../../../test/support/mqtt/client.js'
import { textOf } from '../../../test/support/mqtt/client.js'

/** What a new subscriber of the case's topics is sent: text, QoS and RETAIN of each, by text. */
async function retained(it: Case, id: string, count: number, filter = '#') {
  const reader = await it.connect(id)
  await reader.subscribe(it.topic(filter), { qos: 2 })
  const told: string[] = []
  for (let taken = 0; taken < count; taken++) {
    const publish = await reader.take()
    told.push(`${textOf(publish)} ${publish.qos} ${publish.retain}`)
  }
  await it.isQuiet(reader)
  return told.sort()
}

/** Publishes from a client of its own. */
async function publish(it: Case, rest: string, text: string, options: PublishOptions): Promise<void> {
  const client = await it.connect('publisher')
  await client.publish(it.topic(rest), text, { qos: 1, ...options })
  await client.leave()
}

suite('MQTT statements: retained messages', () => {
  const { both, only } = cases()

  both('a retained message is kept with its QoS and sent to later subscribers with RETAIN 1', async (it) => {
    for (const qos of [0, 1, 2] as const) await publish(it, `a${qos}`, `kept ${qos}`, { retain: true, qos })
    assert.deepEqual(await retained(it, 'a', 3), ['kept 0 0 true', 'kept 1 1 true', 'kept 2 2 true'])
  })

  both('a new subscription is sent the last retained message of each topic that it matches', async (it) => {
    for (const rest of ['a/1', 'a/2', 'b/1']) await publish(it, rest, rest, { retain: true })
    assert.deepEqual(await retained(it, 'a', 2, 'a/+'), ['a/1 1 true', 'a/2 1 true'])
  })

  both('a retained message replaces the one before, with QoS 0 as well', async (it) => {
    await publish(it, 'a', 'first', { retain: true, qos: 1 })
    await publish(it, 'a', 'second', { retain: true, qos: 0 })
    assert.deepEqual(await retained(it, 'a', 1), ['second 0 true'])
  })

  both('an established subscription is sent RETAIN 0', async (it) => {
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('a'), { qos: 1 })
    await publish(it, 'a', 'news', { retain: true })
    assert.equal((await reader.take()).retain, false)
  })

  both('an empty retained message is delivered, removes what was kept and is not kept', async (it) => {
    await publish(it, 'a', 'kept', { retain: true })
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('a'), { qos: 1 })
    await reader.take()
    await publish(it, 'a', '', { retain: true })
    const removal = await reader.take()
    assert.deepEqual([textOf(removal), removal.retain], ['', false])
    assert.deepEqual(await retained(it, 'a', 0), [])
  })

  both('a message with RETAIN 0 is not kept and leaves what is', async (it) => {
    await publish(it, 'a', 'kept', { retain: true })
    await publish(it, 'a', 'passing', { retain: false })
    await publish(it, 'b', 'passing', { retain: false })
    assert.deepEqual(await retained(it, 'a', 1), ['kept 1 true'])
  })

  both(
    'a second subscription to the same filter replaces the first, gets what is kept again and loses nothing',
    async (it) => {
      await publish(it, 'a', 'kept', { retain: true })
      const reader = await it.connect('reader')
      await reader.subscribe(it.topic('+'), { qos: 0 })
      assert.equal(textOf(await reader.take()), 'kept')
      await reader.subscribe(it.topic('+'), { qos: 1 })
      const again = await reader.take()
      assert.deepEqual([textOf(again), again.retain], ['kept', true])
      await publish(it, 'a', 'live', { retain: false })
      const live = await reader.take()
      assert.deepEqual([textOf(live), live.qos], ['live', 1])
      await it.isQuiet(reader)
    },
  )

  /** What one subscriber is sent on each of its subscriptions to the same filter. */
  async function eachTime(it: Case, ...subscriptions: readonly SubscribeOptions[]): Promise<string[]> {
    await publish(it, 'a', 'kept', { retain: true })
    const reader = await it.connect('reader')
    const told: string[] = []
    for (const options of subscriptions) {
      await reader.subscribe(it.topic('a'), options)
      await publish(it, 'a', 'live', { retain: false })
      for (let text = ''; text !== 'live'; told.push(text)) text = textOf(await reader.take())
    }
    return told
  }

  only(5, 'retain handling 0 sends retained messages each time', async (it) => {
    const told = await eachTime(it, { retainHandling: 0 }, { retainHandling: 0 })
    assert.deepEqual(told, ['kept', 'live', 'kept', 'live'])
  })

  only(5, 'retain handling 1 sends retained messages to a new subscription only', async (it) => {
    const told = await eachTime(it, { retainHandling: 1 }, { retainHandling: 1 })
    assert.deepEqual(told, ['kept', 'live', 'live'])
  })

  only(5, 'retain handling 2 sends no retained messages', async (it) => {
    assert.deepEqual(await eachTime(it, { retainHandling: 2 }), ['live'])
  })

  only(5, 'retain as published keeps RETAIN as the publisher set it', async (it) => {
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('a'), { qos: 1, retainAsPublished: true })
    const flags: boolean[] = []
    for (const retain of [true, false, true]) {
      await publish(it, 'a', 'news', { retain })
      flags.push((await reader.take()).retain)
    }
    assert.deepEqual(flags, [true, false, true])
  })
})
