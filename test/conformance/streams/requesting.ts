import assert from 'node:assert/strict'
import { text } from '../../support/memory-peer.js'
import type { Answer, Client } from '../client.js'
import { refusalOf } from '../client.js'
import type { ConformanceCase } from '../world.js'

const fetchOf = (selector: string, more: { after?: string; limit?: number; describe?: boolean } = {}) =>
  ({ kind: 'fetch', selector, after: null, limit: 0, describe: false, ...more }) as const

const administer = (
  operation: 'listSessions' | 'showSession' | 'removeSession' | 'showGateway',
  target = '',
  after = '',
) => ({ kind: 'administer', operation, target, after }) as const

function fetched(answer: Answer) {
  assert.equal(answer.kind, 'fetched')
  return answer.kind === 'fetched' ? answer : { topics: [], after: null }
}

/** A member of a report. [PROTOCOL 9.3] */
function reported(answer: Answer, member: string): unknown {
  assert.equal(answer.kind, 'report')
  return answer.kind === 'report' ? Reflect.get(Object(JSON.parse(answer.document)), member) : null
}

function idsIn(answer: Answer): unknown[] {
  const sessions = reported(answer, 'sessions')
  return Array.isArray(sessions) ? sessions.map(({ id }) => id) : []
}

async function fetchAll(client: Client, selector: string, limit: number): Promise<string[]> {
  const paths: string[] = []
  for (let after: string | null = null, pages = 0; pages === 0 || after !== null; pages++) {
    const page = fetched(await client.ask(fetchOf(selector, { limit, ...(after !== null && { after }) })))
    assert.ok(page.topics.length <= limit)
    paths.push(...page.topics.map(({ path }) => path))
    after = page.after
  }
  return paths
}

/** What nobody may do anything with. */
let forbidden = ''

