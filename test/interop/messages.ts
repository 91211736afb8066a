/** Scenarios of single messages: quality of service, retained ones, large ones. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Client, Message, QoS } from './peer.js'
import type { Scenario, Stage } from './stage.js'

/** So many are sent in one go. mqtt.js sends on whatever Receive Maximum it was told, and mosquitto refuses the 21st of QoS 2. */
const burst = 20

/** So many times a burst is sent and acknowledged. */
const bursts = 3

const qualities = [0, 1, 2] as const

/** Scenarios of messages that are told while everybody is there. */
export const messages: readonly Scenario[] = [
  ...qualities.map(bothWays),
  {
    name: 'a subscriber is told with the lower of the QoS published and the QoS granted',
    run: async (stage) => {
      const [client, other] = [await stage.client(), await stage.other()]
      const topic = stage.topic('lower')
      await client.subscribe({ filter: topic, qos: 1 })
      for (const qos of qualities) await other.publish({ topic, payload: `${qos}`, qos })
      assert.deepEqual(
        (await client.received.first(3)).map(({ qos }) => qos),
        [0, 1, 1],
      )
    },
  },
  {
    name: 'a retained message reaches who subscribes later, until an empty one clears it',
    run: retained,
  },
  {
    name: 'five megabytes arrive unchanged, both ways',
    run: async (stage) => {
      const [client, other] = [await stage.client(), await stage.other()]
      const payload = pseudoRandom(5_000_000)
      await passes(client, other, stage.topic('up'), payload)
      await passes(other, client, stage.topic('down'), payload)
    },
  },
]

function bothWays(qos: QoS): Scenario {
  return {
    name: `QoS ${qos} arrives in order, without loss and once, both ways`,
    run: async (stage) => {
      const [client, other] = [await stage.client(), await stage.other()]
      await sendsAll(client, other, stage.topic('up'), qos)
      await sendsAll(other, client, stage.topic('down'), qos)
    },
  }
}

async function sendsAll(from: Client, to: Client, topic: string, qos: QoS): Promise<void> {
  assert.equal(await to.subscribe({ filter: topic, qos }), qos)
  const payloads = Array.from({ length: bursts * burst }, (_, index) => `${index}`)
  for (let sent = 0; sent < payloads.length; sent += burst) {
    const together = payloads.slice(sent, sent + burst)
    const reasons = await Promise.all(together.map((payload) => from.publish({ topic, payload, qos })))
    assert.deepEqual(new Set(reasons), new Set([0]))
  }
  await from.publish({ topic, payload: 'end', qos })
  const received = await to.received.before('end')
  assert.deepEqual(
    received.map(({ payload }) => payload.toString()),
    payloads,
  )
  assert.deepEqual(new Set(received.map((message) => message.qos)), new Set([qos]))
  assert.ok(received.every(({ retain }) => !retain))
}

async function retained(stage: Stage): Promise<void> {
  const topic = stage.retainedTopic('kept')
  const publisher = await stage.client()
  const present = await stage.client()
  await present.subscribe({ filter: topic, qos: 1 })
  await publisher.publish({ topic, payload: 'kept', qos: 1, retain: true })
  assert.equal((await present.received.one()).retain, false)
  const late = await stage.client()
  await late.subscribe({ filter: topic, qos: 1 })
  assert.deepEqual(shown(await late.received.one()), { payload: 'kept', retain: true })
  await publisher.publish({ topic, payload: '', qos: 1, retain: true })
  const later = await stage.client()
  await later.subscribe({ filter: topic, qos: 1 })
  await publisher.publish({ topic, payload: 'end', qos: 1 })
  assert.deepEqual(await later.received.before('end'), [])
  assert.deepEqual((await present.received.before('end')).map(shown), [
    { payload: 'kept', retain: false },
    { payload: '', retain: false },
  ])
}

const shown = ({ payload, retain }: Message) => ({ payload: payload.toString(), retain })

async function passes(from: Client, to: Client, topic: string, payload: Buffer): Promise<void> {
  await to.subscribe({ filter: topic, qos: 1 })
  const [received] = await Promise.all([to.received.one(), from.publish({ topic, payload, qos: 1 })])
  assert.equal(received.payload.length, payload.length)
  assert.equal(digest(received.payload), digest(payload))
}

/** Bytes of every value, the same in each run. */
function pseudoRandom(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let at = 0; at < length; at++) {
    state = (state * 48_271) % 0x7fffffff
    bytes[at] = state >> 8
  }
  return bytes
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
