/** Scenarios of connections that break and of what outlives them. */
import assert from 'node:assert/strict'
import type { Client, QoS } from './peer.js'
import type { Scenario, Stage } from './stage.js'

/** So many messages of each kind wait for who is away. */
const waiting = 10

/** Scenarios of wills, sessions and credentials, which both protocol versions know. */
export const sessions: readonly Scenario[] = [
  {
    name: 'the will of a client whose connection breaks is published',
    run: async (stage) => {
      const will = { topic: stage.topic('will'), payload: 'lost', qos: 1 } as const
      const observer = await stage.other()
      await observer.subscribe({ filter: will.topic, qos: 1 })
      const client = await stage.client({ will })
      await client.kill()
      assert.equal((await observer.received.one()).payload.toString(), 'lost')
    },
  },
  {
    name: 'a client that says goodbye leaves no will',
    uses: ['a goodbye without the will'],
    run: async (stage) => {
      const will = { topic: stage.topic('will'), payload: 'lost', qos: 1 } as const
      const clientId = stage.clientId('polite')
      const observer = await stage.other()
      await observer.subscribe({ filter: will.topic, qos: 1 })
      const client = await stage.client({ will, clientId })
      await client.disconnect()
      await stage.forgets(clientId)
      await observer.publish({ topic: will.topic, payload: 'end', qos: 1 })
      assert.deepEqual(await observer.received.before('end'), [])
    },
  },
  {
    name: 'what came while the connection was broken arrives after it, QoS 1 and 2 in order',
    run: (stage) => comesBack(stage, () => undefined),
  },
  {
    name: 'the broker says whether it still has the session',
    uses: ['the session-present flag'],
    run: (stage) => comesBack(stage, (client, expected) => assert.equal(client.sessionPresent, expected)),
  },
  {
    name: 'a wrong password is refused, the right one is not',
    run: async (stage) => {
      const { user } = stage.broker
      const client = await stage.client({ user })
      await client.disconnect()
      // Bad user name or password, or not authorised; below 0x80 as MQTT 3.1.1 writes it.
      await assert.rejects(stage.client({ user: { ...user, password: 'wrong' } }), {
        message: /^refused with (4|5|134|135)$/,
      })
    },
  },
]

async function comesBack(stage: Stage, check: (client: Client, sessionPresent: boolean) => void): Promise<void> {
  const part = { clientId: stage.clientId('away'), clean: false }
  const before = await stage.client(part)
  check(before, false)
  await before.subscribe({ filter: stage.topic('+'), qos: 2 })
  await before.kill()
  const other = await stage.other()
  for (const qos of [1, 2] as const) await publishNumbered(other, stage.topic(`q${qos}`), qos)
  const after = await stage.client(part)
  check(after, true)
  const received = await after.received.first(2 * waiting)
  for (const qos of [1, 2]) {
    const ofOne = received.filter(({ topic }) => topic === stage.topic(`q${qos}`))
    assert.deepEqual(
      ofOne.map(({ payload }) => payload.toString()),
      numbers(waiting),
    )
    assert.ok(ofOne.every((message) => message.qos === qos))
  }
  await after.disconnect()
  const fresh = await stage.client({ clientId: part.clientId })
  check(fresh, false)
}

async function publishNumbered(from: Client, topic: string, qos: QoS): Promise<void> {
  for (const payload of numbers(waiting)) await from.publish({ topic, payload, qos })
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`)
