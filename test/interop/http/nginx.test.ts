/** The documented nginx before the built gateway: docs/operating/behind-nginx.md. */
import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'mocha'
import { connectAsync } from 'mqtt'
import { WebSocket } from 'ws'
import type { Session } from '../../../sdk/index.js'
import { connect } from '../../../sdk/index.js'
import { within } from '../../support/deadline.js'
import { reached } from '../../support/running-gateway.js'
import { ServedGateway, streamPath } from '../../support/served-gateway.js'
import { certificateFile } from '../../support/tcp-listener.js'
import { authority } from '../../support/tls-peer.js'
import type { Hearing } from './hearing.js'
import { Nginx } from './nginx.js'
import type { OpenStream } from './readers.js'
import { curlReader } from './readers.js'

const rules = '[{selector: "count/#", delivery: all, history: {count: 1000}}]'
const settings = [`topics.rules=${rules}`, 'http.forwardedFrom=[127.0.0.1]', 'transports.sse.streamsPerClientMax=2']

/** Knows who signed the certificate. */
class TrustingWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { ca: authority })
  }
}

suite('behind nginx', function () {
  this.timeout(30_000)
  let gateway: ServedGateway
  let nginx: Nginx
  let session: Session
  const streams: OpenStream[] = []
  const others: { stop(): Promise<void> }[] = []
  let open: (query: string, more?: readonly string[], lastEventId?: string) => Hearing

  before(async function () {
    gateway = await ServedGateway.start(this, { settings })
    nginx = await Nginx.start(this, gateway.port)
    session = await gateway.session()
    open = (path, more = [], lastEventId = '') => {
      const url = path.startsWith('https:') ? path : `${nginx.origin}${path}`
      const stream = curlReader(this.ctx, ['--cacert', certificateFile('authority.pem'), ...more])(url, lastEventId)
      streams.push(stream)
      return stream.hearing
    }
  })
  after(async () => {
    await nginx?.stop()
    await gateway?.stop()
  })
  afterEach(async () => {
    await Promise.all(streams.splice(0).map((stream) => stream.close()))
    for (const other of others.splice(0)) await other.stop()
  })

  for (const version of ['http1.1', 'http2'])
    test(`events arrive at once over ${version}: each is published when the one before was read`, async () => {
      const heard = open(streamPath([`count/${version}`]), [`--${version}`])
      await heard.event('synced')
      for (let number = 1; number <= 50; number++) {
        await session.publish(`count/${version}`, number)
        await heard.event('update', number)
      }
      assert.equal(heard.numbers.at(-1), 50)
    })

  test('a quiet stream lives by its heartbeats, and not without them', async function () {
    const hasty = { 'proxy_read_timeout 90s': 'proxy_read_timeout 1s' }
    for (const heartbeatMs of [200, 60_000]) {
      const quiet = await ServedGateway.start(this, { settings: [`transports.sse.heartbeatMs=${heartbeatMs}`] })
      others.push(quiet)
      const proxy = await Nginx.start(this, quiet.port, hasty)
      others.push(proxy)
      const heard = open(`${proxy.origin}${streamPath(['quiet'])}`)
      await heard.event('synced')
      await heard.until('ten comments, or the end', () => heard.comments >= 10 || heard.isOver)
      assert.equal(heard.isOver, heartbeatMs === 60_000)
      if (heard.isOver) continue
      const publisher = await quiet.session()
      await publisher.publish('quiet', 'no more')
      await heard.event('update')
    }
  })

  test('a reader whose proxy was killed goes on behind its last event', async () => {
    const path = 'count/killed'
    const heard = open(streamPath([path]))
    await heard.event('synced')
    const publish = (first: number, last: number) =>
      Promise.all(Array.from({ length: last - first + 1 }, (_, at) => session.publish(path, first + at)))
    const all = publish(1, 200)
    await heard.until('fifty numbers', () => heard.numbers.length >= 50)
    await nginx.kill()
    await Promise.all([all, heard.ended()])
    await publish(201, 300)
    await nginx.startAgain()
    const later = open(streamPath([path]), [], heard.lastId)
    await later.event('synced')
    await publish(301, 400)
    await later.until('the last number', () => later.numbers.includes(400))
    assert.deepEqual(
      [...heard.numbers, ...later.numbers],
      Array.from({ length: 400 }, (_, index) => index + 1),
    )
  })

  test('while the gateway is away a stream that is asked for is hung up on, not refused', async function () {
    const away = await ServedGateway.start(this)
    const proxy = await Nginx.start(this, away.port)
    others.push(proxy)
    await away.stop()
    const heard = open(`${proxy.origin}${streamPath(['a'])}`, ['--http1.1', '--include'])
    await heard.ended()
    assert.deepEqual([heard.events, heard.unread], [[], ''])
    const refused = open(`${proxy.origin}/else`, ['--http1.1', '--include'])
    await refused.ended()
    assert.match(refused.unread, /^HTTP\/1\.1 502 /)
  })

  test('limits of streams hold for each client behind the proxy, whatever it says of itself', async () => {
    const from = (client: number, more: readonly string[] = []) =>
      open(streamPath(['a']), ['--http1.1', '--interface', `127.0.0.${client}`, ...more])
    const [first, second] = [from(2), from(2, ['--header', 'X-Forwarded-For: 10.0.0.1'])]
    await Promise.all([first.event('synced'), second.event('synced')])
    const third = from(2, ['--header', 'X-Forwarded-For: 10.0.0.2'])
    await third.ended()
    assert.match(third.unread, /"status":429,"code":"tooManyConnections"/)
    await from(3).event('synced')
  })

  test('a session of the SDK works, and recovers when the proxy was killed', async () => {
    const url = `wss://127.0.0.1:${nginx.port}/ws`
    const far = await connect(url, { webSocket: TrustingWebSocket })
    others.push({ stop: () => far.close() })
    const heard: unknown[] = []
    const subscription = far.subscribe('sdk/#', { delivery: 'all' })
    subscription.on('update', ({ value }) => heard.push(value))
    await subscription.synced
    await far.publish('sdk/a', 'x'.repeat(200_000))
    const recovered = reached(far, 'recovering')
    await nginx.kill()
    await within('the loss', recovered)
    const live = reached(far, 'live')
    await nginx.startAgain()
    await within('the recovery', live)
    await session.publish('sdk/a', 'again')
    const topics = await far.fetch('sdk/#')
    assert.deepEqual([topics[0]?.value, heard.at(-1), heard.length], ['again', 'again', 2])
  })

  test('MQTT over WebSocket goes through', async () => {
    const device = await connectAsync(`wss://127.0.0.1:${nginx.port}/mqtt`, { ca: authority, protocolVersion: 5 })
    others.push({ stop: () => device.endAsync() })
    const came = new Promise((resolve) => device.once('message', (_, payload) => resolve(payload.toString())))
    await device.subscribeAsync('device/a', { qos: 1 })
    await session.publish('device/a', 'hello')
    assert.equal(await within('the message', came), 'hello')
  })
})
