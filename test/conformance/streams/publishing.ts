import assert from 'node:assert/strict'
import type { Attributes, Publish } from '../../../core/index.js'
import { bytes, publication, text } from '../../support/memory-peer.js'
import { Random } from '../../support/random.js'
import type { ConformanceCase } from '../world.js'

/** Values that a careless medium would spoil. */
const values: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(0),
  nul: Uint8Array.of(0),
  everyByte: Uint8Array.from({ length: 256 }, (_, index) => index),
  hundredKilobytes: new Random(3).bytes(100_000),
  text: bytes('žluťoučký kůň 🐎\r\n\t"\\'),
}

const typed = [
  ['json', '{"a":[1,2]}'],
  ['string', 'plain'],
  ['int64', '-9007199254740993'],
  ['double', '2.5'],
  ['binary', '\u0000\u0001'],
] as const

const attributes: Attributes = {
  pairs: [
    ['unit', '°C'],
    ['unit', 'K'],
    ['', ''],
  ],
  contentType: 'text/plain; charset=utf-8',
  isText: false,
  replyPath: 'answers/7',
  correlation: Uint8Array.of(0, 255, 1),
}

/** Publishes that are refused, each with its code; `bound` is an int64 topic at some version. */
const refusals: readonly (readonly [code: string, path: string, value: string, more: Partial<Publish>])[] = [
  ['typeMismatch', 'bound', 'x', { type: 'string' }],
  ['invalidValue', 'bound', 'x', {}],
  ['conditionFailed', 'bound', '1', { expect: { kind: 'absent' } }],
  ['conditionFailed', 'none', '1', { expect: { kind: 'version', epoch: '0000000000000000', offset: 1 } }],
  ['forbidden', '$SYS/x', '1', {}],
  ['invalidPath', '', '1', {}],
  ['invalidPath', 'a/+/b', '1', {}],
  ['invalidPath', 'a\u0000b', '1', {}],
  ['tooLarge', 'a', '1', { attributes: { ...attributes, pairs: [['x', 'x'.repeat(9_000)]] } }],
]

