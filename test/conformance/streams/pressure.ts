import assert from 'node:assert/strict'
import type { ConformanceCase, World } from '../world.js'

const topics = Array.from({ length: 20 }, (_, index) => `p/${index}`)

async function publishRounds(world: World, rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    for (const path of topics) world.publish(path, `${round} ${'x'.repeat(1_000)}`)
    await world.time.pass(1)
  }
}

const isLast = (value: string | null) => value?.startsWith('100 ') === true

/** Who reads or asks faster than the other end can follow. */
export const pressure: readonly ConformanceCase[] = [
  {
    name: 'a reader that stalls holds bounded memory, delays nobody, and catches up [SEM 3.1]',
    run: async (world) => {
      const [stalled, other] = [await world.connected(), await world.connected()]
      for (const client of [stalled, other]) await client.subscribe('p/#')
      await world.stall(stalled)
      const before = world.gateway.statistics()
      await publishRounds(world, 100)
      await other.until('the newest', () => topics.every((path) => isLast(other.valueOf(path))))
      const { owed, historyBytes, baseBytes } = world.gateway.statistics()
      assert.ok(owed <= before.owed + topics.length, `${owed} owed`)
      assert.equal(historyBytes, 0)
      assert.ok(baseBytes < 500_000, `${baseBytes} bytes of bases`)
      stalled.unstall()
      await stalled.until('the newest', () => topics.every((path) => isLast(stalled.valueOf(path))))
      for (const path of topics) assert.equal(stalled.texts(path).length, 1, path)
    },
  },
  {
    name: 'a link whose answers pile up is not read from, and others are [SEM 3.1]',
    gateway: () => ({ limits: { repliesMax: 100 } }),
    run: async (world) => {
      const [client, other] = [await world.connected(), await world.connected()]
      await world.stall(client)
      world.publish('big', new Uint8Array(50_000).fill(1))
      const [link] = world.links
      const ask = { kind: 'fetch', selector: 'big', after: null, limit: 0, describe: false } as const
      // Far more than any socket swallows.
      for (let request = 1; request <= 1_000; request++) client.say({ ...ask, request })
      const isBlocked = () => world.gateway.statistics().blockedLinks > 0
      await client.until('a pause', () => link?.isPaused === true && isBlocked())
      await other.roundTrip()
      const asked = link?.kinds.filter((kind) => kind === 'fetch').length ?? 0
      assert.ok(asked < 1_000, `${asked} fetches were read`)
    },
  },
  {
    name: 'a client that asks faster than it is answered gets each answer once, in order [SEM 3.1]',
    gateway: () => ({ limits: { repliesMax: 10 } }),
    run: async (world) => {
      const client = await world.connected()
      const nonces = Array.from({ length: 500 }, (_, index) => index)
      for (const nonce of nonces) client.say({ kind: 'ping', nonce })
      await client.until('all pongs', () => client.ear.replies('pong').length >= nonces.length)
      await client.roundTrip()
      const heard = client.ear.replies('pong').map(({ nonce }) => nonce)
      assert.deepEqual(heard.slice(0, -1), nonces)
    },
  },
  {
    name: 'a client that asks for much while its window is full is answered all the same [PROTOCOL 5.4]',
    gateway: () => ({ limits: { repliesMax: 100 } }),
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('f/#')
      const fillers = [1, 2, 3, 4, 5].map((byte) => new Uint8Array(200_000).fill(byte))
      for (const filler of fillers) world.publish(`f/${filler[0]}`, filler)
      // Whatever the client says of the fillers comes behind these.
      for (let nonce = 0; nonce < 1_000; nonce++) client.say({ kind: 'ping', nonce })
      await client.until('all pongs', () => client.ear.replies('pong').length === 1_000)
      await client.until('all fillers', () => client.ear.values.size === fillers.length)
    },
  },
  {
    name: 'a snapshot of 3000 topics is complete when synced comes [SEM 2.5]',
    run: async (world) => {
      for (let i = 0; i < 3_000; i++) world.publish(`s/${i}`, `${i}`)
      const client = await world.connected()
      await client.subscribe('s/+')
      assert.equal(client.ear.values.size, 3_000)
    },
  },
  {
    name: 'values larger than a link takes at once arrive all the same [PROTOCOL 5.4]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('l/#')
      const values = [1, 2, 3, 4, 5].map((byte) => new Uint8Array(150_000).fill(byte))
      for (const value of values) world.publish(`l/${value[0]}`, value)
      await client.until('all values', () => client.ear.values.size === values.length)
      for (const value of values) assert.deepEqual(client.ear.values.get(`l/${value[0]}`), value)
    },
  },
]
