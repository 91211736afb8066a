import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf, heardOf } from '../../test/support/api-gateway.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

const put = 'PUT /api/v1/topics/a HTTP/1.1\r\nhost: localhost\r\n'
const smuggled = 'PUT /api/v1/topics/smuggled HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\nx'

/** Shapes in which two servers could see two different requests: the connection ends, and nothing happens. RFC 9112 §11.2 */
const smuggling: readonly (readonly [what: string, bytes: string])[] = [
  ['two lengths', `${put}content-length: 1\r\ncontent-length: 2\r\n\r\n1${smuggled}`],
  ['two equal lengths', `${put}content-length: 1\r\ncontent-length: 1\r\n\r\n1${smuggled}`],
  ['a list of lengths', `${put}content-length: 1, 1\r\n\r\n1${smuggled}`],
  ['a length and a coding', `${put}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding and a length', `${put}transfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding that is not the last', `${put}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding that only looks like one', `${put}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a length with a sign', `${put}content-length: +1\r\n\r\n1${smuggled}`],
  ['a length in hexadecimal', `${put}content-length: 0x1\r\n\r\n1${smuggled}`],
  ['a length beyond any number', `${put}content-length: 99999999999999999999\r\n\r\n1${smuggled}`],
  ['a space before the colon', `${put}content-length : 1\r\n\r\n1${smuggled}`],
  ['a folded field', `${put}x: a\r\n content-length: 1\r\n\r\n${smuggled}`],
  ['a carriage return alone', `${put}x: a\rcontent-length: 1\r\n\r\n${smuggled}`],
  ['a null in a field', `${put}x: a\0b\r\n\r\n${smuggled}`],
  ['a chunk size that is none', `${put}transfer-encoding: chunked\r\n\r\nx\r\n\r\n${smuggled}`],
  ['a chunk longer than it says', `${put}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n${smuggled}`],
  ['no host', 'PUT /api/v1/topics/a HTTP/1.1\r\ncontent-length: 1\r\n\r\n1'],
]

suite('http: hostile peers', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  for (const [what, bytes] of smuggling) {
    test(`${what}: 400, and nothing is published`, async () => {
      const api = await started()
      const { status, text } = await api.raw(bytes)
      assert.equal(status, 400, text)
      assert.equal(api.gateway.statistics().topics, 0)
    })
  }

  test('a body that says that it is too long is refused before it comes', async () => {
    const api = await started({ frameBytesMax: 1_000 })
    const { status, text } = await api.raw(`${put}content-length: 1001\r\n\r\n`)
    assert.equal(status, 413)
    assert.match(text, /"code":"tooLarge"/)
  })

  test('a body that is too long without saying so is cut off while it is read', async () => {
    const api = await started({ frameBytesMax: 1_000 })
    const { status, text } = await api.raw(`${put}transfer-encoding: chunked\r\n\r\n800\r\n${'x'.repeat(2048)}\r\n`)
    assert.equal(status, 413)
    assert.match(text, /connection: close/)
    assert.equal(api.gateway.statistics().topics, 0)
  })

  test('a small body that becomes a big one is cut off', async () => {
    const api = await started({ frameBytesMax: 10_000 })
    const bomb = gzipSync(Buffer.alloc(1_000_000))
    assert.equal(await codeOf(await api.put('/topics/a', bomb, { 'content-encoding': 'gzip' })), '413 tooLarge')
    assert.equal(await codeOf(await api.put('/topics/a', gzipSync('fine'), { 'content-encoding': 'gzip' })), '201')
    assert.equal(await codeOf(await api.put('/topics/a', 'x', { 'content-encoding': 'gzip' })), '400 badEncoding')
    assert.equal(
      await codeOf(await api.put('/topics/a', 'x', { 'content-encoding': 'zip' })),
      '415 unsupportedEncoding',
    )
  })

  test('a body that stops coming is given up, and so is one that never ends', async () => {
    const api = await started({ api: { bodyIdleMs: 20, bodyMs: 1_000 } })
    const { status, text } = await api.raw(`${put}content-length: 10\r\n\r\n1`)
    assert.equal(status, 408)
    assert.match(text, /"code":"bodyTimeout"/)
    const slow = await started({ api: { bodyIdleMs: 1_000, bodyMs: 20 } })
    assert.equal((await slow.raw(`${put}content-length: 10\r\n\r\n1`)).status, 408)
  })

  test('whoever leaves in the middle of a body has published nothing', async () => {
    const api = await started()
    const socket = await api.dial()
    socket.write(`${put}content-length: 10\r\n\r\n12345`)
    while ((api.counted().calls ?? 0) === 0) await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    await heardOf(socket)
    assert.equal(await codeOf(await api.call('/topics/a')), '404 notFound')
  })

  test('what follows a request that was answered is another request, also where the first failed', async () => {
    const api = await started()
    const bad = 'PUT /api/v1/topics/a%23 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\n1'
    const good = 'PUT /api/v1/topics/b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\nconnection: close\r\n\r\n1'
    const { text } = await api.raw(bad + good)
    assert.match(text, /^HTTP\/1\.1 400 .*HTTP\/1\.1 201 /s)
  })

  for (const [what, path, init, expected] of [
    ['an unknown call', '/nothing', {}, '404 notFound'],
    ['an unknown method', '/topics/a', { method: 'POST' }, '405 methodNotAllowed'],
    ['a method nobody has', '/publish', { method: 'PROPFIND' }, '405 methodNotAllowed'],
    ['an unknown parameter', '/topics/a?wiat=1s', {}, '400 invalidQuery'],
    ['a parameter twice', '/topics/a?wait=1s&wait=1s', {}, '400 invalidQuery'],
    ['bad UTF-8 in a path', '/topics/%ff', {}, '400 badEncoding'],
    ['bad UTF-8 in a query', '/topic?path=%ff', {}, '400 invalidQuery'],
    ['no path', '/topic', {}, '400 badEncoding'],
    ['a null in a path', '/topics/a%00', { method: 'PUT', body: '1' }, '400 invalidPath'],
    ['a wildcard in a path', '/topics/a%2B', { method: 'PUT', body: '1' }, '400 invalidPath'],
    ['a selector as a path', '/topics/%23', {}, '400 invalidPath'],
    ['a path that is too long', `/topics/${'a'.repeat(1_025)}`, { method: 'PUT', body: '1' }, '400 invalidPath'],
    ['the gateway’s own topics', '/topics/$SYS/a', { method: 'PUT', body: '1' }, '403 forbidden'],
    ['a wrong selector', '/topics?select=a/%23/b', {}, '400 invalidSelector'],
    ['no selector to remove by', '/topics', { method: 'DELETE' }, '400 invalidQuery'],
    ['a wrong limit', '/topics?limit=0', {}, '400 invalidQuery'],
    ['a wrong type', '/topics/a?type=text', { method: 'PUT', body: '1' }, '400 invalidQuery'],
    ['a wrong lifetime', '/topics/a?lifetime=1', { method: 'PUT', body: '1' }, '400 invalidQuery'],
    ['a wrong number', '/topics/a?type=int64', { method: 'PUT', body: 'x' }, '400 invalidValue'],
    [
      'a body that is no JSON',
      '/topics/a',
      { method: 'PUT', body: '{', headers: { 'content-type': 'application/json' } },
      '400 invalidJson',
    ],
    [
      'a body of another charset',
      '/topics/a',
      { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain; charset=latin1' } },
      '415 unsupportedMediaType',
    ],
    [
      'a form',
      '/topics/a',
      { method: 'PUT', body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=a' } },
      '415 unsupportedMediaType',
    ],
    ['a wrong condition', '/topics/a', { headers: { 'if-none-match': 'a' } }, '404 notFound'],
  ] as const) {
    test(`${what} gets ${expected}`, async () => {
      const api = await started()
      assert.equal(await codeOf(await api.call(path, init)), expected)
    })
  }

  for (const target of [
    '/api/v1/topics/a/../b',
    '/api/v1/topics//a',
    '/api/v1/topics/a/',
    '/api/v1/topics/a%2f..%2fb',
    '/api/v1/topics/a\\b',
  ]) {
    test(`the target ${target} is not folded into another topic`, async () => {
      const api = await started()
      const { status } = await api.raw(
        `PUT ${target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\nconnection: close\r\n\r\n1`,
      )
      assert.equal(status, 400)
      assert.equal(api.gateway.statistics().topics, 0)
    })
  }

  test('a problem is what RFC 9457 says, counted by its code', async () => {
    const api = await started()
    const answer = await api.call('/topics/none')
    const { type, title, status, code, detail } = Object(await answer.json())
    assert.deepEqual(
      [type, title, status, code, typeof detail],
      ['about:blank', 'Not Found', 404, 'notFound', 'string'],
    )
    assert.equal(api.counted()['problem.notFound'], 1)
  })

  test('a host that is none is refused', async () => {
    const api = await started()
    const { status } = await api.raw('GET /api/v1/topics/a HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n')
    assert.equal(status, 400)
  })
})
