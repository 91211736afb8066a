/** What docs/adr/0018-event-streams.md says of better-sse 0.16.1, and the same asked of our own streams. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createSession } from 'better-sse'
import { afterEach, suite, test } from 'mocha'
import { RawPeer } from '../../test/support/sse/raw-peer.js'
import type { HeardEvent } from '../../test/support/sse/streams.js'
import { StreamGateway, StreamReader, until } from '../../test/support/sse/streams.js'

type Session = Awaited<ReturnType<typeof createSession>>

/** Of its own, as far as they matter here. */
interface Options {
  readonly sanitizer?: (text: string) => string
}

const closing: (() => unknown)[] = []

const megabytes = 64
const value = 'x'.repeat(1_000_000)
const asked = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
/** What a kernel takes for a reader who takes nothing, with plenty to spare. */
const kernelBytesMax = 24_000_000

/** A server of it, and the session of the next reader with what Node holds for it. */
async function betterSse(options: Options = {}) {
  const begun: { session: Session; response: ServerResponse }[] = []
  const open = async (request: IncomingMessage, response: ServerResponse) => {
    begun.push({ session: await createSession(request, response, options), response })
  }
  const server = createServer(open).listen(0, '127.0.0.1')
  closing.push(() => server.close().closeAllConnections())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const first = async () => {
    await until('a session', () => begun.length > 0)
    const [one] = begun
    assert.ok(one)
    return one
  }
  return { port, first }
}

async function ours(): Promise<StreamGateway> {
  const place = await StreamGateway.open()
  closing.push(() => place.close())
  return place
}

/** What a reader hears of one event. */
async function heardOf(push: (session: Session) => void, options: Options = {}): Promise<readonly HeardEvent[]> {
  const { port, first } = await betterSse(options)
  const reader = await StreamReader.open(port, '/')
  const { session } = await first()
  push(session)
  session.push('last', 'last', '9')
  await reader.event('last')
  reader.cut()
  return reader.events.slice(0, -1)
}

suite('better-sse, and our own streams', () => {
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  const forging = 'forged\ndata: "forged"\nid: 1\n\nevent: quote'
  const forged = { event: 'forged', id: '1', data: 'forged' }

  test('a line break in an event name or an id begins a field with it, unless its `sanitizer` is replaced', async () => {
    assert.deepEqual((await heardOf((session) => session.push(1, forging, '2')))[0], forged)
    assert.deepEqual((await heardOf((session) => session.push(1, 'quote', `2\n\nevent: ${forging}`)))[0], forged)
    const sanitizer = (text: string) => text.replaceAll(/[\r\n]/g, ' ')
    const heard = await heardOf((session) => session.push(1, forging, '2'), { sanitizer })
    assert.deepEqual(
      heard.map(({ data }) => data),
      [1],
    )
  })

  test('with us a topic, a value and the id of whoever comes back begin none', async () => {
    const place = await ours()
    const path = `a\n\nevent: ${forging}`
    const reader = await place.read(`topic=%23&lastEventId=${encodeURIComponent(forging)}`)
    await reader.event('synced')
    place.publish(path, forging)
    const { data } = await reader.event('update')
    assert.deepEqual([data.path, data.value], [path, forging])
    assert.deepEqual(reader.names(), ['resync', 'synced', 'update'])
  })

  test('a reader that stalls is queued all that is pushed with it, and the one who pushes is not told', async () => {
    const { port, first } = await betterSse()
    const reader = await RawPeer.dial(port)
    reader.stall()
    reader.say(asked('/'))
    const { session, response } = await first()
    for (let count = 0; count < megabytes; count++) {
      assert.equal(session.push(value), session, 'whatever is queued')
      await new Promise(setImmediate)
    }
    assert.ok(response.writableLength > megabytes * value.length - kernelBytesMax, `${response.writableLength} bytes`)
    reader.cut()
  })

  test('with us it is owed its topic once', async () => {
    const place = await ours()
    const reader = await RawPeer.dial(place.port)
    reader.stall()
    reader.say(asked('/sse?topic=a'))
    await until('its stream', () => place.gateway.statistics().subscriptions === 1)
    for (let count = 0; count < megabytes; count++) {
      place.publish('a', value)
      await new Promise(setImmediate)
    }
    const { bytesOut, owed, blockedLinks } = place.gateway.statistics()
    assert.deepEqual([owed, blockedLinks], [1, 1])
    assert.ok(bytesOut < kernelBytesMax, `${bytesOut} bytes`)
    reader.cut()
  })
})
