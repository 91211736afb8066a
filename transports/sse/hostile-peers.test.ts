import assert from 'node:assert/strict'
import { connect as connectSecurely } from 'node:http2'
import { afterEach, suite, test } from 'mocha'
import { Random } from '../../test/support/random.js'
import { RawPeer } from '../../test/support/sse/raw-peer.js'
import type { StreamWorld } from '../../test/support/sse/streams.js'
import { StreamGateway, until } from '../../test/support/sse/streams.js'
import { certificateFile } from '../../test/support/tcp-listener.js'
import { authority } from '../../test/support/tls-peer.js'

const places: StreamGateway[] = []

/** A gateway, and a reader on it who is to notice nothing. */
async function open(world: StreamWorld = {}) {
  const place = await StreamGateway.open(world)
  places.push(place)
  const bystander = await place.read('topic=bystander')
  await bystander.event('synced')
  let said = 0
  /** Others are served as before. */
  const othersGoOn = async () => {
    said += 1
    place.publish('bystander', `${said}`)
    await bystander.until(`${said}`, () => bystander.values().at(-1) === said)
  }
  /** Nothing is left of anybody but the bystander. */
  const forgotten = async () => {
    await until('only the bystander', () => {
      const { links, sessions, subscriptions } = place.gateway.statistics()
      const here = [links, sessions, subscriptions, place.running.counters?.().connections]
      return here.every((count) => count === 1) && place.http.counters().connections === 1
    })
    await othersGoOn()
  }
  return { place, bystander, othersGoOn, forgotten }
}

/** Requests whose heads are given up soon, so that no test waits. */
const hasty = { headersTimeoutMs: 100, requestTimeoutMs: 150 }

const get = (target: string, ...fields: readonly string[]) =>
  `${['GET', target, 'HTTP/1.1\r\nhost: localhost\r\n'].join(' ')}${fields.map((field) => `${field}\r\n`).join('')}\r\n`
const stream = (...fields: readonly string[]) => get('/sse?topic=a', ...fields)
const selecting = (...selectors: readonly string[]) =>
  get(`/sse?${selectors.map((selector) => `topic=${encodeURIComponent(selector)}`).join('&')}`)
const manyFields = (count: number) => Array.from({ length: count }, (_, index) => `x${index}: y`)
const topics = (count: number) => Array.from({ length: count }, (_, index) => `a/${index}`)
/** Linear to match, as all are here, and as many states as one may have. */
const heavy = (index: number) => `~"(((a|b)*)*(a?){120})*${index}"`

