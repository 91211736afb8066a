/** Other brokers that are connected to the one under test, each for everything both ways. */
import assert from 'node:assert/strict'
import type { Context } from 'mocha'
import { after, afterEach, before, beforeEach, suite, test } from 'mocha'
import { needsPeer } from '../support/peers.js'
import { startAedesBridge } from './aedes-bridge.js'
import type { Bridge } from './bridge.js'
import type { Broker } from './broker.js'
import { startBroker } from './broker.js'
import { startMosquittoBridge } from './mosquitto-bridge.js'
import { MqttJsPeer } from './mqtt-js-peer.js'
import type { Client, Level } from './peer.js'

const mosquitto = (level: Level) => (context: Context, broker: Broker) =>
  startMosquittoBridge(needsPeer(context, 'mosquitto', 'is the bridge'), broker.tcp, level)

const bridges: Readonly<Record<string, (context: Context, broker: Broker) => Promise<Bridge>>> = {
  'of mosquitto, MQTT 3.1.1': mosquitto(4),
  'of mosquitto, MQTT 5': mosquitto(5),
  'beside aedes, MQTT 5': (_, broker) => startAedesBridge(broker.tcp),
}

/** So many cross in each direction. */
const crossing = 100

const numbers = Array.from({ length: crossing }, (_, index) => `${index}`)

suite('a bridge for everything both ways', function () {
  this.timeout(60_000)
  let broker: Broker

  before(async function () {
    broker = await startBroker(this)
  })

  after(() => broker?.stop())

  for (const [name, open] of Object.entries(bridges)) {
    suite(name, () => {
      let bridge: Bridge
      let near: Client
      let far: Client

      beforeEach(async function () {
        bridge = await open(this, broker)
        near = await new MqttJsPeer(4).connect({ url: bridge.near, clientId: 'near' })
        far = await new MqttJsPeer(5).connect({ url: broker.tcp, clientId: 'far' })
        for (const client of [near, far]) await client.subscribe({ filter: 'bridged/#', qos: 1 })
        // What arrives over there left after the bridge had subscribed.
        await near.publish({ topic: 'bridged/first', payload: 'first', qos: 1 })
        await far.received.before('first')
      })

      afterEach(async () => {
        await Promise.allSettled([near?.disconnect(), far?.disconnect()])
        await bridge?.stop()
      })

      test('carries each message once and sends none back', async () => {
        await Promise.all(
          numbers.flatMap((payload) => [
            near.publish({ topic: 'bridged/from-near', payload, qos: 1 }),
            far.publish({ topic: 'bridged/from-far', payload, qos: 1 }),
          ]),
        )
        for (const client of [near, far]) await client.received.first(1 + 2 * crossing)
        // Whatever was sent back is on its way before these, on the same connection.
        await near.publish({ topic: 'bridged/from-near', payload: 'there', qos: 1 })
        await far.received.before('there')
        await far.publish({ topic: 'bridged/from-far', payload: 'and back', qos: 1 })
        for (const client of [near, far]) {
          await client.received.before('there')
          await client.received.before('and back')
          assert.deepEqual(payloadsOf(client, 'bridged/from-near'), [...numbers, 'there'])
          assert.deepEqual(payloadsOf(client, 'bridged/from-far'), [...numbers, 'and back'])
        }
      })

      test('keeps what is retained retained on the other side', async () => {
        await crossesRetained(near, far, broker.tcp, 5)
        await crossesRetained(far, near, bridge.near, 4)
      })
    })
  }
})

const payloadsOf = ({ received }: Client, topic: string): string[] =>
  received.messages.filter((message) => message.topic === topic).map(({ payload }) => payload.toString())

async function crossesRetained(from: Client, to: Client, url: string, level: Level): Promise<void> {
  const topic = `bridged/kept-${level}`
  await from.publish({ topic, payload: `kept-${level}`, qos: 1, retain: true })
  await to.received.before(`kept-${level}`)
  const late = await new MqttJsPeer(level).connect({ url, clientId: 'late' })
  await late.subscribe({ filter: topic, qos: 1 })
  assert.equal((await late.received.one()).retain, true)
  await late.disconnect()
  await from.publish({ topic, payload: '', qos: 1, retain: true })
  await to.received.before('')
}
