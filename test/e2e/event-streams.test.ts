/** Event streams as a browser reads them by itself: Debian's Chromium with its own EventSource, and the built gateway. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Context } from 'mocha'
import { after, afterEach, before, suite, test } from 'mocha'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { Session } from '../../sdk/index.js'
import { Cable } from '../interop/cable.js'
import { Nginx } from '../interop/http/nginx.js'
import { portOf } from '../interop/ports.js'
import { needsPeer } from '../support/peers.js'
import type { Served } from '../support/served-gateway.js'
import { ServedGateway, streamPath } from '../support/served-gateway.js'
import { StreamTab } from '../support/stream-tab.js'
import { certificateFile } from '../support/tcp-listener.js'

const rules = [
  '{selector: "count/#", delivery: all, history: {count: 1000}}',
  '{selector: "kept/#", persist: true}',
].join(', ')
const usual = [`topics.rules=[${rules}]`, 'transports.sse.retryMs=100']

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

const byNumber = (a: number, b: number): number => a - b

const publish = async (session: Session, first: number, last: number, pathOf = (_: number) => 'count/a') => {
  await Promise.all(numbers(first, last).map((number) => session.publish(pathOf(number), number)))
}

/** Names that lead here, so that pages come from hosts that are not this machine's own name. */
const names = '--host-resolver-rules=MAP *.test 127.0.0.1'

const token = 'kDpb2fB0uHDd8O7pQDY2yA'