/** What is refused, and how: status and code, or nothing where the connection is closed without a word. */
const refused: readonly (readonly [what: string, said: string, outcome: string])[] = [
  ['half a head', 'GET /sse?topic=a HTTP/1.1\r\nho', '408 requestTimeout'],
  ['no head', '', '408 requestTimeout'],
  ['what is no HTTP', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', '400 malformedRequest'],
  ['HTTP/2 without a certificate', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 malformedRequest'],
  ['HTTP of another age', 'GET /sse?topic=a HTTP/3.0\r\n\r\n', '400 malformedRequest'],
  ['no host', 'GET /sse?topic=a HTTP/1.1\r\n\r\n', '400'],
  ['a WebSocket', stream('connection: upgrade', 'upgrade: websocket'), '404 notFound'],
  ['a tunnel', 'CONNECT here:80 HTTP/1.1\r\nhost: localhost\r\n\r\n', ''],
  ['fields without end', stream(...manyFields(2_000)), '431 headTooLarge'],
  ['a query of 8 KB', get(`/sse?topic=${'a'.repeat(8_192)}`), '431 headTooLarge'],
  ['a selector of almost 8 KB', selecting('a'.repeat(8_000)), '400 invalidSelector'],
  ['a parameter of almost 8 KB', get(`/sse?topic=a&${'x'.repeat(8_000)}=1`), '400 invalidParameter'],
  ['65 topics', selecting(...topics(65)), '400 tooManySelectors'],
  ['parameters without end', get(`/sse?${'a&'.repeat(3_000)}`), '400 invalidParameter'],
  ['half a percent-encoding', get('/sse?topic=a%2'), '400 invalidEncoding'],
  ['a percent-encoding of no text', get('/sse?topic=%c0%af'), '400 invalidEncoding'],
  ['half a character', get('/sse?topic=%ed%a0%80'), '400 invalidEncoding'],
  ['an encoded NUL', get('/sse?topic=a%00b'), '400 invalidSelector'],
  ['a NUL', get('/sse?topic=a\0b'), '400 malformedRequest'],
  ['bytes above ASCII', get('/sse?topic=é'), '400 malformedRequest'],
  ['an expression of too many states', selecting('~"(a{1,100}){1,100}"'), '400 invalidSelector'],
  ['an expression that is nested too deep', selecting(`~"${'('.repeat(99)}a${')'.repeat(99)}"`), '400 invalidSelector'],
  [
    'more heavy expressions than a session may have',
    selecting(...topics(64).map((_, i) => heavy(i))),
    '503 limitReached',
  ],
  [
    'a body with another method',
    'POST /sse?topic=a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 999999999\r\n\r\nx',
    '405 methodNotAllowed',
  ],
  ['two lengths', stream('content-length: 1', 'content-length: 2'), '400 malformedRequest'],
  ['a length and a coding', stream('content-length: 1', 'transfer-encoding: chunked'), '400 malformedRequest'],
  ['another request behind that for a stream', stream() + stream(), ''],
  ['requests without end behind that for a stream', stream().repeat(500), ''],
  ['a request hidden in the body of one that is longer than it says', `${stream('content-length: 1')}x${stream()}`, ''],
]

/** What is odd and does no harm: a stream begins. */
const served: readonly (readonly [what: string, said: string])[] = [
  ['a target as proxies are asked', get('http://localhost/sse?topic=a')],
  [
    'HTTP/2 offered in the clear',
    stream('connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMA'),
  ],
  ['HTTP/1.0', 'GET /sse?topic=a HTTP/1.0\r\n\r\n'],
  ['many fields', stream(...manyFields(50))],
  ['a body', `${stream('content-length: 5')}hello`],
  ['a body that is a request', `${stream('content-length: 31')}GET /sse?topic=b HTTP/1.1\r\n\r\n\r\n\r\n`],
  ['a body in chunks', `${stream('transfer-encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`],
  ['64 topics', selecting(...topics(64))],
  ['an id of almost 8 KB', stream(`last-event-id: ${'A'.repeat(7_900)}`)],
  ['two ids', stream('last-event-id: a', 'last-event-id: b')],
  ['an expression that would take others for ever', selecting('~"(a*)*b"')],
  ['a stream behind what is answered at once', `OPTIONS /sse HTTP/1.1\r\nhost: localhost\r\n\r\n${stream()}`],
]

/** What nobody waits for once a stream has begun: its answer would never come. */
const behind: readonly (readonly [what: string, said: string])[] = [
  ['another stream', stream()],
  ['another request', get('/elsewhere')],
  ['half a request and then the rest of none', 'GET /sse?to\0'],
  ['garbage', '\0\x01\x02garbage'],
  ['an end of line, and garbage', '\r\n\r\nx y z\r\n'],
]

suite('event streams and a hostile peer', () => {
  afterEach(async () => {
    for (const place of places.splice(0)) {
      await place.close()
      assert.deepEqual(place.failures, [])
    }
  })

  for (const [what, said, outcome] of refused)
    test(`${what} gets ${outcome || 'nothing'}, and no stream begins`, async () => {
      const { place, forgotten } = await open(outcome.startsWith('408') ? { http: hasty } : {})
      const peer = await RawPeer.dial(place.port)
      peer.say(said)
      await peer.closed()
      assert.equal(peer.outcome, outcome)
      assert.doesNotMatch(peer.heard, /event:/)
      await forgotten()
    })

  for (const [what, said] of served)
    test(`${what} gets a stream`, async () => {
      const { place, forgotten } = await open()
      place.publish('a', `"${'a'.repeat(1_000)}"`)
      const peer = await RawPeer.dial(place.port)
      peer.say(said)
      await peer.hears('event: synced')
      peer.cut()
      await forgotten()
    })

  for (const [what, said] of behind)
    test(`${what} behind an open stream ends it`, async () => {
      const { place, forgotten } = await open()
      const peer = await RawPeer.dial(place.port)
      peer.say(stream())
      await peer.hears('event: synced')
      peer.say(said)
      await peer.closed()
      assert.equal(peer.heard.match(/HTTP\/1\.1/g)?.length, 1)
      await forgotten()
    })

  test('a body without end is not read, and ends its stream when its time is over', async () => {
    const { place, othersGoOn, forgotten } = await open({ http: { ...hasty, requestTimeoutMs: 600 } })
    const peer = await RawPeer.dial(place.port)
    const before = process.memoryUsage().arrayBuffers
    peer.say(stream('content-length: 1000000000'))
    await peer.hears('event: synced')
    for (let part = 0; part < 50; part++) peer.say('x'.repeat(1_000_000))
    await othersGoOn()
    assert.ok(process.memoryUsage().arrayBuffers - before < 60_000_000)
    await peer.closed()
    await forgotten()
  })

  test('a head that comes a byte at a time is given up in time', async () => {
    const { place, forgotten } = await open({ http: hasty })
    const peer = await RawPeer.dial(place.port)
    peer.say('GET /sse?topic=a HTTP/1.1\r\nx: ')
    for (let bytes = 0; !peer.isOver; bytes++) {
      if (bytes < 5_000) peer.say('y')
      await new Promise(setImmediate)
    }
    assert.equal(peer.outcome, '408 requestTimeout')
    await forgotten()
  })

  test('a reader that never reads costs its topics once, whatever is published, and others are told at once', async () => {
    const { place, bystander, othersGoOn, forgotten } = await open()
    const peer = await RawPeer.dial(place.port)
    peer.stall()
    peer.say(get('/sse?topic=big/%23'))
    await until('its stream', () => place.gateway.statistics().links === 2)
    const value = 'x'.repeat(100_000)
    for (let count = 1; count <= 2_000; count++) {
      place.publish(`big/${count % 10}`, value)
      if (count % 10 === 0) await othersGoOn()
    }
    assert.equal(place.gateway.statistics().blockedLinks, 1)
    assert.equal(bystander.values().length, 200, 'each came, one after another')
    peer.unstall()
    await until('the rest', () => place.gateway.statistics().blockedLinks === 0)
    place.publish('big/last', 'behind them')
    await peer.hears('"behind them"')
    // What the kernel took for it, some megabytes, and what was newest then: not the 200 MB that were published.
    assert.ok(peer.bytesHeard < 40_000_000, `${peer.bytesHeard} bytes were held`)
    peer.cut()
    await forgotten()
  })

  test('readers that never read are forgotten when they leave, however they do', async () => {
    const { place, othersGoOn, forgotten } = await open()
    for (let topic = 0; topic < 100; topic++) place.publish(`big/${topic}`, 'x'.repeat(100_000))
    const peers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.dial(place.port)))
    for (const peer of peers) {
      peer.stall()
      peer.say(get('/sse?topic=big/%23'))
    }
    await until('all blocked', () => place.gateway.statistics().blockedLinks === peers.length)
    await othersGoOn()
    for (const [index, peer] of peers.entries()) index % 2 === 0 ? peer.cut() : peer.reset()
    await forgotten()
  })

  test('whoever leaves in the middle of anything, politely or not, leaves nothing', async () => {
    const { place, forgotten } = await open()
    const random = new Random(5)
    for (let topic = 0; topic < 300; topic++) place.publish(`a/${topic}`, 'x'.repeat(1_000))
    const leave = async () => {
      const peer = await RawPeer.dial(place.port)
      const said = get('/sse?topic=a/%23&topic=b')
      peer.say(said.slice(0, random.pick([0, 10, said.length - 1, said.length, said.length])))
      for (let turns = random.below(12); turns > 0; turns--) await new Promise(setImmediate)
      place.publish(`a/${random.below(300)}`, 'y')
      random.pick([() => peer.cut(), () => peer.reset(), () => peer.finish()])()
      await peer.closed()
    }
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 10 }, leave))
    await forgotten()
  })

  test('of two thousand streams of one client as many begin as may, the others are told when to come back', async () => {
    const { place, othersGoOn, forgotten } = await open({ sse: { streamsPerClientMax: 21 } })
    const peers: RawPeer[] = []
    for (let round = 0; round < 20; round++) {
      const some = await Promise.all(Array.from({ length: 100 }, () => RawPeer.dial(place.port)))
      for (const peer of some) peer.say(stream())
      await until('an answer for each', () => some.every((peer) => peer.isOver || peer.heard.includes('event: synced')))
      await othersGoOn()
      peers.push(...some)
    }
    const outcomes = peers.map(({ outcome }) => outcome)
    assert.equal(outcomes.filter((outcome) => outcome === '200').length, 20)
    assert.equal(outcomes.filter((outcome) => outcome === '429 tooManyConnections').length, 1_980)
    for (const peer of peers) peer.cut()
    await forgotten()
  })

  test('streams that are asked for and reset at once, thousands on one connection of HTTP/2, leave nothing', async () => {
    const tls = { port: 0, cert: certificateFile('server.pem'), key: certificateFile('server.key') }
    const { place, forgotten, othersGoOn } = await open({ http: { tls, ...hasty } })
    const session = connectSecurely(`https://localhost:${place.securedPort}`, { ca: authority })
    session.on('error', () => session.destroy())
    for (let round = 0; round < 20; round++) {
      for (let each = 0; each < 100 && !session.destroyed; each++) {
        const asked = session.request({ ':path': '/sse?topic=bystander' })
        asked.on('error', () => undefined)
        asked.close(8)
      }
      await othersGoOn()
    }
    session.destroy()
    await forgotten()
  })

  test('heavy expressions over names as long as may be hold up nobody', async () => {
    const { place, othersGoOn, forgotten } = await open()
    const peer = await RawPeer.dial(place.port)
    peer.say(selecting(...Array.from({ length: 3 }, (_, index) => heavy(index))))
    await peer.hears('event: synced')
    const before = process.cpuUsage()
    for (let count = 0; count < 100; count++) {
      place.publish(`${'ab'.repeat(500)}${count}`, '1')
      await othersGoOn()
    }
    // Time of the processor, since machines can be busy; 8 ms each is what core's bounds allow.
    assert.ok(process.cpuUsage(before).user < 4_000_000)
    peer.cut()
    await forgotten()
  })
})
