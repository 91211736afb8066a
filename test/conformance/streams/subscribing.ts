import assert from 'node:assert/strict'
import { text } from '../../support/memory-peer.js'
import type { ConformanceCase } from '../world.js'

const paths = ['a', 'a/b', 'a/c', 'a/b/1', 'a/b/22', 'x/b', '/']

/** Selectors, and what they match of these paths. */
const matches: Readonly<Record<string, readonly string[]>> = {
  '#': paths,
  'a/#': ['a', 'a/b', 'a/c', 'a/b/1', 'a/b/22'],
  '+': ['a'],
  '+/': ['/'],
  '+/b': ['a/b', 'x/b'],
  'a/+': ['a/b', 'a/c'],
  '{a,x}/b': ['a/b', 'x/b'],
  'a/b/~"[0-9]"': ['a/b/1'],
  'a/b/~"[0-9]+"': ['a/b/1', 'a/b/22'],
  'a/="b"': ['a/b'],
}

/** How what a subscriber hears begins, changes and ends. */
export const subscribing: readonly ConformanceCase[] = [
  {
    name: 'first the snapshot, then synced, then every change [SEM 2.2]',
    run: async (world) => {
      for (const path of ['s/1', 's/2', 'other']) world.publish(path, 'old')
      const client = await world.connected()
      await client.subscribe('s/#')
      world.publish('s/1', 'new')
      await client.hears('s/1', 'new')
      const told = client.ear.heard.filter(({ kind }) => kind === 'update' || kind === 'synced')
      assert.deepEqual(
        told.map((item) => (item.kind === 'update' ? [item.path, text(item.value), item.isSnapshot] : item.kind)),
        [['s/1', 'old', true], ['s/2', 'old', true], 'synced', ['s/1', 'new', false]],
      )
    },
  },
  {
    name: 'a subscription without a snapshot hears changes only [PROTOCOL 3.4]',
    run: async (world) => {
      for (const path of ['s/1', 's/2']) world.publish(path, 'old')
      const client = await world.connected()
      await client.subscribe('s/#', { snapshot: false })
      await client.subscribe('s/1', { snapshot: false })
      world.publish('s/1', 'new')
      await client.hears('s/1', 'new')
      assert.deepEqual(
        client.ear.updates.map(({ path }) => path),
        ['s/1'],
      )
    },
  },
  {
    name: 'selectors match by wildcard, alternative and regular expression [SEM 5.3]',
    run: async (world) => {
      for (const path of paths) world.publish(path, path)
      for (const [selector, wanted] of Object.entries(matches)) {
        const client = await world.connected()
        await client.subscribe(selector)
        assert.deepEqual([...client.ear.values.keys()].sort(), [...wanted].sort(), selector)
      }
    },
  },
  {
    name: 'topics that are created later appear, by name and by wildcard [SEM 2.2]',
    run: async (world) => {
      const [byName, byWildcard] = [await world.connected(), await world.connected()]
      await byName.subscribe('later/one')
      await byWildcard.subscribe('later/+')
      world.publish('later/one', '1')
      for (const client of [byName, byWildcard]) await client.hears('later/one', '1')
    },
  },
  {
    name: 'overlapping subscriptions of one session deliver an update once [SEM 2.1]',
    run: async (world) => {
      const client = await world.connected()
      for (const selector of ['o/a', 'o/+', 'o/#', '{o,p}/a']) await client.subscribe(selector)
      for (const value of ['1', '2', '3']) {
        world.publish('o/a', value)
        await client.hears('o/a', value)
      }
      await client.roundTrip()
      assert.deepEqual(client.texts('o/a'), ['1', '2', '3'])
    },
  },
  {
    name: 'a removal is told, by name and by wildcard [SEM 4.6]',
    run: async (world) => {
      world.publish('r/a', '1')
      const [byName, byWildcard] = [await world.connected(), await world.connected()]
      await byName.subscribe('r/a')
      await byWildcard.subscribe('r/+')
      await world.remove('r/a')
      for (const client of [byName, byWildcard]) {
        await client.until('the removal', () => client.ear.updates.at(-1)?.isRemoved === true)
        assert.equal(client.valueOf('r/a'), null)
      }
    },
  },
  {
    name: 'a topic that is removed and created again is told with its new value [SEM 3.6]',
    run: async (world) => {
      world.publish('r/a', 'a value that is long enough for a delta')
      const [byName, byWildcard] = [await world.connected(), await world.connected()]
      await byName.subscribe('r/a')
      await byWildcard.subscribe('r/+')
      await world.remove('r/a')
      world.publish('r/a', 'a value that is long enough for another')
      for (const client of [byName, byWildcard]) {
        await client.hears('r/a', 'a value that is long enough for another')
        await client.roundTrip()
        assert.equal(client.valueOf('r/a'), 'a value that is long enough for another')
      }
    },
  },
  {
    name: 'after unsubscribing nothing comes any more [PROTOCOL 3.2]',
    run: async (world) => {
      const client = await world.connected()
      for (const selector of ['u/#', 'u/a', 'v']) await client.subscribe(selector)
      assert.equal((await client.ask({ kind: 'unsubscribe', selector: 'u/#' })).kind, 'done')
      world.publish('u/b', '1')
      world.publish('u/a', '1')
      await client.hears('u/a', '1')
      assert.equal((await client.ask({ kind: 'unsubscribe', selector: 'u/a' })).kind, 'done')
      world.publish('u/a', '2')
      world.publish('v', '2')
      await client.hears('v', '2')
      assert.deepEqual([client.texts('u/a'), client.texts('u/b')], [['1'], []])
      assert.equal(await client.refused({ kind: 'unsubscribe', selector: 'u/a' }), 'notFound')
    },
  },
  {
    name: 'the same selector again replaces the options [PROTOCOL 3.3]',
    run: async (world) => {
      world.publish('a', '1')
      const client = await world.connected()
      await client.subscribe('a', { snapshot: false })
      assert.deepEqual(client.texts('a'), [])
      await client.subscribe('a')
      await client.hears('a', '1')
      world.publish('a', '2')
      await client.hears('a', '2')
      await client.roundTrip()
      assert.deepEqual(client.texts('a'), ['1', '2'])
      assert.equal(world.gateway.statistics().subscriptions, 1)
    },
  },
  {
    name: 'a selector that is none is refused with invalidSelector, and the session lives [PROTOCOL 6.7]',
    run: async (world) => {
      const client = await world.connected()
      for (const selector of ['a/#/b', 'a/b+', '{a', '~"("', 'a\u0000'])
        assert.equal(await client.refused({ kind: 'remove', selector }), 'invalidSelector', JSON.stringify(selector))
      const answer = await client.askSubscribe('a/#/b')
      assert.equal(answer.kind === 'refused' && answer.refusal.code, 'invalidSelector')
      await client.subscribe('a/#')
    },
  },
  {
    name: 'history is told on request, oldest first, before what follows [SEM 2.3]',
    run: async (world) => {
      const properties = { history: { count: 10, ageMs: null, bytes: null } }
      const client = await world.connected()
      await client.ask({ kind: 'create', path: 'h', properties })
      for (const value of ['1', '2', '3', '4', '5']) world.publish('h', value)
      await client.subscribe('h', { delivery: 'all', since: { kind: 'count', count: 3 } })
      world.publish('h', '6')
      await client.hears('h', '6')
      assert.deepEqual(client.texts('h'), ['3', '4', '5', '6'])
    },
  },
]
