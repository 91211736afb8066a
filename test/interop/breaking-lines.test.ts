/** mqtt.js comes back by itself: what both sides owe each other when lines break again and again. */
import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'mocha'
import type { MqttClient } from 'mqtt'
import { connectAsync } from 'mqtt'
import { within } from '../support/deadline.js'
import type { Broker } from './broker.js'
import { startBroker } from './broker.js'
import type { Level, QoS } from './peer.js'

/** So many messages are sent, so many at once, and so often one of the lines breaks. */
const count = { messages: 1_000, together: 20, breaks: 25 } as const

const topics = 10

/** What came, by topic, in order. */
type Received = Map<string, number[]>

suite('lines that break again and again', function () {
  this.timeout(60_000)
  let broker: Broker
  const clients: MqttClient[] = []

  before(async function () {
    broker = await startBroker(this)
  })

  after(() => broker?.stop())

  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true)
  })

  /** A client whose session outlives its connections, and that comes back at once. */
  async function client(url: string, level: Level, clientId: string): Promise<MqttClient> {
    const lasting = { sessionExpiryInterval: 300, receiveMaximum: 20, topicAliasMaximum: 5 }
    const properties = level === 5 ? { properties: lasting } : {}
    const options = { protocolVersion: level, clientId, clean: false, reconnectPeriod: 10, resubscribe: false }
    const connected = await connectAsync(url, { ...options, ...properties })
    clients.push(connected)
    // A broken line is no failure here.
    connected.on('error', () => undefined)
    return connected
  }

  async function through(medium: 'tcp' | 'websocket', level: Level, qos: QoS): Promise<Received> {
    const name = `${medium}-${level}-${qos}`
    const reader = await client(broker[medium], level, `reader-${name}`)
    await reader.subscribeAsync(`breaking/${name}/+`, { qos })
    const { received, complete } = gathered(reader)
    const writer = await client(broker[medium], level, `writer-${name}`)
    for (let first = 0; first < count.messages; first += count.together) {
      const numbers = Array.from({ length: count.together }, (_, index) => first + index)
      const taken = numbers.map((number) =>
        writer.publishAsync(`breaking/${name}/${number % topics}`, `${number}`, { qos }),
      )
      const isDue = first % (count.messages / count.breaks) === 0
      if (isDue) (first % 3 === 0 ? reader : writer).stream.destroy()
      await within('a broken line to be mended', Promise.all(taken))
    }
    await within('all messages', complete)
    return received
  }

  for (const medium of ['tcp', 'websocket'] as const) {
    for (const level of [4, 5] as const) {
      const standard = `MQTT ${level === 4 ? '3.1.1' : '5'} over ${medium}`

      test(`lose nothing of QoS 1, and what comes for the first time comes in order: ${standard}`, async () => {
        const received = await through(medium, level, 1)
        for (const numbers of received.values()) assert.deepEqual([...new Set(numbers)], sorted(new Set(numbers)))
      })

      test(`carry each message of QoS 2 once, in order: ${standard}`, async () => {
        const received = await through(medium, level, 2)
        for (const numbers of received.values()) assert.deepEqual(numbers, sorted(new Set(numbers)))
      })
    }
  }
})

const sorted = (numbers: ReadonlySet<number>): number[] => [...numbers].sort((a, b) => a - b)

/** What a client receives, and when that was all. */
function gathered(client: MqttClient): { readonly received: Received; readonly complete: Promise<void> } {
  const received: Received = new Map()
  const missing = new Set(Array.from({ length: count.messages }, (_, number) => number))
  const complete = new Promise<void>((resolve) => {
    client.on('message', (topic, payload) => {
      const number = Number(payload)
      received.set(topic, [...(received.get(topic) ?? []), number])
      missing.delete(number)
      if (missing.size === 0) resolve()
    })
  })
  return { received, complete }
}
