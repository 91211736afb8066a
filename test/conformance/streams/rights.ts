import assert from 'node:assert/strict'
import type { Action, Authorizer, Coverage, openAccess, Principal } from '../../../core/index.js'
import type { Client } from '../client.js'
import { refusalOf } from '../client.js'
import type { ConformanceCase, World } from '../world.js'

/** Forbids whatever lies under `secret/`, and administration; who is on the inside (`clerk`) may do everything. */
class Guard implements Authorizer {
  generation = 0
  forbidden = 'secret'

  allows({ name }: Principal, action: Action, path: string): boolean {
    return name === 'clerk' || (action !== 'administer' && path.split('/')[0] !== this.forbidden)
  }

  coverage({ name }: Principal, _action: string, selector: string): Coverage {
    const [first = ''] = selector.split('/')
    if (name === 'clerk') return 'all'
    if (first === this.forbidden) return 'none'
    return first === '#' || first === '+' ? 'some' : 'all'
  }

  forbid(first: string): void {
    this.forbidden = first
    this.generation += 1
  }
}

let guard = new Guard()

const guarded = () => {
  guard = new Guard()
  return { authorizer: guard }
}

/** Everybody sees the branch of tenant 7 only. */
const tenants = () => {
  const principal = { name: 'ada', roles: [], rootPath: 'tenants/7', properties: {} }
  const authenticator: typeof openAccess.authenticator = {
    authenticate: (_credentials, answer) => answer({ kind: 'accepted', principal }),
  }
  return { authenticator }
}

/** Ada signs in under the role that she gives as her password; only insiders see what is secret. */
const roles = () => {
  const isInsider = (who: Principal) => who.name === 'clerk' || who.roles.includes('insider')
  const authenticator: typeof openAccess.authenticator = {
    authenticate: ({ password = '' }, answer) =>
      answer({ kind: 'accepted', principal: { name: 'ada', roles: [password], rootPath: '', properties: {} } }),
  }
  const authorizer: Authorizer = {
    generation: 0,
    allows: (who, _action, path) => isInsider(who) || !path.startsWith('secret/'),
    coverage: (who, _action, selector) => {
      if (isInsider(who)) return 'all'
      return selector === 'secret/#' ? 'none' : 'some'
    },
  }
  return { authenticator, authorizer }
}

const long = 'a value of which little changes, '.repeat(10)

const inRole = (role: string) => ({ credentials: { user: 'ada', password: role, peer: '' } })

/** Everybody is who it says, and may do everything but administer, which is for the chief. */
const byName: typeof openAccess.authenticator = {
  authenticate: ({ user = '' }, answer) =>
    answer({ kind: 'accepted', principal: { name: user, roles: [], rootPath: '', properties: {} } }),
}
const withAdministrator: Authorizer = {
  generation: 0,
  allows: ({ name }, action) => action !== 'administer' || name === 'chief',
  coverage: () => 'all',
}

const as = (world: World, user: string) => world.connected({ credentials: { user, peer: '' } })

/** How many topics went. */
async function removedBy(client: Client, selector: string): Promise<number> {
  const answer = await client.ask({ kind: 'remove', selector })
  assert.equal(answer.kind, 'done')
  return answer.kind === 'done' ? answer.count : -1
}

