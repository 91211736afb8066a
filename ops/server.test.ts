import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'mocha'
import { Health } from './health.js'
import type { OpsServer } from './server.js'
import { serveOps } from './server.js'

suite('ops: server', () => {
  const health = new Health()
  let metrics = async () => 'rivulet_sessions 3\n'
  let server: OpsServer

  beforeEach(async () => {
    const source = { text: () => metrics(), contentType: 'text/plain; version=0.0.4' }
    server = await serveOps({ health, metrics: source }, '127.0.0.1', 0)
  })
  afterEach(() => server.close())

  test('each path answers for itself', async () => {
    health.become('ready')
    assert.deepEqual(await get('/healthz'), [200, 'alive\n'])
    assert.deepEqual(await get('/readyz?verbose'), [200, 'ready\n'])
    assert.deepEqual(await get('/metrics'), [200, 'rivulet_sessions 3\n'])
    assert.equal((await get('/'))[0], 404)
  })

  test('a draining gateway is alive and not ready', async () => {
    health.become('draining')
    assert.equal((await get('/healthz'))[0], 200)
    assert.deepEqual(await get('/readyz'), [503, 'draining\n'])
  })

  test('metrics that fail answer 500 with the reason, and the listener lives on', async () => {
    metrics = () => Promise.reject(new Error('no figures'))
    const [status, text] = await get('/metrics')
    assert.equal(status, 500)
    assert.match(text, /no figures/)
    assert.equal((await get('/healthz'))[0], 200)
  })

  test('nothing can be posted', async () => {
    const response = await fetch(`${server.url}/healthz`, { method: 'POST', body: 'x' })
    assert.equal(response.status, 405)
  })

  test('an address in use is an error that says so', async () => {
    const source = { text: async () => '', contentType: 'text/plain' }
    const port = Number(new URL(server.url).port)
    await assert.rejects(serveOps({ health, metrics: source }, '127.0.0.1', port), /EADDRINUSE/)
  })

  async function get(path: string): Promise<[number, string]> {
    const response = await fetch(server.url + path)
    return [response.status, await response.text()]
  }
})
