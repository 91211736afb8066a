import assert from 'node:assert/strict'
import type { Overflow } from '../../../core/index.js'
import type { Client } from '../client.js'
import type { ConformanceCase, World } from '../world.js'

const counted = (to: number) => Array.from({ length: to }, (_, index) => `${index + 1}`)

const shortHistory = () => ({ limits: { historyUpdatesMax: 10 } })

/** A reader of all updates of `t` that stalled through fifty of them, of which ten were kept, and reads again. */
async function overflowed(world: World, overflow: Overflow): Promise<Client> {
  const client = await world.connected()
  await client.subscribe('t', { delivery: 'all', overflow })
  await world.stall(client)
  for (const value of counted(50)) world.publish('t', value)
  await client.until('something owed', () => world.gateway.statistics().owed > 1)
  client.unstall()
  return client
}

/** What a reader gets that is slower than what it follows, or wants to be. */
export const following: readonly ConformanceCase[] = [
  {
    name: 'a reader of `latest` that stalls for 1000 publishes is sent the newest value once [SEM 2.4]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t')
      await world.stall(client)
      for (const value of counted(1000)) world.publish('t', value)
      client.unstall()
      await client.hears('t', '1000')
      await client.roundTrip()
      assert.deepEqual(client.texts('t'), ['1000'])
    },
  },
  {
    name: 'a reader of `all` that stalls is sent each update in order [SEM 2.4]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t', { delivery: 'all' })
      await world.stall(client)
      for (const value of counted(500)) world.publish('t', value)
      client.unstall()
      await client.hears('t', '500')
      await client.roundTrip()
      assert.deepEqual(client.texts('t'), counted(500))
      assert.ok(!client.ear.updates.some(({ isGap }) => isGap))
    },
  },
  {
    name: 'overflow `conflate`: a reader of `all` beyond its history gets the newest, the gap marked [SEM 3.3]',
    gateway: shortHistory,
    run: async (world) => {
      const client = await overflowed(world, 'conflate')
      await client.hears('t', '50')
      const gaps = client.ear.updates.filter(({ path, isGap }) => path === 't' && isGap)
      assert.equal(gaps.length, 1)
      world.publish('t', '51')
      await client.hears('t', '51')
      assert.equal(client.ear.updates.at(-1)?.isGap, false)
    },
  },
  {
    name: 'overflow `unsubscribe`: a reader of `all` beyond its history loses its subscription, and is told why [SEM 3.3]',
    gateway: shortHistory,
    run: async (world) => {
      const client = await overflowed(world, 'unsubscribe')
      await client.until('unsubscribed', () => client.ear.replies('unsubscribed').length > 0)
      const [told] = client.ear.replies('unsubscribed')
      assert.deepEqual([told?.selector, told?.reason], ['t', 'overflow'])
      world.publish('t', '51')
      await client.roundTrip()
      assert.deepEqual(client.texts('t'), [])
    },
  },
  {
    name: 'overflow `disconnect`: a reader of `all` beyond its history loses its link as slowConsumer [SEM 3.3]',
    gateway: shortHistory,
    run: async (world) => {
      const client = await overflowed(world, 'disconnect')
      assert.equal(await client.ended(), 'slowConsumer')
    },
  },
  {
    name: 'a rate is kept, and the last value of a burst always arrives [SEM 3.2]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t', { intervalMs: 500 })
      const startMs = world.time.nowMs()
      for (const value of counted(20)) {
        world.publish('t', value)
        await world.time.pass(100)
      }
      await world.time.pass(600)
      await client.hears('t', '20')
      const slots = (world.time.nowMs() - startMs) / 500
      const heard = client.texts('t').length
      assert.ok(heard >= 3 && heard <= slots + 1, `${heard} updates in ${slots} slots`)
    },
  },
  {
    name: 'a rate on `all` paces and drops nothing [SEM 3.2]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t', { intervalMs: 100, delivery: 'all' })
      for (const value of counted(5)) world.publish('t', value)
      await client.roundTrip()
      assert.ok(client.texts('t').length < 5)
      for (const _ of counted(10)) {
        await world.time.pass(100)
        await client.roundTrip()
      }
      assert.deepEqual(client.texts('t'), counted(5))
    },
  },
  {
    name: 'bytes a second are kept within what the client declared [PROTOCOL 2.5]',
    run: async (world) => {
      const client = await world.connected({ bytesPerSecondMax: 20_000 })
      await client.subscribe('b/#')
      for (const value of counted(100)) world.publish(`b/${value}`, new Uint8Array(1_000))
      await client.until('something', () => client.ear.updates.length > 0)
      assert.ok(client.ear.updates.length < 80, `${client.ear.updates.length} at once`)
      await world.time.pass(10_000)
      await client.until('everything', () => client.ear.values.size === 100)
    },
  },
  {
    name: 'who takes deltas, or deflated values, or neither, or both ends with the same values [SEM 3.4, 3.5]',
    run: async (world) => {
      const clients: Client[] = []
      for (const deltas of [true, false])
        for (const deflate of [true, false]) clients.push(await world.connected({ features: { deltas, deflate } }))
      for (const client of clients) await client.subscribe('d/#')
      for (const value of counted(20)) {
        const newest = `${'a long value of which little changes, '.repeat(20)}${value}`
        world.publish('d/1', newest)
        for (const client of clients) await client.hears('d/1', newest)
      }
      const gotDeltas = clients.map(({ ear }) => ear.updates.some(({ isDelta }) => isDelta))
      assert.deepEqual(gotDeltas, [true, true, false, false])
    },
  },
]
