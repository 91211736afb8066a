import assert from 'node:assert/strict'
import type { Position } from '../../../core/index.js'
import { text } from '../../support/memory-peer.js'
import type { Client } from '../client.js'
import type { ConformanceCase, World } from '../world.js'

const long = (value: string) => `${'a value of which little changes, '.repeat(10)}${value}`
const keepsTen = { history: { count: 10, ageMs: null, bytes: null } }

/** Two topics with five updates each in their history. */
async function withHistory(world: World): Promise<Client> {
  const client = await world.connected()
  for (const path of ['h/1', 'h/2']) await client.ask({ kind: 'create', path, properties: keepsTen })
  for (const value of ['1', '2', '3', '4', '5']) for (const path of ['h/1', 'h/2']) world.publish(path, value)
  return client
}

/** Where a reader of everything stands now. */
async function positionNow(client: Client): Promise<Position> {
  await client.subscribe('#')
  await client.roundTrip()
  const { position } = client.ear
  await client.ask({ kind: 'unsubscribe', selector: '#' })
  return position
}

/** What a reader is told of the time before it. */
export const past: readonly ConformanceCase[] = [
  {
    name: 'history of all topics of a wildcard is told on request, each oldest first [SEM 2.3]',
    run: async (world) => {
      const client = await withHistory(world)
      await client.subscribe('h/+', { delivery: 'all', since: { kind: 'count', count: 3 } })
      for (const path of ['h/1', 'h/2']) assert.deepEqual(client.texts(path), ['3', '4', '5'], path)
      const other = await world.connected()
      await other.subscribe('h/#', { delivery: 'all', since: { kind: 'duration', ms: 3_600_000 } })
      for (const path of ['h/1', 'h/2']) assert.deepEqual(other.texts(path).slice(-5), ['1', '2', '3', '4', '5'], path)
    },
  },
  {
    name: 'of a position that is asked for everything since is told, removals too [SEM 2.3]',
    run: async (world) => {
      const client = await withHistory(world)
      world.publish('gone', 'x')
      const position = await positionNow(client)
      const before = client.ear.updates.length
      for (const value of ['6', '7']) world.publish('h/1', value)
      await world.remove('gone')
      await client.subscribe('#', { delivery: 'all', since: { kind: 'position', position } })
      const told = client.ear.updates.slice(before).map((update) => `${update.path} ${update.isRemoved}`)
      assert.deepEqual(told.sort(), ['gone true', 'h/1 false', 'h/1 false'])
      assert.deepEqual(client.texts('h/1').slice(-2), ['6', '7'])
    },
  },
  {
    name: 'a position of another epoch is answered with what is lost, and with current values [SEM 2.3]',
    run: async (world) => {
      const client = await withHistory(world)
      const position = { epoch: '00000000000000aa', offset: 3, held: [] }
      const told = client.next('resynchronised')
      await client.subscribe('h/#', { since: { kind: 'position', position } })
      const { reason, selectors } = await told
      assert.deepEqual([reason, selectors], ['history', ['h/#']])
      for (const path of ['h/1', 'h/2']) assert.equal(client.valueOf(path), '5')
    },
  },
  {
    name: 'a wildcard without a snapshot is sent a topic in full once, and then what changes in it [SEM 3.4]',
    run: async (world) => {
      world.publish('d/1', long('0'))
      const client = await world.connected()
      await client.subscribe('d/#', { snapshot: false })
      for (const value of ['1', '2', '3']) {
        world.publish('d/1', long(value))
        await client.hears('d/1', long(value))
      }
      assert.deepEqual(
        client.ear.updates.map(({ isDelta }) => isDelta),
        [false, true, true],
      )
    },
  },
  {
    name: 'a wildcard without a snapshot is told of the removal of a topic that it was never sent [SEM 4.6]',
    run: async (world) => {
      world.publish('d/1', 'x')
      const client = await world.connected()
      await client.subscribe('d/#', { snapshot: false })
      await world.remove('d/1')
      await client.until('a removal', () => client.ear.updates.length > 0)
      assert.deepEqual(
        client.ear.updates.map(({ path, isRemoved }) => [path, isRemoved]),
        [['d/1', true]],
      )
    },
  },
  {
    name: 'a reader of `all` that was away is told what came just before a removal, and the removal [SEM 3.6]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t', { delivery: 'all' })
      world.publish('t', '1')
      await client.hears('t', '1')
      await world.lose(client)
      const before = client.ear.updates.length
      for (const value of ['2', '3']) world.publish('t', value)
      await world.remove('t')
      world.publish('t', 'anew')
      assert.equal((await client.resume()).start, 'resumed')
      await client.hears('t', 'anew')
      const told = client.ear.updates.slice(before).map(({ value, isRemoved }) => (isRemoved ? 'went' : text(value)))
      assert.deepEqual(told, ['2', '3', 'went', 'anew'])
    },
  },
]