suite('event streams in a browser', function () {
  this.timeout(60_000)
  let browser: Browser
  const ends: (() => Promise<unknown>)[] = []

  before(async function () {
    const executablePath = needsPeer(this, 'chromium', 'reads event streams by itself')
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', names] })
  })
  after(() => browser?.close())
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  async function served(context: Context, { settings = [], isDurable = false }: Served = {}): Promise<ServedGateway> {
    const gateway = await ServedGateway.start(context, { settings: [...usual, ...settings], isDurable })
    ends.push(() => gateway.stop())
    return gateway
  }

  async function tabAt(url: string, options: object = {}): Promise<StreamTab> {
    const tab = await StreamTab.open(browser, url, options)
    ends.push(() => tab.close())
    return tab
  }

  test('a stream whose line breaks comes back by itself, and nothing is missed or repeated', async function () {
    const gateway = await served(this)
    const session = await gateway.session()
    const cable = await Cable.to(gateway.port)
    ends.push(async () => cable.cut())
    const tab = await tabAt(`http://127.0.0.1:${cable.port}/`)
    const stream = await tab.listen(streamPath(['count/a']))
    await tab.synced(stream)
    for (let round = 0; round < 4; round++) {
      const first = round * 150 + 1
      await publish(session, first, first + 49)
      const all = publish(session, first + 50, first + 99)
      cable.break()
      await all
      await publish(session, first + 100, first + 149)
      await tab.synced(stream, round + 2)
    }
    await publish(session, 601, 700)
    await tab.reached(stream, 700)
    assert.deepEqual(await tab.numbers(stream), numbers(1, 700))
    const { begun, events } = await tab.stream(stream)
    assert.deepEqual([begun, new Set(events.map(({ event }) => event))], [5, new Set(['update', 'synced'])])
  })

  test('a gateway that is killed and started again at its port is found again, and nothing is missed or repeated', async function () {
    const gateway = await served(this, { isDurable: true })
    const topic = (number: number) => `kept/${number}`
    const tab = await tabAt(`${gateway.origin}/`)
    const stream = await tab.listen(streamPath(['kept/#']))
    await tab.synced(stream)
    await publish(await gateway.session(), 1, 150, topic)
    await tab.reached(stream, 150)
    await gateway.kill()
    await tab.until(stream, 'stream.source.readyState === 0')
    await gateway.startAgain()
    await publish(await gateway.session(), 151, 300, topic)
    await tab.synced(stream, 2)
    await publish(await gateway.session(), 301, 450, topic)
    await tab.reached(stream, 450)
    const { begun, events } = await tab.stream(stream)
    assert.deepEqual([begun, new Set(events.map(({ event }) => event))], [2, new Set(['update', 'synced'])])
    assert.deepEqual(await tab.numbers(stream), numbers(1, 450))
  })

  test('a gateway that is asked to end says so, and the page comes back to the next one', async function () {
    const gateway = await served(this)
    const tab = await tabAt(`${gateway.origin}/`)
    const stream = await tab.listen(streamPath(['count/a']))
    await tab.synced(stream)
    await publish(await gateway.session(), 1, 100)
    await tab.reached(stream, 100)
    await gateway.drain()
    await tab.until(stream, `stream.events.at(-1).event === 'closed'`)
    const { events } = await tab.stream(stream)
    assert.match(events.at(-1)?.data ?? '', /"reason":"draining","text":.*"retry":true/)
    await gateway.startAgain()
    await publish(await gateway.session(), 101, 110)
    await tab.reached(stream, 110)
    assert.equal((await tab.stream(stream)).events.filter(({ event }) => event === 'resync').length, 1)
  })

  test('a page behind nginx survives the gateway: it is hung up on meanwhile, and comes back', async function () {
    const gateway = await served(this, { isDurable: true })
    const nginx = await Nginx.start(this, gateway.port)
    ends.push(() => nginx.stop())
    const topic = (number: number) => `kept/${number}`
    const tab = await tabAt(`${nginx.origin}/`, { ignoreHTTPSErrors: true })
    const stream = await tab.listen(streamPath(['kept/#']))
    await tab.synced(stream)
    await gateway.kill()
    // It asks again while nobody is there to answer nginx.
    const refused = tab.page.waitForEvent('requestfailed')
    await tab.until(stream, 'stream.source.readyState === 0')
    await refused
    await gateway.startAgain()
    await publish(await gateway.session(), 1, 50, topic)
    await tab.reached(stream, 50)
    assert.equal((await tab.stream(stream)).readyState, 1)
    assert.deepEqual((await tab.numbers(stream)).sort(byNumber), numbers(1, 50))
  })

  test('over HTTP/1.1 the seventh stream waits until another ends', async function () {
    const gateway = await served(this)
    const session = await gateway.session()
    const tab = await tabAt(`${gateway.origin}/`)
    for (const number of numbers(0, 6)) await tab.listen(streamPath(['a', `own/${number}`]))
    for (const number of numbers(0, 5)) await tab.synced(number)
    await session.publish('a', 1)
    for (const number of numbers(0, 5)) await tab.reached(number, 1)
    assert.deepEqual(await tab.stream(6), { readyState: 0, begun: 0, events: [] })
    await tab.end(0)
    await tab.synced(6)
  })

  test('over HTTP/2 twenty streams share a connection', async function () {
    const tls = [
      'http.tls.port=0',
      `http.tls.cert=${certificateFile('server.pem')}`,
      `http.tls.key=${certificateFile('server.key')}`,
    ]
    const gateway = await served(this, { settings: tls })
    const origin = `https://127.0.0.1:${await gateway.portOf('sse https:')}`
    const tab = await tabAt(`${origin}/`, { ignoreHTTPSErrors: true })
    const protocol = await tab.page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol")
    assert.equal(protocol, 'h2')
    for (const number of numbers(0, 19)) await tab.listen(streamPath(['count/a', `own/${number}`]))
    for (const number of numbers(0, 19)) await tab.synced(number)
    await publish(await gateway.session(), 1, 100)
    for (const number of numbers(0, 19)) {
      await tab.reached(number, 100)
      assert.deepEqual(await tab.numbers(number), numbers(1, 100))
    }
  })

  suite('pages of other origins', () => {
    let pages: Server
    let gateway: ServedGateway
    let port = 0
    const urlOf = (host: string, path: string) => `http://${host}:${gateway.port}${path}`

    before(async function () {
      pages = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>page'))
      await once(pages.listen(0, '127.0.0.1'), 'listening')
      port = portOf(pages)
      gateway = await ServedGateway.start(this, {
        settings: [
          ...usual,
          `transports.sse.origins=["http://desk.site.test:${port}"]`,
          'auth.anonymous=true',
          `auth.users=[{name: screen, tokens: [{token: sha256$${createHash('sha256').update(token).digest('hex')}}]}]`,
        ],
      })
    })
    after(async () => {
      pages?.closeAllConnections()
      pages?.close()
      await gateway?.stop()
    })

    test('one that is listed may read, another may not', async () => {
      const listed = await tabAt(`http://desk.site.test:${port}/`)
      const stream = await listed.listen(urlOf('gateway.site.test', streamPath(['a'])))
      await listed.synced(stream)
      const other = await tabAt(`http://other.site.test:${port}/`)
      const refused = await other.listen(urlOf('gateway.site.test', streamPath(['a'])))
      await other.until(refused, 'stream.source.readyState === 2')
      assert.deepEqual((await other.stream(refused)).events, [])
    })

    test('the cookie rivulet_token signs in where the page says so, and nobody has one that is made up', async () => {
      const tab = await tabAt(`http://desk.site.test:${port}/`)
      const cookie = { name: 'rivulet_token', domain: 'gateway.site.test', path: '/', sameSite: 'Lax' } as const
      const url = urlOf('gateway.site.test', streamPath(['a']))
      await tab.context.addCookies([{ ...cookie, value: token }])
      await tab.synced(await tab.listen(url, { withCredentials: true }))
      const session = await gateway.session()
      const users = (await session.sessions()).map(({ principal }) => principal)
      assert.ok(users.includes('screen'), users.join(' '))
      await tab.context.addCookies([{ ...cookie, value: 'made-up' }])
      await tab.synced(await tab.listen(url))
      const asked = tab.page.waitForResponse((answer) => answer.status() !== 200)
      const signed = await tab.listen(url, { withCredentials: true })
      await tab.until(signed, 'stream.source.readyState === 2')
      assert.equal((await asked).status(), 401)
    })
  })
})
