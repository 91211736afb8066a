import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import type { Credentials } from '../../core/index.js'
import { principal, ScriptedAccess } from '../../test/support/scripted-access.js'
import type { StreamWorld } from '../../test/support/sse/streams.js'
import { StreamGateway, until } from '../../test/support/sse/streams.js'

const opened: StreamGateway[] = []

async function open(world: StreamWorld = {}): Promise<StreamGateway> {
  const place = await StreamGateway.open(world)
  opened.push(place)
  return place
}

/** All that a peer is told which says this and leaves the rest to the gateway. */
async function exchange(port: number, said: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', () => socket.destroy())
  socket.write(said)
  await once(socket, 'close')
  return heard
}

const tooMany = Array.from({ length: 65 }, (_, index) => `topic=a/${index}`).join('&')

suite('requests for event streams', () => {
  afterEach(async () => {
    for (const place of opened.splice(0)) {
      await place.close()
      assert.deepEqual(place.failures, [])
    }
  })

  for (const [what, query, status, code, detail] of [
    ['without a topic', '', 400, 'invalidParameter', /what to read/],
    ['whose selector lost its end', 'topic=a/', 400, 'invalidParameter', /%23/],
    ['with a selector that is none', 'topic=a/b%23', 400, 'invalidSelector', /topic=a\/b#: .*#/],
    ['with a second selector that is none', 'topic=a&topic=%23/a', 400, 'invalidSelector', /topic=#\/a/],
    ['with an empty selector', 'topic=', 400, 'invalidSelector', /./],
    ['with a NUL', 'topic=a%00', 400, 'invalidSelector', /./],
    ['with too many topics', tooMany, 400, 'tooManySelectors', /64/],
    ['with a rate that is none', 'topic=a&rate=fast', 400, 'invalidParameter', /rate=fast: .*2\/s/],
    [
      'with an unknown parameter',
      'topics=a&topic=b',
      400,
      'invalidParameter',
      /no parameter topics; there are topic, rate/,
    ],
    ['with one twice', 'topic=a&rate=1/s&rate=2/s', 400, 'invalidParameter', /once/],
    ['with a flag that is none', 'topic=a&snapshot=no', 400, 'invalidParameter', /true or false/],
    ['with an unknown delta', 'topic=a&delta=rivulet', 400, 'invalidParameter', /json-patch/],
    ['with an unknown delivery', 'topic=a&delivery=some', 400, 'invalidParameter', /latest or all/],
    ['with a priority out of range', 'topic=a&priority=4', 400, 'invalidParameter', /0 or 1/],
    ['that is not percent-encoded', 'topic=%zz', 400, 'invalidEncoding', /%zz/],
    ['that is not UTF-8', 'topic=%ff', 400, 'invalidEncoding', /%ff/],
  ] as const)
    test(`${what} are answered ${status} ${code}`, async () => {
      const place = await open()
      const reader = await place.read(query)
      const problem = await reader.problem()
      assert.deepEqual([reader.status, problem.code], [status, code])
      assert.match(problem.detail, detail)
      assert.equal(reader.answer.headers['content-type'], 'application/problem+json')
      await place.emptied()
    })

  test('take + as it is, and an exact / at the end', async () => {
    const place = await open()
    place.publish('a/', '1')
    place.publish('b/c', '2')
    const reader = await place.read('topic=a/&topic=+/c&exact=true')
    await reader.event('synced')
    assert.deepEqual(reader.values().sort(), [1, 2])
  })

  for (const [method, status] of [
    ['POST', 405],
    ['PUT', 405],
    ['HEAD', 200],
    ['OPTIONS', 204],
  ] as const)
    test(`${method} is answered ${status}`, async () => {
      const place = await open()
      const reader = await place.read('topic=a', { method })
      await reader.ended()
      assert.deepEqual([reader.status, method === 'HEAD' ? reader.text : ''], [status, ''])
      if (status === 405) assert.equal(reader.answer.headers.allow, 'GET, HEAD, OPTIONS')
      await place.emptied()
    })

  test('below the path are not found, and for something else are not acceptable', async () => {
    const place = await open()
    const { StreamReader } = await import('../../test/support/sse/streams.js')
    const below = await StreamReader.open(place.port, '/sse/a?topic=a')
    assert.equal((await below.problem()).code, 'notFound')
    const other = await place.read('topic=a', { accept: 'application/json' })
    assert.equal((await other.problem()).status, 406)
    const any = await place.read('topic=a', { accept: 'text/html, */*;q=0.1' })
    await any.event('synced')
  })

  test('show who asks by header, query or cookie', async () => {
    const shown: Credentials[] = []
    const access = new ScriptedAccess()
    const authenticator = {
      authenticate: (credentials: Credentials, answer: Parameters<ScriptedAccess['authenticate']>[1]) => {
        shown.push(credentials)
        access.authenticate(credentials, answer)
      },
    }
    const place = await open({ gateway: { authenticator, authorizer: access } })
    for (const [query, headers] of [
      ['', { authorization: 'Bearer one' }],
      ['&token=two', {}],
      ['', { cookie: 'rivulet_token=three' }],
      ['', { authorization: `Basic ${btoa('ann:secret')}` }],
    ] as const)
      await (await place.read(`topic=a${query}`, headers)).event('synced')
    assert.deepEqual(
      shown.map(({ token, user, password }) => token ?? [user, password]),
      ['one', 'two', 'three', ['ann', 'secret']],
    )
    assert.deepEqual(new Set(shown.map(({ peer }) => peer)), new Set(['127.0.0.1']))
  })

  test('of somebody unknown are answered 401 and told how to sign in, of somebody without rights 403', async () => {
    const access = new ScriptedAccess()
    access.waiting = []
    const place = await open({ gateway: { authenticator: access, authorizer: access } })
    const asking = place.read('topic=a')
    await until('a question', () => access.waiting?.length === 1)
    access.waiting?.[0]?.({ kind: 'refused', why: 'unknown' })
    const reader = await asking
    assert.deepEqual([(await reader.problem()).code, reader.status], ['notAuthenticated', 401])
    assert.match(String(reader.answer.headers['www-authenticate']), /Bearer/)
    const odd = await place.read('topic=a', { authorization: 'Negotiate abc' })
    assert.equal((await odd.problem()).status, 401)
    access.waiting = null
    access.covered = () => 'none'
    const forbidden = await place.read('topic=a')
    assert.deepEqual([(await forbidden.problem()).code, forbidden.status], ['forbidden', 403])
    access.allowed = () => false
    assert.equal((await (await place.read('topic=a')).problem()).status, 403)
    await place.emptied()
  })

  test('of more streams than there may be are answered 503, of one client 429, both with Retry-After', async () => {
    for (const [sse, status] of [
      [{ streamsMax: 2 }, 503],
      [{ streamsPerClientMax: 2 }, 429],
    ] as const) {
      const place = await open({ sse })
      const first = await place.read('topic=a')
      await place.read('topic=a')
      const third = await place.read('topic=a')
      assert.deepEqual([third.status, (await third.problem()).code], [status, 'tooManyConnections'])
      assert.match(String(third.answer.headers['retry-after']), /^\d+$/)
      assert.equal(place.running.counters?.()['refused.tooManyConnections'], 1)
      first.cut()
      await until('room', () => place.running.counters?.().connections === 1)
      await (await place.read('topic=a')).event('synced')
    }
  })

  test('of pages from elsewhere are refused, of listed ones answered with what their browser wants to hear', async () => {
    const place = await open({ sse: { origins: ['https://app.example'] } })
    const foreign = await place.read('topic=a', { origin: 'https://evil.example' })
    assert.deepEqual([foreign.status, foreign.answer.headers['access-control-allow-origin']], [403, undefined])
    const listed = await place.read('topic=a', { origin: 'https://app.example' })
    await listed.event('synced')
    assert.equal(listed.answer.headers['access-control-allow-origin'], 'https://app.example')
    assert.equal(listed.answer.headers['access-control-allow-credentials'], 'true')
    const wrong = await place.read('topic=a/', { origin: 'https://app.example' })
    assert.equal(wrong.answer.headers['access-control-allow-origin'], 'https://app.example', 'its page may read why')
  })

  test('by HTTP/1.0 are answered without chunks', async () => {
    const place = await open()
    place.publish('a', '1')
    const socket = connect(place.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.write('GET /sse?topic=a HTTP/1.0\r\n\r\n')
    await until('synced', () => heard.includes('event: synced'))
    assert.match(heard, /^HTTP\/1\.1 200 OK\r\n/)
    assert.doesNotMatch(heard, /transfer-encoding/i)
    assert.match(heard, /\r\n\r\nretry: 2000\n\nevent: update\n/)
    socket.destroy()
    await place.emptied()
  })

  test('behind an open stream on the same connection end it: the answer would never come', async () => {
    const place = await open()
    const head = 'GET /sse?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const socket = connect(place.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', () => socket.destroy())
    socket.write(head)
    await until('synced', () => heard.includes('event: synced'))
    socket.write(head)
    await once(socket, 'close')
    assert.equal(heard.match(/HTTP\/1\.1/g)?.length, 1)
    await place.emptied()
    const inOneGo = await exchange(place.port, head + head + head)
    assert.ok((inOneGo.match(/HTTP\/1\.1/g)?.length ?? 0) <= 1)
    await place.emptied()
  })

  for (const [what, first] of [
    ['a slow answer', 'GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a HEAD that waits for who asks', 'HEAD /sse?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ] as const)
    test(`that stand behind ${what} on their connection leave nothing when it goes`, async () => {
      const access = new ScriptedAccess()
      access.waiting = []
      const place = await open({ gateway: { authenticator: access } })
      place.http.routes.addRequest({ path: '/slow', answer: () => undefined })
      const socket = connect(place.port, '127.0.0.1')
      socket.write(`${first}GET /sse?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      await until('the first', () => place.http.counters().connections === 1)
      socket.destroy()
      await until('its end', () => place.http.counters().connections === 0)
      for (const answer of access.waiting.splice(0)) answer({ kind: 'accepted', principal: principal('ann') })
      await place.emptied()
    })

  test('while the gateway stops an EventSource is hung up on, so that it comes back, and others are answered 503', async () => {
    const place = await open()
    place.gateway.drain(10_000, () => undefined)
    const ask = (accept: string) =>
      exchange(place.port, `GET /sse?topic=a HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\n\r\n`)
    assert.equal(await ask('text/event-stream'), '')
    const other = await ask('*/*')
    assert.match(other, /^HTTP\/1\.1 503 /)
    assert.match(other, /retry-after: \d/i)
    assert.match(other, /"code":"draining"/)
  })

  test('that are given up before core has answered leave nothing', async () => {
    const access = new ScriptedAccess()
    access.waiting = []
    const place = await open({ gateway: { authenticator: access } })
    const socket = connect(place.port, '127.0.0.1')
    socket.write('GET /sse?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await until('a question', () => access.waiting?.length === 1)
    socket.destroy()
    await place.emptied()
    access.waiting?.[0]?.({ kind: 'refused', why: 'late' })
  })

  test('end with what the reader signed in with, which is told so', async () => {
    const authenticator = {
      authenticate: (_credentials: Credentials, answer: Parameters<ScriptedAccess['authenticate']>[1]) =>
        answer({
          kind: 'accepted',
          principal: { name: 'ann', roles: [], rootPath: '', properties: {} },
          validUntilMs: Date.now() + 300,
        }),
    }
    const place = await open({ gateway: { authenticator } })
    const reader = await place.read('topic=a')
    const { data } = await reader.event('closed')
    assert.deepEqual([data.reason, data.retry], ['credentialsExpired', true])
    await reader.ended()
  })

  test('rights that are withdrawn end the selector, and with the last one the stream', async () => {
    const access = new ScriptedAccess()
    const place = await open({ gateway: { authenticator: access, authorizer: access } })
    const reader = await place.read('topic=a&topic=b')
    await reader.event('synced')
    const withdraw = (selector: string) => {
      const before = access.covered
      access.covered = (who, action, asked) => (asked === selector ? 'none' : before(who, action, asked))
      access.generation += 1
      place.publish('c', '1')
    }
    withdraw('a')
    assert.deepEqual((await reader.event('unsubscribed')).data, { selector: 'a', reason: 'forbidden' })
    place.publish('b', '1')
    await reader.event('update')
    withdraw('b')
    assert.equal((await reader.event('closed')).data.reason, 'forbidden')
    await reader.ended()
  })
})
