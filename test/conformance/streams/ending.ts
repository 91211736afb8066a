import assert from 'node:assert/strict'
import type { Authentication } from '../../../core/index.js'
import { closeReasons } from '../../../core/index.js'
import { plainHello, publication } from '../../support/memory-peer.js'
import type { ConformanceCase } from '../world.js'

let answers: ((result: Authentication) => void)[] = []

const slow = () => {
  answers = []
  return {
    authenticator: { authenticate: (_credentials: object, answer: (typeof answers)[0]) => answers.push(answer) },
  }
}

const principal = { name: 'ada', roles: [], rootPath: '', properties: {} }

/** How links and sessions end. */
export const ending: readonly ConformanceCase[] = [
  {
    name: 'bye ends the session with the link [PROTOCOL 2.12]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t')
      client.say({ kind: 'bye' })
      assert.equal(await client.ended(), 'bye')
      const { sessions, subscriptions } = world.gateway.statistics()
      assert.deepEqual({ sessions, subscriptions }, { sessions: 0, subscriptions: 0 })
      assert.equal((await client.resume()).start, 'new')
    },
  },
  {
    name: 'a link that is lost, or left without bye, leaves its session waiting [PROTOCOL 2.12]',
    run: async (world) => {
      for (const end of ['cut', 'close'] as const) {
        const client = await world.connected()
        const link = world.links.at(-1)
        client[end]()
        await client.until('closed', () => link?.closedWith !== null)
        assert.equal(link?.closedWith, 'linkLost', end)
        assert.equal((await client.resume()).start, 'resumed', end)
      }
    },
  },
  {
    name: 'a session that asked not to outlive its link does not [PROTOCOL 2.5]',
    run: async (world) => {
      const client = await world.connected({ sessionTimeoutMs: 0 })
      client.cut()
      await client.until('no session', () => world.gateway.statistics().sessions === 0)
    },
  },
  {
    name: 'at `sessionsMax` the session of a user that has waited longest ends for a newcomer, who is turned away if all have links [PROTOCOL 2.12]',
    gateway: () => ({ limits: { sessionsMax: 3 } }),
    run: async (world) => {
      const [first, second] = [await world.connected(), await world.connected()]
      for (const client of [second, first]) await world.lose(client)
      for (let count = 1; count <= 2; count++) await world.connected()
      assert.equal(world.gateway.statistics().sessions, 3)
      assert.equal((await first.resume()).start, 'resumed')
      const late = await world.client().dial()
      late.say(plainHello)
      assert.equal(await late.ended(), 'tooManyConnections')
      first.cut()
      await first.until('a lost link', () => world.gateway.statistics().links === 2)
      assert.equal((await second.resume()).start, 'new')
    },
  },
  {
    name: 'silence beyond the keep-alive ends the link as keepAliveTimeout, a ping in time prevents it [PROTOCOL 2.11]',
    run: async (world) => {
      const [silent, pinging] = [await world.connected({ keepAliveMs: 10_000 }), world.client()]
      await pinging.connect({ keepAliveMs: 10_000 })
      for (let times = 0; times < 3; times++) {
        await world.time.pass(5_000)
        await pinging.roundTrip()
      }
      assert.equal(await silent.ended(), 'keepAliveTimeout')
      assert.equal(pinging.ear.closedFor, null)
      assert.equal((await silent.resume()).start, 'resumed')
    },
  },
  {
    name: 'draining tells each client first, then closes; who comes then is sent away [PROTOCOL 2.13]',
    run: async (world) => {
      const client = await world.connected()
      await client.subscribe('t')
      world.publish('t', 'last')
      let isDone = false
      world.gateway.drain(5_000, () => {
        isDone = true
      })
      assert.equal(await client.ended(), 'draining')
      await client.until('drained', () => isDone)
      assert.equal(client.ear.replies('draining').length, 1)
      assert.equal(client.valueOf('t'), 'last')
      const late = await world.client().dial()
      late.say(plainHello)
      assert.equal(await late.ended(), 'draining')
    },
  },
  {
    name: 'what is said behind the message that ends a link is not done',
    run: async (world) => {
      const client = await world.connected()
      client.say({ kind: 'bye' })
      client.say(publication('t', '1'))
      assert.equal(await client.ended(), 'bye')
      await client.until('closed', () => world.links[0]?.closedWith !== null)
      assert.equal(world.gateway.statistics().topics, 0)
      assert.equal(world.links[0]?.kinds.at(-1), 'bye')
    },
  },
  {
    name: 'the end is told once, last, and with its reason, whoever ends the link and however often',
    run: async (world) => {
      for (const reason of ['slowConsumer', 'internalError', 'tooManyRequests'] as const) {
        const client = await world.connected()
        const link = world.links.at(-1)
        link?.close(reason)
        link?.close('bye')
        assert.equal(await client.ended(), reason, `${closeReasons[reason].code}`)
        await client.until('closed', () => link?.closedWith !== null)
        assert.equal(link?.closedWith, reason)
        link?.close('bye')
      }
      await world.time.pass(1_000)
      const { links, closed } = world.gateway.statistics()
      assert.equal(links, 0)
      assert.deepEqual(closed, { slowConsumer: 1, internalError: 1, tooManyRequests: 1 })
    },
  },
  {
    name: 'after its end a link delivers nothing and takes nothing',
    run: async (world) => {
      const [reader, other] = [await world.connected(), await world.connected()]
      for (const client of [reader, other]) await client.subscribe('t')
      world.links[0]?.close('slowConsumer')
      world.publish('t', '1')
      await other.hears('t', '1')
      assert.equal(await reader.ended(), 'slowConsumer')
      reader.say(publication('t', '2'))
      await other.roundTrip()
      assert.deepEqual([reader.texts('t'), other.texts('t')], [[], ['1']])
    },
  },
  {
    name: 'a link that ends while its client is being authenticated opens no session [SEM 6.1]',
    gateway: slow,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      await client.until('authentication', () => answers.length === 1)
      client.cut()
      await client.until('closed', () => world.gateway.statistics().links === 0)
      answers[0]?.({ kind: 'accepted', principal })
      await world.time.pass(100)
      assert.equal(world.gateway.statistics().sessions, 0)
    },
  },
]