/** What is asked for and answered once. */
export const requesting: readonly ConformanceCase[] = [
  {
    name: 'a fetch gives current values with type, version, time and attributes [PROTOCOL 3.9]',
    run: async (world) => {
      const attributes = {
        pairs: [['a', 'b']],
        contentType: null,
        isText: false,
        replyPath: null,
        correlation: null,
      } as const
      world.publish('f/a', '21.5', { type: 'double', timeMs: 1_000, attributes })
      const client = await world.connected()
      const [topic, ...others] = fetched(await client.ask(fetchOf('f/#'))).topics
      assert.equal(others.length, 0)
      assert.ok(topic?.value)
      assert.equal(text(topic.value), '21.5')
      const { path, type, version, timeMs, properties } = topic
      assert.deepEqual(
        { path, type, version, timeMs, properties },
        {
          path: 'f/a',
          type: 'double',
          version: { offset: 1, previous: 0 },
          timeMs: 1_000,
          properties: null,
        },
      )
      assert.deepEqual(topic.attributes, attributes)
    },
  },
  {
    name: 'a fetch of many topics comes in pages, each topic once [PROTOCOL 3.9]',
    run: async (world) => {
      const paths = Array.from({ length: 25 }, (_, index) => `p/${index}`)
      for (const path of [...paths, 'q']) world.publish(path, path)
      const client = await world.connected()
      assert.deepEqual((await fetchAll(client, 'p/#', 10)).sort(), paths.sort())
      assert.equal(await client.refused(fetchOf('p/#', { after: 'nothing' })), 'notFound')
    },
  },
  {
    name: 'who leaves many fetches open loses its own oldest, not those of others [PROTOCOL 3.9]',
    gateway: () => ({ limits: { fetchSessionCursorsMax: 3, fetchCursorsMax: 5 } }),
    run: async (world) => {
      for (const path of ['p/1', 'p/2']) world.publish(path, path)
      const [modest, greedy, late] = [await world.connected(), await world.connected(), await world.connected()]
      const begin = async (client: Client) => `${fetched(await client.ask(fetchOf('p/#', { limit: 1 }))).after}`
      const goOn = async (client: Client, after: string) => refusalOf(await client.ask(fetchOf('p/#', { after })))
      const mine = await begin(modest)
      const names: string[] = []
      for (let count = 0; count < 10; count++) names.push(await begin(greedy))
      assert.deepEqual([await goOn(greedy, `${names[6]}`), await goOn(greedy, `${names[7]}`)], ['notFound', 'fetched'])
      assert.equal(await goOn(modest, mine), 'fetched')
      // Now it is the node that has no room: the oldest goes, whosever it is.
      const others = [await begin(modest), await begin(late), await begin(late), await begin(late)]
      assert.deepEqual([await goOn(greedy, `${names[8]}`), await goOn(greedy, `${names[9]}`)], ['notFound', 'fetched'])
      assert.equal(await goOn(late, `${others[3]}`), 'fetched')
    },
  },
  {
    name: 'rights that are taken away between two pages of a fetch count from there on [SEM 6.1]',
    gateway: () => {
      forbidden = ''
      const allows = (_who: object, _action: string, path: string) => forbidden === '' || path !== forbidden
      return { authorizer: { generation: 0, allows, coverage: () => (forbidden === '' ? 'all' : 'some') } }
    },
    run: async (world) => {
      for (const path of ['p/1', 'p/2', 'p/3']) world.publish(path, path)
      const client = await world.connected()
      const first = fetched(await client.ask(fetchOf('p/#', { limit: 1 })))
      forbidden = 'p/2'
      const next = fetched(await client.ask(fetchOf('p/#', { after: `${first.after}` })))
      assert.deepEqual([...first.topics, ...next.topics].map(({ path }) => path).sort(), ['p/1', 'p/3'])
    },
  },
  {
    name: 'a topic is created with properties, which describing shows [PROTOCOL 3.10]',
    run: async (world) => {
      const client = await world.connected()
      const properties = { type: 'json', delivery: 'all', priority: 0 } as const
      const create = { kind: 'create', path: 'c', properties } as const
      for (const time of ['first', 'again']) assert.equal((await client.ask(create)).kind, 'done', time)
      assert.equal(await client.refused({ ...create, properties: { type: 'int64' } }), 'alreadyExists')
      assert.equal(await client.refused({ ...create, path: '$c' }), 'forbidden')
      assert.deepEqual(fetched(await client.ask(fetchOf('c'))).topics, [])
      const [topic] = fetched(await client.ask(fetchOf('c', { describe: true }))).topics
      assert.equal(topic?.value, null)
      const { type, delivery, priority } = topic?.properties ?? {}
      assert.deepEqual({ type, delivery, priority }, properties)
    },
  },
  {
    name: 'removing answers how many topics went [PROTOCOL 3.2]',
    run: async (world) => {
      for (const path of ['r/1', 'r/2', 's']) world.publish(path, path)
      const client = await world.connected()
      const answer = await client.ask({ kind: 'remove', selector: 'r/#' })
      assert.ok(answer.kind === 'done' && answer.count === 2)
      assert.equal(world.gateway.statistics().topics, 1)
    },
  },
  {
    name: 'each request is answered with its own number, however many are asked at once [PROTOCOL 3.1]',
    run: async (world) => {
      const client = await world.connected()
      const asked = Array.from({ length: 20 }, (_, index) =>
        client.ask(index % 2 === 0 ? fetchOf('#') : { kind: 'unsubscribe', selector: 'none' }),
      )
      const answers = await Promise.all(asked)
      assert.deepEqual(
        answers.map(refusalOf),
        answers.map((_, index) => (index % 2 === 0 ? 'fetched' : 'notFound')),
      )
    },
  },
  {
    name: 'sessions are listed and shown, with what they acknowledged [PROTOCOL 9.1]',
    run: async (world) => {
      const [admin, other] = [await world.connected(), world.client()]
      const { sessionId } = await other.connect({ agent: 'a reader' })
      await other.subscribe('t')
      world.publish('t', '1')
      await other.hears('t', '1')
      await other.acknowledge()
      const shown = await admin.ask(administer('showSession', sessionId))
      assert.deepEqual([reported(shown, 'agent'), reported(shown, 'appliedOffset')], ['a reader', 1])
      assert.ok(JSON.stringify(reported(await admin.ask(administer('listSessions')), 'sessions')).includes(sessionId))
      assert.equal(reported(await admin.ask(administer('showGateway')), 'sessions'), 2)
    },
  },
  {
    name: 'a list of sessions goes on behind its last page, also where the session named last has ended [PROTOCOL 9.2]',
    gateway: () => ({ limits: { listSessionsMax: 2 } }),
    run: async (world) => {
      const clients = [
        await world.connected(),
        await world.connected(),
        await world.connected(),
        await world.connected(),
      ]
      const ids = clients.map(({ ear }) => ear.replies('welcome')[0]?.sessionId)
      const [admin, second] = clients
      assert.ok(admin && second)
      const first = await admin.ask(administer('listSessions'))
      const after = reported(first, 'after')
      assert.deepEqual([idsIn(first), typeof after], [ids.slice(0, 2), 'string'])
      second.say({ kind: 'bye' })
      await second.ended()
      const next = await admin.ask(administer('listSessions', '', `${after}`))
      assert.deepEqual(idsIn(next), ids.slice(2))
      const last = await admin.ask(administer('listSessions', '', `${reported(next, 'after')}`))
      assert.deepEqual([idsIn(last), reported(last, 'after')], [[], null])
      assert.equal(await admin.refused(administer('listSessions', '', 'nothing')), 'notFound')
    },
  },
  {
    name: 'a session that is removed ends with its link, as sessionRemoved [PROTOCOL 9.1]',
    run: async (world) => {
      const [admin, other] = [await world.connected(), world.client()]
      const { sessionId } = await other.connect()
      assert.equal((await admin.ask(administer('removeSession', sessionId))).kind, 'done')
      assert.equal(await other.ended(), 'sessionRemoved')
      assert.equal(await admin.refused(administer('removeSession', sessionId)), 'notFound')
      assert.equal((await other.resume()).start, 'new')
    },
  },
]
