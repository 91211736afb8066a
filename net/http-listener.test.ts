import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import { HttpListener } from './http-listener.js'
import { parseHttpOptions } from './http-options.js'
import { netLimits } from './limits.js'
import type { HttpRequest, HttpResponse } from './secure-http.js'

const listeners: HttpListener[] = []

async function listening(options: object = {}): Promise<{ listener: HttpListener; port: number }> {
  const listener = new HttpListener(parseHttpOptions({ port: 0, ...options }))
  listeners.push(listener)
  const { port } = await listener.listen()
  return { listener, port }
}

/** Sends what a peer says and resolves to all that it is told until the connection ends. */
async function exchange(port: number, ...said: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  for (const each of said) socket.write(each)
  return everything(socket)
}

async function everything(socket: Socket): Promise<string> {
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', () => socket.destroy())
  await once(socket, 'close')
  return heard
}

const upgrade = (path: string, protocol = 'rivulet.v1') =>
  `GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`

const problemIn = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

suite('http listener', () => {
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()))
  })

  test('answers what nobody offers with a problem', async () => {
    const { port } = await listening()
    const answer = await exchange(port, 'GET /nothing?x=1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\n/)
    assert.match(answer, /content-type: application\/problem\+json/i)
    const { type, title, status, code, detail } = problemIn(answer)
    assert.deepEqual(
      { type, title, status, code, detail },
      {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'notFound',
        detail: 'there is nothing at /nothing',
      },
    )
  })

  test('hands an upgrade to the route with its path and subprotocol, and takes offers back', async () => {
    const { listener, port } = await listening()
    const accepts = (name: string) => (_request: unknown, socket: Socket) => socket.end(name)
    const withdraw = listener.routes.addUpgrade({ path: '/ws', protocol: 'rivulet.v1', accept: accepts('one') })
    listener.routes.addUpgrade({ path: '/ws', protocol: 'mqtt', accept: accepts('two') })
    assert.equal(await exchange(port, upgrade('/ws?a=b', 'other, rivulet.v1')), 'one')
    assert.equal(await exchange(port, upgrade('/ws', 'mqtt')), 'two')
    assert.equal(problemIn(await exchange(port, upgrade('/else'))).status, 404)
    const { status, code, detail } = problemIn(await exchange(port, upgrade('/ws', 'rivulet.v9')))
    assert.deepEqual({ status, code }, { status: 400, code: 'unsupportedVersion' })
    assert.match(detail, /rivulet\.v1 or mqtt/)
    withdraw()
    assert.equal(problemIn(await exchange(port, upgrade('/ws'))).code, 'unsupportedVersion')
  })

  test('says that a WebSocket path wants an upgrade', async () => {
    const { listener, port } = await listening()
    listener.routes.addUpgrade({ path: '/ws', protocol: 'rivulet.v1', accept: (_request, socket) => socket.end() })
    const answer = await exchange(port, 'GET /ws HTTP/1.1\r\nHost: here\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 426 /)
    assert.match(answer, /upgrade: websocket\r\n/i)
  })

  test('tells a route who is behind a listed proxy, for requests and upgrades', async () => {
    const { listener, port } = await listening({ forwardedFrom: ['127.0.0.1'] })
    const told: string[] = []
    listener.routes.addRequest({
      path: '/',
      answer: (_request, response, { address }) => {
        told.push(address)
        response.end()
      },
    })
    listener.routes.addUpgrade({
      path: '/ws',
      protocol: 'rivulet.v1',
      accept: (_request, socket, _head, { address }) => {
        told.push(address)
        socket.destroy()
      },
    })
    await exchange(port, 'GET / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n')
    await exchange(port, upgrade('/ws').replace('Host: here', 'Host: here\r\nX-Forwarded-For: 192.0.2.8'))
    assert.deepEqual(told, ['192.0.2.7', '192.0.2.8'])
  })

  test('a request that somebody looks after may take longer than others, and the next on its connection may not', async () => {
    const { listener, port } = await listening({ requestTimeoutMs: 40, headersTimeoutMs: 40 })
    const answer = (request: HttpRequest, response: HttpResponse) => {
      listener.letTakeLonger(request)
      request.resume().once('end', () => response.end('done'))
    }
    listener.routes.addRequest({ path: '/long', answer })
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /long HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n1')
    socket.on('error', () => socket.destroy())
    const hurried = await exchange(port, 'POST /long HTTP/1.1\r\nHost: ')
    assert.match(hurried, /^HTTP\/1\.1 408 /)
    socket.write('2')
    const [answered] = await once(socket, 'data')
    assert.match(String(answered), /^HTTP\/1\.1 200 /)
    socket.write('POST /long HTTP/1.1\r\nHost: ')
    await once(socket, 'close')
    assert.equal(listener.counters()['refused.requestTimeout'], 2)
  })

  test('gives a request to the longest path that fits', async () => {
    const { listener, port } = await listening()
    listener.routes.addRequest({ path: '/', answer: (_request, response) => response.end('root') })
    listener.routes.addRequest({ path: '/api', answer: (_request, response) => response.end('api') })
    const get = (path: string) => exchange(port, `GET ${path} HTTP/1.0\r\n\r\n`)
    assert.match(await get('/api/v1'), /\r\n\r\napi$/)
    assert.match(await get('/apis'), /\r\n\r\nroot$/)
  })

  for (const { options, status, reason, what } of [
    {
      options: { connectionsPerAddressMax: 1 },
      status: 429,
      reason: 'addressConnections',
      what: 'an address its number',
    },
    { options: { connectionsMax: 1 }, status: 503, reason: 'connections', what: 'the total number' },
    {
      options: { connectBurstPerAddress: 1, connectsPerSecondPerAddress: 0.1 },
      status: 429,
      reason: 'addressRate',
      what: 'its rate',
    },
    { options: { connectBurst: 1, connectsPerSecond: 0.1 }, status: 503, reason: 'rate', what: 'the total rate' },
  ]) {
    test(`refuses the connection above ${what} with ${status} and Retry-After, before any upgrade`, async () => {
      const { listener, port } = await listening(options)
      listener.routes.addUpgrade({ path: '/ws', protocol: 'rivulet.v1', accept: () => assert.fail('was upgraded') })
      const first = connect(port, '127.0.0.1')
      await once(first, 'connect')
      const answer = await exchange(port, upgrade('/ws'))
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
      assert.match(answer, /retry-after: \d+\r\n/i)
      assert.equal(listener.counters()[`refused.${reason}`], 1)
      first.destroy()
    })
  }

  test('closes refused connections without an answer when too many wait for one', async () => {
    const { port } = await listening({ connectionsMax: 1 })
    const waiting = [...Array(1 + netLimits.refusedOpenMax)].map(() => connect(port, '127.0.0.1'))
    await Promise.all(waiting.map((socket) => once(socket, 'connect')))
    assert.equal(await exchange(port), '')
    const [, oneOfThem] = waiting
    assert.ok(oneOfThem !== undefined && !oneOfThem.closed)
    oneOfThem.end(upgrade('/ws'))
    assert.match(await everything(oneOfThem), /^HTTP\/1\.1 503 /)
    assert.match(await exchange(port, upgrade('/ws')), /^HTTP\/1\.1 503 /, 'its place is free again')
    for (const socket of waiting) socket.destroy()
  })

  test('counts an upgraded connection until it is gone', async () => {
    const { listener, port } = await listening({ connectionsMax: 1 })
    const accepted = new Promise<Socket>((resolve) => {
      listener.routes.addUpgrade({ path: '/ws', protocol: 'rivulet.v1', accept: (_request, socket) => resolve(socket) })
    })
    const peer = connect(port, '127.0.0.1')
    peer.write(upgrade('/ws'))
    const socket = await accepted
    assert.equal(listener.counters().connections, 1)
    peer.destroy()
    socket.resume()
    socket.destroy()
    await once(socket, 'close')
    assert.equal(listener.counters().connections, 0)
  })

  test('ends a head that comes a byte at a time when its time is up, and counts it', async () => {
    const { listener, port } = await listening({ headersTimeoutMs: 100 })
    const socket = connect(port, '127.0.0.1')
    const heard = everything(socket)
    socket.write('GET /ws HTTP/1.1\r\nHost: he')
    const answer = await heard
    assert.match(answer, /^HTTP\/1\.1 408 /)
    assert.equal(problemIn(answer).code, 'requestTimeout')
    assert.equal(listener.counters()['refused.requestTimeout'], 1)
  })

  test('ends a connection that says nothing at all', async () => {
    const { port } = await listening({ headersTimeoutMs: 100 })
    assert.match(await exchange(port), /^HTTP\/1\.1 408 /)
  })

  for (const [what, said, status, code] of [
    ['a head that is too long', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headTooLarge'],
    ['what is no HTTP', '\x16\x03\x01\x02\x00\x01\r\n\r\n', 400, 'malformedRequest'],
    ['an upgrade to a path that nobody offers', upgrade('/else'), 404, 'notFound'],
    ['a subprotocol that nobody offers', upgrade('/ws', 'rivulet.v9'), 400, 'unsupportedVersion'],
  ] as const) {
    test(`hostile input before an upgrade does not go uncounted: ${what} gets ${status} and a problem`, async () => {
      const { listener, port } = await listening()
      listener.routes.addUpgrade({ path: '/ws', protocol: 'rivulet.v1', accept: () => assert.fail('was upgraded') })
      const answer = await exchange(port, said)
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
      assert.match(answer, /content-type: application\/problem\+json/)
      assert.equal(problemIn(answer).code, code)
      assert.equal(listener.counters()[`refused.${code}`], 1)
    })
  }

  test('a peer that breaks off is neither answered nor counted as refused', async () => {
    const { listener, port } = await listening()
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.resetAndDestroy()
    while (listener.counters().connections !== 0) await new Promise((resolve) => setImmediate(resolve))
    const refused = Object.entries(listener.counters()).filter(([name, count]) => name !== 'connections' && count > 0)
    assert.deepEqual(refused, [])
  })

  test('says why it cannot listen', async () => {
    const { port } = await listening()
    await assert.rejects(new HttpListener(parseHttpOptions({ port })).listen(), /EADDRINUSE/)
  })

  test('closes waiting connections when it stops', async () => {
    const { listener, port } = await listening()
    const socket = connect(port, '127.0.0.1')
    const heard = everything(socket)
    await once(socket, 'connect')
    await listener.close()
    assert.equal(await heard, '')
  })

  test('knows whether it is reached from this machine only', () => {
    const on = (host: string) => new HttpListener(parseHttpOptions({ host, port: 0 })).isLoopback
    assert.deepEqual(['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::'].map(on), [true, true, true, false, false])
  })
})

suite('http options', () => {
  test('have defaults', () => {
    const { host, port } = parseHttpOptions(undefined)
    assert.deepEqual({ host, port }, { host: '127.0.0.1', port: 8080 })
  })

  test('name every fault with its path and what was expected', () => {
    assert.throws(
      () => parseHttpOptions({ port: '80', hosts: 'x' }),
      ({ name, faults }) => {
        assert.equal(name, 'OptionError')
        assert.deepEqual(faults[0].path, ['port'])
        assert.match(faults[0].expected, /number/)
        assert.match(faults[1].expected, /hosts/)
        return true
      },
    )
  })
})
