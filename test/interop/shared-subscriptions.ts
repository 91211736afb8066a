/** Scenarios of subscriptions that several clients share. */
import assert from 'node:assert/strict'
import { within } from '../support/deadline.js'
import type { Client } from './peer.js'
import type { Scenario, Stage } from './stage.js'

/** So many are shared out in one go. */
const burst = 60

/** Scenarios of `$share`; brokers serve them to MQTT 3.1.1 too. */
export const sharedSubscriptions: readonly Scenario[] = [
  {
    name: 'a shared subscription gives each message to one member, and all to who is left',
    run: async (stage) => {
      const { topic, members, publish } = await group(stage)
      await publish('a', burst)
      await all(members, 'a', burst)
      assert.ok(
        members.every(({ received }) => received.size > 0),
        'both members have a share',
      )
      assert.equal(total(members), burst)
      const [leaver, stayer] = members
      await leaver.disconnect()
      await stage.forgets(stage.clientId('leaver'))
      await publish('b', burst)
      await all([stayer], 'b', burst)
      // Of QoS 1, what the leaver had read and not yet acknowledged when it said goodbye may be told again.
      assert.ok(total(members) >= 2 * burst, `${topic}: nothing is lost`)
    },
  },
  {
    name: 'a member whose connection breaks loses nothing of what it had not acknowledged',
    uses: ['handing on what a lost member had not acknowledged'],
    run: async (stage) => {
      const { members, publish } = await group(stage)
      const [leaver, stayer] = members
      const lost = within('the first message', new Promise<void>((resolve) => leaver.received.watch(resolve)))
      const published = publish('a', 10 * burst)
      await lost
      await leaver.kill()
      await published
      await all([leaver, stayer], 'a', 10 * burst)
    },
  },
]

async function group(stage: Stage) {
  const topic = stage.topic('shared')
  const members = [await stage.client({ clientId: stage.clientId('leaver') }), await stage.client()] as const
  for (const member of members) await member.subscribe({ filter: `$share/group/${topic}`, qos: 1 })
  const other = await stage.other()
  const publish = async (name: string, count: number) => {
    await Promise.all(names(name, count).map((payload) => other.publish({ topic, payload, qos: 1 })))
  }
  return { topic, members, publish }
}

const names = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`)

const total = (members: readonly Client[]): number => members.reduce((sum, { received }) => sum + received.size, 0)

/** Resolves when the members have, between them, each message of that name. */
async function all(members: readonly Client[], name: string, count: number): Promise<void> {
  const missing = new Set(names(name, count))
  const complete = new Promise<void>((resolve) => {
    const look = () => {
      for (const { received } of members) for (const payload of received.payloads) missing.delete(payload)
      if (missing.size === 0) resolve()
    }
    for (const { received } of members) received.watch(look)
    look()
  })
  await within(`all of ${count} messages`, complete).catch((cause) => {
    throw new Error(`${missing.size} of ${count} are missing: ${[...missing].slice(0, 5).join(', ')}`, { cause })
  })
}
