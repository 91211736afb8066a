import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'
import type { Fetch, GatewayMessage } from '../index.js'

const administer = { kind: 'administer', request: 1, operation: 'listSessions', target: '', after: '' } as const

const fetchOf = (more: Partial<Fetch> = {}): Fetch => ({
  kind: 'fetch',
  request: 1,
  selector: 'f/#',
  after: null,
  limit: 0,
  describe: false,
  ...more,
})

/** The newest message of a kind. */
function last<Kind extends GatewayMessage['kind']>(peer: MemoryPeer, kind: Kind) {
  const found = peer.heard.findLast((item): item is Extract<GatewayMessage, { kind: Kind }> => item.kind === kind)
  assert.ok(found, `no ${kind}`)
  return found
}

const refusalsOf = (peer: MemoryPeer) =>
  peer.heard.flatMap((item) => (item.kind === 'publishRefused' ? [`${item.refusal.code} ${item.sequence}`] : []))

suite('the bounds of a session', () => {
  test('an alias above the bound stays unbound, and those up to it work', () => {
    const { clock, peer } = memoryGateway({ limits: { aliasesMax: 2 } })
    const client = peer()
    client.publish('a', '1', { sequence: 1, alias: 2 })
    client.publish('', '2', { sequence: 2, path: null, alias: 2 })
    client.publish('b', '1', { sequence: 3, alias: 3 })
    client.publish('', '2', { sequence: 4, path: null, alias: 3 })
    clock.advance(50)
    assert.deepEqual(refusalsOf(client), ['unknownAlias 4'])
  })

  test('a longer keep-alive than the gateway allows is cut to that, and the client is told [PROTOCOL 2.5]', () => {
    const { clock, peer } = memoryGateway({ limits: { keepAliveMsMax: 20_000 } })
    const client = peer({ keepAliveMs: 3_600_000 })
    assert.equal(last(client, 'welcome').keepAliveMs, 20_000)
    clock.advance(19_000)
    assert.equal(client.closedFor, null)
    clock.advance(4_000)
    assert.equal(client.closedFor, 'keepAliveTimeout')
  })

  test('sessions are listed in pages of at most the bound, each session once [PROTOCOL 9.2]', () => {
    const { clock, peer } = memoryGateway({ limits: { listSessionsMax: 2 } })
    const clients = Array.from({ length: 5 }, () => peer())
    const [asking] = clients
    assert.ok(asking)
    const sizes: number[] = []
    const listed: unknown[] = []
    let after: string | null = ''
    while (after !== null) {
      asking.send({ ...administer, after })
      clock.advance(50)
      const page: { sessions: unknown[]; after: string | null } = JSON.parse(last(asking, 'report').document)
      after = page.after
      sizes.push(page.sessions.length)
      listed.push(...page.sessions.map((session) => Reflect.get(Object(session), 'id')))
    }
    assert.deepEqual(sizes, [2, 2, 1])
    assert.deepEqual(
      listed,
      clients.map((client) => last(client, 'welcome').sessionId),
    )
  })

  test('a fetched page ends with the topic that fills its bytes', () => {
    const { clock, peer } = memoryGateway({ limits: { fetchBytesMax: 250 } })
    const client = peer()
    for (let topic = 0; topic < 7; topic++) client.publish(`f/${topic}`, 'x'.repeat(100))
    const sizes: number[] = []
    for (let after: string | null = null, pages = 0; pages === 0 || after !== null; pages++) {
      client.send(fetchOf({ after }))
      clock.advance(50)
      const page: Extract<GatewayMessage, { kind: 'fetched' }> = last(client, 'fetched')
      sizes.push(page.topics.length)
      after = page.after
    }
    assert.deepEqual(sizes, [3, 3, 1])
  })

  test('a fetched page is full by its attributes and owners too, and so is the room for answers that wait', () => {
    const { clock, gateway, peer } = memoryGateway({ limits: { fetchBytesMax: 250, repliesBytesMax: 1_000 } })
    const client = peer()
    const attributes = {
      pairs: [['name', 'x'.repeat(80)]],
      contentType: null,
      isText: false,
      replyPath: null,
      correlation: null,
    } as const
    for (let topic = 0; topic < 9; topic++) {
      client.publish(`f/${topic}`, '', { attributes })
      client.send({ kind: 'create', request: 1, path: `g/${topic}`, properties: { owner: 'o'.repeat(100) } })
    }
    client.send(fetchOf())
    client.send(fetchOf({ selector: 'g/#', describe: true }))
    clock.advance(50)
    const pages = client.heard.flatMap((item) => (item.kind === 'fetched' ? [item.topics.length] : []))
    assert.deepEqual(pages, [3, 3])
    const reader = peer({}, 100)
    reader.stall()
    for (let request = 1; request <= 20; request++) reader.send(fetchOf({ request }))
    clock.advance(1_000)
    const waiting = Array.from(gateway.sessions.all(), ({ outbox }) => outbox.replies.length)
    assert.deepEqual(waiting, [0, 4])
  })

  test('at the bound of open fetches the oldest is forgotten, and the others go on', () => {
    const { clock, peer } = memoryGateway({ limits: { fetchCursorsMax: 2 } })
    const client = peer()
    for (const path of ['f/1', 'f/2']) client.publish(path, '1')
    const names = [1, 2, 3].map((request) => {
      client.send(fetchOf({ request, limit: 1 }))
      clock.advance(50)
      return last(client, 'fetched').after
    })
    for (const [index, after] of names.entries()) client.send(fetchOf({ request: 11 + index, limit: 1, after }))
    clock.advance(50)
    const refused = last(client, 'refused')
    assert.deepEqual([refused.request, refused.refusal.code], [11, 'notFound'])
    const answered = client.heard.flatMap((item) => (item.kind === 'fetched' ? [item.request] : []))
    assert.deepEqual(answered, [1, 2, 3, 12, 13])
  })

  test('a publish too old to tell is refused as staleSequence and changes nothing [PROTOCOL 6.4]', () => {
    const { clock, peer } = memoryGateway()
    const client = peer()
    client.subscribe('t')
    client.publish('t', 'new', { sequence: 100 })
    client.publish('t', 'old', { sequence: 36 })
    client.publish('u', 'just in time', { sequence: 37 })
    clock.advance(50)
    assert.deepEqual(refusalsOf(client), ['staleSequence 36'])
    assert.equal(client.values.get('t'), 'new')
  })
})