/** What is published, and what its readers get of it. */
export const publishing: readonly ConformanceCase[] = [
  {
    name: 'a publish reaches every subscriber, its publisher too, with its value byte for byte [SEM 1.7]',
    run: async (world) => {
      const publisher = await world.connected()
      const [byName, byWildcard] = [await world.connected(), await world.connected()]
      for (const name of Object.keys(values)) await byName.subscribe(`v/${name}`)
      for (const client of [byWildcard, publisher]) await client.subscribe('v/#')
      for (const [name, value] of Object.entries(values)) await publisher.publish(`v/${name}`, value)
      for (const client of [byName, byWildcard, publisher]) {
        await client.until('all values', () => client.ear.updates.length === Object.keys(values).length)
        for (const [name, value] of Object.entries(values)) assert.deepEqual(client.ear.values.get(`v/${name}`), value)
      }
    },
  },
  {
    name: 'a value keeps the type under which it was published [SEM 4.4]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t/+')
      for (const [type, value] of typed)
        assert.equal((await client.publish(`t/${type}`, value, { type })).kind, 'accepted')
      await client.until('all types', () => client.ear.updates.length === typed.length)
      assert.deepEqual(
        client.ear.updates.map((update) => [update.path, update.type, text(update.value)]),
        typed.map(([type, value]) => [`t/${type}`, type, value]),
      )
    },
  },
  {
    name: 'a value without a type is json, else string, else binary, each update anew [SEM 4.4]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('g', { delivery: 'all' })
      for (const value of [bytes('21.5'), bytes('N/A'), Uint8Array.of(255)]) await client.publish('g', value)
      await client.until('three updates', () => client.ear.updates.length === 3)
      assert.deepEqual(
        client.ear.updates.map(({ type }) => type),
        ['json', 'string', 'binary'],
      )
    },
  },
  {
    name: 'attributes and the time of the source arrive unchanged [SEM 1.7]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('a')
      await client.publish('a', '1', { attributes, timeMs: 1_234_567_890_123 })
      await client.hears('a', '1')
      assert.deepEqual(client.ear.updates[0]?.attributes, attributes)
      assert.equal(client.ear.updates[0]?.timeMs, 1_234_567_890_123)
      await client.publish('a', '2')
      await client.hears('a', '2')
      assert.equal(client.ear.updates[1]?.attributes, null)
    },
  },
  {
    name: 'the answer to a publish carries the version that readers see [SEM 4.1]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('a', { delivery: 'all' })
      const answers = [await client.publish('a', '1'), await client.publish('a', '2')]
      await client.hears('a', '2')
      assert.deepEqual(
        answers.map((answer) => answer.kind === 'accepted' && answer.version.offset),
        client.ear.updates.map(({ offset }) => offset),
      )
    },
  },
  {
    name: 'a refused publish says why, changes nothing, and its session lives [PROTOCOL 6.7] [SEM 5.2]',
    run: async (world) => {
      const client = await world.connected()
      await client.publish('bound', '5', { type: 'int64' })
      for (const [code, path, value, more] of refusals)
        assert.equal(await client.refusedPublish(path, value, more), code, `${path} ${JSON.stringify(more)}`)
      assert.equal(world.gateway.statistics().topics, 1)
      await client.roundTrip()
    },
  },
  {
    name: 'an alias stands for a path once it was bound, and not before [PROTOCOL 6.1, 6.2]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('long/path')
      assert.equal(await client.refusedPublish('', '0', { path: null, alias: 3 }), 'unknownAlias')
      await client.publish('long/path', '1', { alias: 3 })
      await client.publish('', '2', { path: null, alias: 3 })
      await client.hears('long/path', '2')
    },
  },
  {
    name: 'an alias of a path that is none is not bound, and stands for nothing any more [PROTOCOL 6.2]',
    run: async (world) => {
      const client = await world.connected()
      for (const path of ['a/+', '', 'x'.repeat(8_000)]) {
        assert.equal((await client.publish('a', '1', { alias: 3 })).kind, 'accepted')
        assert.equal(await client.refusedPublish(path, '2', { alias: 3 }), 'invalidPath', path)
        assert.equal(await client.refusedPublish('', '3', { path: null, alias: 3 }), 'unknownAlias', path)
      }
    },
  },
  {
    name: 'aliases beyond `aliasBytesMax` are not bound: their publishes are done by path, and room comes back [PROTOCOL 6.2]',
    gateway: () => ({ limits: { aliasBytesMax: 250 } }),
    run: async (world) => {
      const client = await world.connected()
      const byAlias = (alias: number) => client.publish('', '2', { path: null, alias })
      const paths = ['1', '2', '3'].map((digit) => digit.repeat(100))
      for (const [index, path] of paths.entries())
        assert.equal((await client.publish(path, '1', { alias: index + 1 })).kind, 'accepted')
      for (const alias of [1, 2]) assert.equal((await byAlias(alias)).kind, 'accepted')
      assert.equal(await client.refusedPublish('', '2', { path: null, alias: 3 }), 'unknownAlias')
      await client.publish('short', '1', { alias: 1 })
      await client.publish(`${paths[2]}`, '1', { alias: 3 })
      for (const alias of [1, 2, 3]) assert.equal((await byAlias(alias)).kind, 'accepted')
    },
  },
  {
    name: 'a publish without a sequence is answered only if it is refused [PROTOCOL 6.3]',
    run: async (world) => {
      const client = await world.connected()
      client.say(publication('a', '1'))
      client.say(publication('$x', '1'))
      await client.roundTrip()
      assert.deepEqual([client.ear.replies('accepted').length, client.ear.replies('publishRefused').length], [0, 1])
      assert.equal(world.gateway.statistics().topics, 1)
    },
  },
  {
    name: 'a repeated sequence is answered as accepted and changes nothing [SEM 4.3]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('a', { delivery: 'all' })
      for (const [sequence, value] of [
        [1, 'one'],
        [2, 'two'],
        [1, 'again'],
      ] as const)
        assert.equal((await client.publish('a', value, { sequence })).kind, 'accepted')
      await client.roundTrip()
      assert.deepEqual(client.texts('a'), ['one', 'two'])
    },
  },
  {
    name: 'a repeated sequence that was refused is refused again, and changes nothing [SEM 4.3]',
    run: async (world) => {
      const client = await world.connected()
      await client.publish('a', 'one', { sequence: 1 })
      for (const attempt of ['$x', 'a', 'a'])
        assert.equal((await client.publish(attempt, 'two', { sequence: 2 })).kind, 'publishRefused')
      assert.equal((await client.publish('a', 'three', { sequence: 1 })).kind, 'accepted')
      assert.equal((await client.publish('a', 'four', { sequence: 3 })).kind, 'accepted')
    },
  },
  {
    name: 'updates of one publisher to one topic keep their order [SEM 4.2]',
    run: async (world) => {
      const [publisher, reader] = [await world.connected(), await world.connected()]
      await reader.subscribe('a', { delivery: 'all' })
      const wanted = Array.from({ length: 300 }, (_, index) => `${index}`)
      for (const value of wanted) publisher.say(publication('a', value))
      await reader.hears('a', '299')
      assert.deepEqual(reader.texts('a'), wanted)
    },
  },
  {
    name: 'a merge patch changes the named members only [PROTOCOL 6.5]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('j')
      await client.publish('j', '{"a":1,"b":2}', { type: 'json' })
      await client.publish('j', '{"b":null,"c":3}', { merge: true })
      await client.hears('j', '{"a":1,"c":3}')
    },
  },
  {
    name: 'a value with a lifetime is gone after it [PROTOCOL 6.5]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('a')
      await client.publish('a', '1', { lifetimeMs: 60_000 })
      await client.hears('a', '1')
      await world.time.pass(62_000)
      await client.until('no value', () => client.valueOf('a') === null)
    },
  },
  {
    name: 'a value as long as the limit allows does not end the link, whatever stands around it, and one byte more is refused [PROTOCOL 1.9]',
    gateway: () => ({ limits: { messageBytesMax: 70_000 } }),
    run: async (world) => {
      const client = await world.connected()
      const long: Attributes = { ...attributes, pairs: [['n', 'x'.repeat(8_000)]] }
      await client.publish('a', new Uint8Array(70_000 - 1), { attributes: long })
      client.say(publication('a', new Uint8Array(70_000), { sequence: 2, attributes: long }))
      await client.until('a refusal', () => client.ear.replies('publishRefused')[0]?.refusal.code === 'tooLarge')
      await client.roundTrip()
    },
  },
  {
    name: 'a value above the limit is refused as tooLarge, or ends the link as messageTooLarge [PROTOCOL 1.9]',
    gateway: () => ({ limits: { messageBytesMax: 70_000 } }),
    run: async (world) => {
      const [client, other] = [await world.connected(), await world.connected()]
      client.say(publication('a', new Uint8Array(70_001), { sequence: 1 }))
      const refused = () => client.ear.replies('publishRefused')[0]?.refusal.code === 'tooLarge'
      await client.until('a refusal or the end', () => refused() || client.ear.closedFor === 'messageTooLarge')
      assert.equal(world.gateway.statistics().topics, 0)
      await other.roundTrip()
    },
  },
]
