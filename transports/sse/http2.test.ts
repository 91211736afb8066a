import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:http2'
import { createParser } from 'eventsource-parser'
import { afterEach, suite, test } from 'mocha'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import type { StreamWorld } from '../../test/support/sse/streams.js'
import { StreamGateway, until } from '../../test/support/sse/streams.js'
import { certificateFile } from '../../test/support/tcp-listener.js'
import { authority } from '../../test/support/tls-peer.js'

const tls = { port: 0, cert: certificateFile('server.pem'), key: certificateFile('server.key') }

const closing: (() => Promise<void>)[] = []

async function open(world: StreamWorld = {}) {
  const place = await StreamGateway.open({ http: { tls }, ...world })
  const session = connect(`https://localhost:${place.securedPort}`, { ca: authority })
  closing.push(async () => {
    session.destroy()
    await place.close()
    assert.deepEqual(place.failures, [])
  })
  await once(session, 'connect')
  const read = (query: string) => {
    const stream = session.request({ ':path': `/sse?${query}`, accept: 'text/event-stream' })
    const names: string[] = []
    const heard = { stream, names, status: 0, ended: false, last: '' }
    const parser = createParser({
      onEvent: ({ event = '', data }) => {
        names.push(event)
        heard.last = data
      },
    })
    stream.setEncoding('utf8')
    stream.on('response', (head) => {
      heard.status = Number(head[':status'])
    })
    stream.on('data', (text: string) => parser.feed(text))
    stream.on('close', () => {
      heard.ended = true
    })
    return heard
  }
  return { place, session, read }
}

suite('event streams over HTTP/2', () => {
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  test('are many on one connection', async () => {
    const { place, read } = await open()
    const readers = Array.from({ length: 50 }, (_, index) => read(`topic=a/${index}&topic=all`))
    await until('synced', () => readers.every(({ names }) => names.includes('synced')))
    assert.equal(place.http.counters().connections, 1)
    place.publish('all', '1')
    place.publish('a/7', '2')
    await until('updates', () => readers.every(({ names }) => names.includes('update')))
    await until('its own', () => readers[7]?.names.filter((name) => name === 'update').length === 2)
    readers[3]?.stream.close()
    await until('one less', () => place.running.counters?.().connections === 49)
    place.publish('all', '3')
    await until('the others go on', () => readers.every(({ last }, index) => index === 3 || last.includes('"value":3')))
  })

  test('are refused without ending the connection', async () => {
    const { read } = await open()
    const wrong = read('topic=a/')
    await until('a problem', () => wrong.ended)
    assert.equal(wrong.status, 400)
    const right = read('topic=a')
    await until('synced', () => right.names.includes('synced'))
  })

  test('of a reader that opens no window conflate, and the others on its connection go on', async () => {
    const { place, read } = await open()
    const [stalled, other] = [read('topic=big'), read('topic=small')]
    await until('both', () => stalled.names.length > 0 && other.names.length > 0)
    stalled.stream.pause()
    for (let value = 1; value <= 300; value++) {
      place.publish('big', `${value} ${'x'.repeat(20_000)}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    place.publish('small', '1')
    await until('the other', () => other.names.includes('update'))
    stalled.stream.resume()
    await until('the newest', () => stalled.last.includes('"300 x'))
    assert.ok(stalled.names.length < 200, `${stalled.names.length} of 300 were told`)
  })

  test('end with a reason when the gateway stops', async () => {
    const { place, read } = await open()
    const reader = read('topic=a')
    await until('synced', () => reader.names.includes('synced'))
    place.gateway.drain(1_000, () => undefined)
    await until('the end', () => reader.ended)
    assert.equal(reader.names.at(-1), 'closed')
    assert.equal(reader.stream.rstCode, 0)
  })

  test('end with a reason when the gateway is gone at once', async () => {
    const { place, read } = await open()
    const reader = read('topic=a')
    await until('synced', () => reader.names.includes('synced'))
    await place.close()
    await until('the end', () => reader.ended)
    assert.equal(reader.names.at(-1), 'closed')
  })

  test('end with a reason when the last selector is withdrawn', async () => {
    const access = new ScriptedAccess()
    const { place, read } = await open({ gateway: { authenticator: access, authorizer: access } })
    const reader = read('topic=a')
    await until('synced', () => reader.names.includes('synced'))
    access.covered = () => 'none'
    access.generation += 1
    place.publish('c', '1')
    await until('the end', () => reader.ended)
    assert.deepEqual(reader.names, ['synced', 'unsubscribed', 'closed'])
    assert.equal(reader.stream.rstCode, 0)
  })

  test('that are asked for while the gateway stops are hung up on, so that an EventSource comes back, and leave nothing', async () => {
    const { place, read } = await open()
    const first = read('topic=a')
    await until('synced', () => first.names.includes('synced'))
    place.gateway.drain(60_000, () => undefined)
    const late = read('topic=b')
    await until('its end', () => late.ended)
    assert.equal(late.status, 0)
    await until('its place', () => (place.running.counters?.().connections ?? 2) <= 1)
  })
})
