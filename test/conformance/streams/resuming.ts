import assert from 'node:assert/strict'
import type { Authentication, Credentials } from '../../../core/index.js'
import { plainOptions } from '../../support/memory-peer.js'
import type { Client } from '../client.js'
import type { ConformanceCase, World } from '../world.js'

const long = (value: string) => `${'a value of which little changes, '.repeat(10)}${value}`

/** A reader of `w/#` (some topics) and of `n` that holds a value of each, and was then cut off. */
async function away(world: World): Promise<Client> {
  for (const path of ['w/1', 'w/2', 'n']) world.publish(path, long('old'))
  const client = await world.connected()
  for (const selector of ['w/#', 'n']) await client.subscribe(selector)
  world.publish('w/1', long('older'))
  await client.hears('w/1', long('older'))
  await world.lose(client)
  return client
}

/** Who says its name is let in. */
const byName = {
  authenticate: ({ user = '' }: Credentials, answer: (result: Authentication) => void) =>
    answer({ kind: 'accepted', principal: { name: user, roles: [], rootPath: '', properties: {} } }),
}

/** What a client finds that comes back. */
export const resuming: readonly ConformanceCase[] = [
  {
    name: 'a client that comes back is resumed: what changed meanwhile is told, the rest is not repeated [SEM 1.6]',
    run: async (world) => {
      const client = await away(world)
      for (const path of ['w/1', 'n', 'w/new']) world.publish(path, long('new'))
      const before = client.ear.updates.length
      assert.equal((await client.resume()).start, 'resumed')
      for (const path of ['w/1', 'n', 'w/new']) await client.hears(path, long('new'))
      await client.roundTrip()
      const told = client.ear.updates.slice(before).map(({ path }) => path)
      assert.deepEqual(told.sort(), ['n', 'w/1', 'w/new'])
      assert.equal(client.valueOf('w/2'), long('old'))
    },
  },
  {
    name: 'after a resume updates go on as before [PROTOCOL 2.8]',
    run: async (world) => {
      const client = await away(world)
      assert.equal((await client.resume()).start, 'resumed')
      for (const value of ['1', '2', '3']) {
        for (const path of ['w/1', 'w/2', 'n']) world.publish(path, long(value))
        for (const path of ['w/1', 'w/2', 'n']) await client.hears(path, long(value))
      }
      assert.ok(client.ear.updates.some(({ isDelta }) => isDelta))
    },
  },
  {
    name: 'a reader of `all` that comes back gets each update that it missed [SEM 1.6]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t', { delivery: 'all' })
      world.publish('t', '1')
      await client.hears('t', '1')
      await world.lose(client)
      for (const value of ['2', '3', '4']) world.publish('t', value)
      assert.equal((await client.resume()).start, 'resumed')
      await client.hears('t', '4')
      assert.deepEqual(client.texts('t'), ['1', '2', '3', '4'])
    },
  },
  {
    name: 'what was sent to the old link and not applied is sent again [SEM 1.5]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t', { delivery: 'all' })
      const before = world.gateway.statistics().updates
      client.stall()
      for (const value of ['1', '2', '3']) world.publish('t', value)
      await client.until('updates on their way', () => world.gateway.statistics().updates === before + 3)
      await world.lose(client)
      assert.deepEqual(client.texts('t'), [])
      assert.equal((await client.resume()).start, 'resumed')
      await client.hears('t', '3')
      assert.deepEqual(client.texts('t'), ['1', '2', '3'])
    },
  },
  {
    name: 'what was held back when the link was lost is told after the resume, although newer updates had come [SEM 1.4] [PROTOCOL 4.14]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('slow', { intervalMs: 20_000 })
      await client.subscribe('fast')
      for (const value of ['1', '2']) world.publish('slow', value)
      world.publish('fast', 'newer')
      await client.hears('fast', 'newer')
      await world.lose(client)
      assert.equal((await client.resume()).start, 'resumed')
      await world.time.pass(20_000)
      await client.hears('slow', '2')
    },
  },
  {
    name: 'a snapshot that was lost on its way is sent again [PROTOCOL 2.7]',
    run: async (world) => {
      for (const path of ['s/1', 's/2']) world.publish(path, 'old')
      const client = await world.connected()
      client.stall()
      client.say({ kind: 'subscribe', request: 99, selector: 's/#', options: plainOptions })
      await client.until('the snapshot on its way', () => world.gateway.statistics().updates === 2)
      await world.lose(client)
      assert.equal((await client.resume()).start, 'resumed')
      await client.until('synced', () => client.ear.synced.size === 1)
      assert.deepEqual([...client.ear.values.keys()].sort(), ['s/1', 's/2'])
    },
  },
  {
    name: 'a removal while the client was away is told when it comes back [SEM 1.6]',
    run: async (world) => {
      const client = await away(world)
      for (const path of ['w/2', 'n']) await world.remove(path)
      assert.equal((await client.resume()).start, 'resumed')
      await client.until('the removals', () => client.valueOf('w/2') === null && client.valueOf('n') === null)
      assert.equal(client.valueOf('w/1'), long('older'))
    },
  },
  {
    name: 'removals beyond what is remembered make a resynchronisation [SEM 1.6]',
    gateway: () => ({ limits: { removalsMax: 4 } }),
    run: async (world) => {
      const client = await away(world)
      for (let i = 0; i < 12; i++) world.publish(`x/${i}`, '1')
      for (const selector of ['w/2', 'x/#']) await world.remove(selector)
      assert.equal((await client.resume()).start, 'resynchronised')
      await client.until('both synced again', () => client.ear.synced.size === 2)
      assert.deepEqual([...client.ear.values.keys()].sort(), ['n', 'w/1'])
    },
  },
  {
    name: 'a position of another epoch makes a resynchronisation [SEM 1.6]',
    run: async (world) => {
      const client = await away(world)
      const resume = client.ear.resume
      assert.ok(resume)
      const position = { ...resume.position, epoch: '0123456789abcdef' }
      assert.equal((await client.connect({ resume: { ...resume, position } })).start, 'resynchronised')
      await client.until('both synced again', () => client.ear.synced.size === 2)
      assert.equal(client.ear.replies('resynchronised').length, 1)
      assert.deepEqual([...client.ear.values.keys()].sort(), ['n', 'w/1', 'w/2'])
    },
  },
  {
    name: 'a token opens its session once [SEM 6.3]',
    run: async (world) => {
      const client = await away(world)
      const spent = client.ear.resume
      await client.resume()
      await client.acknowledge()
      const thief = world.client()
      assert.equal((await thief.connect({ resume: spent })).start, 'new')
      await client.roundTrip()
    },
  },
  {
    name: 'an unknown token begins a new session [PROTOCOL 2.8]',
    run: async (world) => {
      const position = { epoch: world.gateway.statistics().epoch, offset: 0, held: [] }
      const resume = { token: new Uint8Array(16), position, synced: [] }
      const client = world.client()
      assert.equal((await client.connect({ resume })).start, 'new')
    },
  },
  {
    name: 'a token opens no session for another principal [SEM 6.3]',
    gateway: () => ({ authenticator: byName }),
    run: async (world) => {
      const credentials = (user: string) => ({ credentials: { user, peer: '' } })
      const client = await world.connected(credentials('ada'))
      const resume = client.ear.resume
      client.cut()
      const thief = world.client()
      assert.equal((await thief.connect({ ...credentials('bob'), resume })).start, 'new')
      assert.equal((await client.resume(credentials('ada'))).start, 'resumed')
    },
  },
  {
    name: 'a session that is resumed elsewhere closes its older link as takenOver [PROTOCOL 2.10]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t')
      const other = world.client()
      assert.equal((await other.connect({ resume: client.ear.resume })).start, 'resumed')
      assert.equal(await client.ended(), 'takenOver')
      world.publish('t', '1')
      await other.hears('t', '1')
      assert.equal(world.gateway.statistics().sessions, 1)
    },
  },
  {
    name: 'a session that asked not to outlive its link, resumed elsewhere, goes on there [PROTOCOL 2.10]',
    run: async (world) => {
      const client = await world.connected({ sessionTimeoutMs: 0 })
      await client.subscribe('t')
      const other = world.client()
      assert.equal((await other.connect({ sessionTimeoutMs: 0, resume: client.ear.resume })).start, 'resumed')
      assert.equal(await client.ended(), 'takenOver')
      world.publish('t', '1')
      await other.hears('t', '1')
      assert.equal(world.gateway.statistics().sessions, 1)
      other.cut()
      await other.until('no session', () => world.gateway.statistics().sessions === 0)
    },
  },
  {
    name: 'a publish that is repeated after coming back is not done twice [PROTOCOL 6.4]',
    run: async (world) => {
      const client = await world.connected()
      await client.publish('t', 'one', { sequence: 1 })
      await client.publish('t', 'two', { sequence: 2 })
      await world.lose(client)
      assert.equal((await client.resume()).sequence, 2)
      assert.equal((await client.publish('t', 'again', { sequence: 2, alias: 1 })).kind, 'accepted')
      const byAlias = await client.publish('', 'three', { sequence: 3, path: null, alias: 1 })
      assert.equal(byAlias.kind, 'accepted', 'what is repeated binds its alias')
      await client.subscribe('t')
      assert.equal(client.valueOf('t'), 'three')
      const { offset } = client.ear.updates[0] ?? {}
      assert.equal(offset, 3, 'the third record of the log')
    },
  },
  {
    name: 'an alias ends with its link: on the next one it is unknown until it is bound anew [PROTOCOL 6.2]',
    run: async (world) => {
      const client = await world.connected()
      await client.publish('t', 'one', { alias: 1 })
      await world.lose(client)
      assert.equal((await client.resume()).start, 'resumed')
      assert.equal(await client.refusedPublish('', 'two', { path: null, alias: 1 }), 'unknownAlias')
      assert.equal((await client.publish('u', 'three', { alias: 1 })).kind, 'accepted')
      assert.equal((await client.publish('', 'four', { path: null, alias: 1 })).kind, 'accepted')
      for (const path of ['t', 'u']) await client.subscribe(path)
      assert.deepEqual([client.valueOf('t'), client.valueOf('u')], ['one', 'four'])
    },
  },
  {
    name: 'a session waits as long as was granted, and no longer [PROTOCOL 2.12]',
    run: async (world) => {
      const client = world.client()
      await client.connect({ sessionTimeoutMs: 20_000 })
      await world.lose(client)
      await world.time.pass(15_000)
      assert.equal((await client.resume({ sessionTimeoutMs: 20_000 })).start, 'resumed')
      await world.lose(client)
      await world.time.pass(25_000)
      await client.until('no session', () => world.gateway.statistics().sessions === 0)
      assert.equal((await client.resume()).start, 'new')
    },
  },
]
