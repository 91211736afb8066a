import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import { afterEach, suite, test } from 'mocha'
import { Cors } from './cors.js'
import { HttpListener } from './http-listener.js'
import { parseHttpOptions } from './http-options.js'
import { answerProblem } from './problem.js'

const listeners: HttpListener[] = []

/** Asks a listener whose one route does as CORS says; the answer's status, its fields, and whether the sender was trusted. */
async function asked(origins: readonly string[], headers: OutgoingHttpHeaders, method = 'GET') {
  const listener = new HttpListener(parseHttpOptions({ port: 0 }))
  listeners.push(listener)
  const cors = new Cors(origins, true, ['etag'])
  const trusted: boolean[] = []
  listener.routes.addRequest({
    path: '/x',
    answer: (request, response) => {
      trusted.push(cors.trusts(request))
      const fields = cors.headersFor(request)
      if (method === 'OPTIONS') return cors.preflight(request, response, ['GET', 'PUT'])
      if (fields === null)
        return answerProblem(request, response, { status: 403, code: 'forbidden', detail: 'not this page' })
      response.writeHead(200, fields).end()
    },
  })
  const { port } = await listener.listen()
  const asking = request({ port, path: '/x', method, headers })
  asking.end()
  const [answer] = await once(asking, 'response')
  answer.resume()
  return { status: answer.statusCode, headers: answer.headers, trusted: trusted[0] }
}

suite('cors', () => {
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()))
  })

  test('a program is told nothing of origins, and trusted', async () => {
    const { status, headers, trusted } = await asked([], {})
    assert.deepEqual([status, headers['access-control-allow-origin'], trusted], [200, undefined, true])
  })

  test('a page that is listed may ask with its cookies, and read the fields that are exposed', async () => {
    const { status, headers, trusted } = await asked(['https://app.example'], { origin: 'https://app.example' })
    assert.deepEqual([status, trusted], [200, true])
    assert.equal(headers['access-control-allow-origin'], 'https://app.example')
    assert.equal(headers['access-control-allow-credentials'], 'true')
    assert.equal(headers['access-control-expose-headers'], 'etag')
    assert.equal(headers.vary, 'origin')
  })

  test('a page that may because all may is not trusted with cookies', async () => {
    const { status, headers, trusted } = await asked(['*'], { origin: 'https://any.example' })
    assert.deepEqual([status, headers['access-control-allow-origin'], trusted], [200, '*', false])
    assert.equal(headers['access-control-allow-credentials'], undefined)
  })

  test('a page by whose name a foreign one made this machine known may not, though its questions have no origin', async () => {
    const { status, trusted } = await asked([], { host: 'evil.example:8080' })
    assert.deepEqual([status, trusted], [403, false])
    assert.equal((await asked(['http://app.example:8080'], { host: 'app.example:8080' })).status, 200)
    assert.deepEqual((await asked(['*'], { host: 'evil.example' })).status, 200)
  })

  test('a page from elsewhere may not', async () => {
    const { status, headers, trusted } = await asked([], { origin: 'https://evil.example' })
    assert.deepEqual([status, headers['access-control-allow-origin'], trusted], [403, undefined, false])
  })

  test('a browser that asks beforehand is told methods and fields', async () => {
    const wanted = { origin: 'https://app.example', 'access-control-request-headers': 'if-match' }
    const { status, headers } = await asked(['https://app.example'], wanted, 'OPTIONS')
    assert.equal(status, 204)
    assert.equal(headers['access-control-allow-methods'], 'GET, PUT')
    assert.equal(headers['access-control-allow-headers'], 'if-match')
    assert.equal((await asked([], wanted, 'OPTIONS')).status, 403)
  })
})
