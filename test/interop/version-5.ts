/** Scenarios of what MQTT 5 adds. */
import assert from 'node:assert/strict'
import type { Client, Properties, QoS } from './peer.js'
import type { Scenario, Stage } from './stage.js'

const notAuthorized = 0x87

/** Scenarios for peers that speak MQTT 5. */
export const version5: readonly Scenario[] = [
  {
    name: 'user properties and the content type arrive as they were sent, both ways',
    run: async (stage) => {
      const properties = {
        contentType: 'text/plain',
        userProperties: [
          ['unit', 'celsius'],
          ['unit', 'kelvin'],
          ['place', 'roof'],
        ],
      } as const
      const [client, other] = [await stage.client(), await stage.other()]
      for (const [from, to] of [
        [client, other],
        [other, client],
      ] as const) {
        const { contentType, userProperties } = await carries(stage, from, to, properties)
        assert.deepEqual({ contentType, userProperties }, properties)
      }
    },
  },
  {
    name: 'a request finds its responder, and the response finds its request',
    run: async (stage) => {
      const [client, other] = [await stage.client(), await stage.other()]
      await asks(stage, client, other)
      await asks(stage, other, client)
    },
  },
  {
    name: 'a message that has expired is not delivered, and one that lives says how long it has',
    run: expires,
  },
  {
    name: 'a message names the subscription that it matched',
    run: async (stage) => {
      const [client, other] = [await stage.client(), await stage.other()]
      const topic = stage.topic('named')
      for (const each of [client, other]) await each.subscribe({ filter: topic, qos: 1, subscriptionIdentifier: 7 })
      const anonymous = await stage.client()
      await anonymous.subscribe({ filter: topic, qos: 1 })
      await other.publish({ topic, payload: 'x', qos: 1 })
      for (const each of [client, other]) assert.deepEqual((await each.received.one()).subscriptionIdentifiers, [7])
      assert.equal((await anonymous.received.one()).subscriptionIdentifiers, undefined)
    },
  },
  {
    name: 'a publish of QoS 1 without the right is answered with its reason',
    uses: ['reason codes of publishes'],
    run: (stage) => isRefused(stage, 1),
  },
  {
    name: 'a publish of QoS 2 without the right is answered with its reason',
    uses: ['reason codes of publishes', 'reason codes of QoS 2'],
    run: (stage) => isRefused(stage, 2),
  },
  {
    name: 'a publish without the right comes to its end, and the connection stays',
    run: async (stage) => {
      const client = await stage.client()
      for (const qos of [0, 1, 2] as const) {
        await client.publish({ topic: stage.broker.forbiddenTopic, payload: 'x', qos })
      }
      await carries(stage, client, client, {})
    },
  },
  {
    name: 'a subscription without the right is answered with its reason, and the connection stays',
    uses: ['reason codes of subscriptions'],
    run: async (stage) => {
      const client = await stage.client()
      assert.equal(await client.subscribe({ filter: stage.broker.forbiddenTopic, qos: 1 }), notAuthorized)
      await carries(stage, client, client, {})
    },
  },
  {
    name: 'a will waits for its delay, and who comes back before has none',
    run: delaysWills,
  },
]

async function isRefused(stage: Stage, qos: QoS): Promise<void> {
  const client = await stage.client()
  assert.equal(await client.publish({ topic: stage.broker.forbiddenTopic, payload: 'x', qos }), notAuthorized)
}

/** What arrives of the properties of one message. */
async function carries(stage: Stage, from: Client, to: Client, properties: Properties): Promise<Properties> {
  const topic = stage.topic(`carried-${to.received.size}`)
  const before = to.received.size
  await to.subscribe({ filter: topic, qos: 1 })
  await from.publish({ topic, payload: 'x', qos: 1, ...properties })
  const received = (await to.received.first(before + 1)).at(-1)
  assert.equal(received?.topic, topic)
  return received
}

async function asks(stage: Stage, asker: Client, responder: Client): Promise<void> {
  const responseTopic = stage.topic(`response-${asker.received.size}`)
  const request = { topic: stage.topic(`request-${responder.received.size}`), responseTopic, correlation: 'n-17' }
  const [asked, answered] = [responder.received.size + 1, asker.received.size + 1]
  await asker.subscribe({ filter: responseTopic, qos: 1 })
  await responder.subscribe({ filter: request.topic, qos: 1 })
  await asker.publish({ ...request, payload: 'how warm?', qos: 1 })
  const { responseTopic: topic = '', correlation = '' } = (await responder.received.first(asked)).at(-1) ?? {}
  await responder.publish({ topic, correlation, payload: 'so warm', qos: 1 })
  const response = (await asker.received.first(answered)).at(-1)
  assert.deepEqual([response?.topic, response?.correlation], [responseTopic, 'n-17'])
}

async function expires(stage: Stage): Promise<void> {
  const part = { clientId: stage.clientId('away'), clean: false }
  const topic = stage.topic('dated')
  const before = await stage.client(part)
  await before.subscribe({ filter: topic, qos: 1 })
  await before.disconnect()
  const other = await stage.other()
  await other.publish({ topic, payload: 'short', qos: 1, messageExpiry: 1 })
  await other.publish({ topic, payload: 'long', qos: 1, messageExpiry: 1000 })
  await stage.secondsPass(2)
  const after = await stage.client(part)
  const { payload, messageExpiry = 0 } = await after.received.one()
  assert.equal(payload.toString(), 'long')
  assert.ok(messageExpiry >= 900 && messageExpiry < 1000, `${messageExpiry} s are left`)
  await after.disconnect()
  await stage.client({ clientId: part.clientId })
}

async function delaysWills(stage: Stage): Promise<void> {
  const observer = await stage.other()
  await observer.subscribe({ filter: stage.topic('will/+'), qos: 1 })
  const will = (name: string) => ({ topic: stage.topic(`will/${name}`), payload: name, qos: 1, delay: 2 }) as const
  const returning = { clientId: stage.clientId('returning'), will: will('returned'), sessionExpiry: 60 }
  const early = await stage.client(returning)
  await early.kill()
  const late = await stage.client({ will: will('late'), sessionExpiry: 60 })
  await late.kill()
  await observer.publish({ topic: stage.topic('will/now'), payload: 'now', qos: 1 })
  const back = await stage.client({ ...returning, clean: false })
  // The wills were due in the order in which the connections broke.
  assert.deepEqual(
    (await observer.received.first(2)).map(({ payload }) => payload.toString()),
    ['now', 'late'],
  )
  await back.disconnect()
}