/** What a client may do and see. */
export const rights: readonly ConformanceCase[] = [
  {
    name: 'what is not permitted is refused as forbidden, and the session lives [SEM 6.1]',
    gateway: guarded,
    run: async (world) => {
      const client = await world.connected()
      assert.equal(refusalOf(await client.askSubscribe('secret/#')), 'forbidden')
      assert.equal(await client.refusedPublish('secret/a', '1'), 'forbidden')
      const fetch = { kind: 'fetch', selector: 'secret/#', after: null, limit: 0, describe: false } as const
      assert.equal(await client.refused(fetch), 'forbidden')
      assert.equal(await client.refused({ kind: 'remove', selector: 'secret/#' }), 'forbidden')
      assert.equal(await client.refused({ kind: 'create', path: 'secret/a', properties: {} }), 'forbidden')
      const administer = { kind: 'administer', operation: 'listSessions', target: '', after: '' } as const
      assert.equal(await client.refused(administer), 'forbidden')
      await client.roundTrip()
    },
  },
  {
    name: 'a wildcard delivers only topics that may be read, also those created later [SEM 6.2]',
    gateway: guarded,
    run: async (world) => {
      for (const path of ['open/1', 'secret/1']) world.publish(path, 'old')
      const client = await world.connected()
      await client.subscribe('#')
      for (const path of ['secret/1', 'secret/2', 'open/2']) world.publish(path, 'new')
      await client.hears('open/2', 'new')
      await client.roundTrip()
      assert.deepEqual([...client.ear.values.keys()].sort(), ['open/1', 'open/2'])
    },
  },
  {
    name: 'rights that are taken away end the subscription, and say so [SEM 6.1]',
    gateway: guarded,
    run: async (world) => {
      const client = await world.connected()
      for (const selector of ['a/#', 'b/1']) await client.subscribe(selector)
      guard.forbid('a')
      for (const path of ['b/1', 'a/1']) world.publish(path, '1')
      await client.until('unsubscribed', () => client.ear.replies('unsubscribed').length > 0)
      const [told] = client.ear.replies('unsubscribed')
      assert.deepEqual([told?.selector, told?.reason], ['a/#', 'forbidden'])
      await client.hears('b/1', '1')
      world.publish('a/2', '2')
      await client.roundTrip()
      assert.ok(!client.ear.values.has('a/2'))
    },
  },
  {
    name: 'rights that were taken away while the client was away end the subscription, and it is told when it is back [SEM 6.1]',
    gateway: guarded,
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('a/#')
      await world.lose(client)
      guard.forbid('a')
      world.publish('a/1', '1')
      await world.time.pass(1_000)
      assert.equal((await client.resume()).start, 'resumed')
      await client.roundTrip()
      const told = client.ear.replies('unsubscribed').map(({ selector, reason }) => [selector, reason])
      assert.deepEqual([told, client.valueOf('a/1')], [[['a/#', 'forbidden']], null])
    },
  },
  {
    name: 'a client that comes back with fewer rights has no more than those [SEM 6.1]',
    gateway: roles,
    run: async (world) => {
      const client = await world.connected(inRole('insider'))
      for (const selector of ['secret/#', '#']) await client.subscribe(selector)
      assert.equal((await client.publish('secret/0', '0')).kind, 'accepted')
      await world.lose(client)
      world.publish('secret/1', '1')
      assert.equal((await client.resume(inRole('guest'))).start, 'resumed')
      for (const path of ['secret/2', 'open/1']) world.publish(path, '1')
      await client.hears('open/1', '1')
      await client.roundTrip()
      const told = client.ear.replies('unsubscribed').map(({ selector, reason }) => [selector, reason])
      assert.deepEqual(told, [['secret/#', 'forbidden']])
      assert.deepEqual([client.valueOf('secret/1'), client.valueOf('secret/2')], [null, null])
      assert.equal(await client.refusedPublish('secret/1', '2'), 'forbidden')
    },
  },
  {
    name: 'a client that comes back with more rights has them, and is sent whole what it could not read before [SEM 6.1]',
    gateway: roles,
    run: async (world) => {
      const client = await world.connected(inRole('guest'))
      await client.subscribe('#')
      for (const path of ['secret/1', 'secret/2', 'open/1']) world.publish(path, `${long}, first`)
      await client.hears('open/1', `${long}, first`)
      await world.lose(client)
      assert.equal((await client.resume(inRole('insider'))).start, 'resumed')
      await client.hears('secret/2', `${long}, first`)
      world.publish('secret/1', `${long}, second`)
      await client.hears('secret/1', `${long}, second`)
      assert.equal((await client.publish('secret/1', '3')).kind, 'accepted')
    },
  },
  {
    name: 'a topic that has an owner is published to and removed by nobody else, but for administrators [SEM 4.9]',
    gateway: () => ({ authenticator: byName, authorizer: withAdministrator }),
    run: async (world) => {
      const [ada, bob, chief] = [await as(world, 'ada'), await as(world, 'bob'), await as(world, 'chief')]
      const mine = { properties: { owner: 'ada' } }
      for (const path of ['o/1', 'o/2', 'o/3']) assert.equal((await ada.publish(path, '1', mine)).kind, 'accepted')
      await bob.publish('o/4', '1')
      assert.equal(await bob.refusedPublish('o/1', '2'), 'forbidden')
      assert.equal(await removedBy(bob, '#'), 1)
      assert.equal(await removedBy(bob, 'o/1'), 0)
      assert.equal(await bob.refusedPublish('o/1', '2', { properties: { owner: 'bob' } }), 'forbidden')
      assert.equal(await removedBy(ada, 'o/1'), 1)
      assert.equal(await removedBy(chief, '#'), 2)
    },
  },
  {
    name: 'a session with a root path sees its branch, as if that were all [SEM 5.1]',
    gateway: tenants,
    run: async (world) => {
      for (const path of ['tenants/7/a', 'tenants/8/a', 'a']) world.publish(path, path)
      const client = await world.connected()
      await client.subscribe('#')
      assert.deepEqual([...client.ear.values.keys()], ['a'])
      await client.publish('b', '1')
      await client.hears('b', '1')
      const fetch = { kind: 'fetch', selector: '#', after: null, limit: 0, describe: false } as const
      const page = await client.ask(fetch)
      assert.deepEqual(page.kind === 'fetched' && page.topics.map(({ path }) => path).sort(), ['a', 'b'])
      const removed = await client.ask({ kind: 'remove', selector: '#' })
      assert.equal(removed.kind === 'done' && removed.count, 2)
      await client.until('both removals', () => client.ear.values.size === 0)
      assert.equal(world.gateway.statistics().topics, 2)
    },
  },
  {
    name: 'a session with a root path is told neither of its root itself nor, by a wildcard, of what begins with $ there [SEM 2.6, 5.1]',
    gateway: tenants,
    run: async (world) => {
      const hidden = ['tenants/7', 'tenants/7/', 'tenants/7/$x', 'tenants/7/$x/y']
      const client = await world.connected()
      for (const value of ['before', 'after']) {
        for (const path of [...hidden, 'tenants/7/a', 'tenants/7/a/b']) world.publish(path, value)
        for (const selector of value === 'before' ? ['#', '+', '+/#', '~".*"/#'] : []) await client.subscribe(selector)
        for (const path of ['a', 'a/b']) await client.hears(path, value)
      }
      await client.roundTrip()
      assert.deepEqual([...client.ear.values.keys()].sort(), ['a', 'a/b'])
      await world.lose(client)
      for (const path of hidden) world.publish(path, 'later')
      assert.equal((await client.resume()).start, 'resumed')
      await client.roundTrip()
      assert.deepEqual([...client.ear.values.keys()].sort(), ['a', 'a/b'])
      await client.subscribe('$x/#')
      assert.deepEqual([client.valueOf('$x'), client.valueOf('$x/y')], ['later', 'later'])
      const page = await client.ask({ kind: 'fetch', selector: '#', after: null, limit: 0, describe: false })
      assert.deepEqual(page.kind === 'fetched' && page.topics.map(({ path }) => path).sort(), ['a', 'a/b'])
      assert.equal(await removedBy(client, '#'), 2)
      assert.equal(world.gateway.statistics().topics, hidden.length)
    },
  },
]
