import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf, heardOf } from '../../test/support/api-gateway.js'
import { principal, ScriptedAccess } from '../../test/support/scripted-access.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { until } from '../../test/support/sse/streams.js'
import { SlowStore } from '../../test/support/store/slow-store.js'
import type { KeyedExchange } from './idempotency.js'
import { Idempotency } from './idempotency.js'
import { idempotencyLimits } from './limits.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

const keyed = (key: string) => ({ 'idempotency-key': key })

suite('http: idempotency keys', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('a write with a key is done once, and answered alike again', async () => {
    const api = await started()
    const [first, again] = [
      await api.put('/topics/a', '1', keyed('"k1"')),
      await api.put('/topics/a', '1', keyed('k1')),
    ]
    assert.deepEqual([first.status, again.status], [201, 201])
    assert.equal(again.headers.get('etag'), first.headers.get('etag'))
    assert.deepEqual(
      [first, again].map(({ headers }) => headers.get('idempotency-replayed')),
      [null, 'true'],
    )
    assert.equal(api.gateway.statistics().published, 1)
  })

  test('a refusal is answered alike, too, and removals are done once', async () => {
    const api = await started()
    for (let count = 0; count < 2; count++)
      assert.equal(await codeOf(await api.put('/topics/a%23', '1', keyed('k'))), '400 invalidPath')
    await api.put('/topics/a', '1')
    const removed = () => api.call('/topics/a', { method: 'DELETE', headers: keyed('d') })
    assert.deepEqual([(await removed()).status, (await removed()).status], [204, 204])
  })

  test('a client that was cut off before it was answered is told when it asks again', async () => {
    const store = new SlowStore()
    store.isSlow = true
    const api = await started({ gateway: { durable: { store, life: null, answersWait: true } } })
    const socket = await api.dial()
    socket.write(
      'PUT /api/v1/topics/a?persist=true HTTP/1.1\r\nhost: localhost\r\nidempotency-key: k\r\ncontent-length: 1\r\n\r\n1',
    )
    await until('the write', () => api.gateway.topics.tree.find('a')?.hasValue === true)
    assert.equal(await codeOf(await api.put('/topics/a?persist=true', '1', keyed('k'))), '409 keyInUse')
    socket.destroy()
    await until('nobody', () => api.http.counters().connections === 1)
    store.commit()
    const again = await api.put('/topics/a?persist=true', '1', keyed('k'))
    assert.equal(again.status, 201)
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    assert.equal(api.gateway.statistics().published, 1)
  })

  test('lines whose client was cut off in the middle may be sent again', async () => {
    const api = await started()
    const socket = await api.dial()
    const lines = '{"path":"a","value":1}\n{"path":"b","value":2}\n'
    socket.write(
      `POST /api/v1/publish HTTP/1.1\r\nhost: localhost\r\nidempotency-key: k\r\ncontent-length: ${lines.length}\r\n\r\n${lines.slice(0, 30)}`,
    )
    await until('the first line', () => api.gateway.statistics().published === 1)
    socket.destroy()
    await until('the end of the stream', () => api.running.counters?.().lineStreamsEnded === 1)
    const again = await api.call('/publish', { method: 'POST', body: lines, headers: keyed('k') })
    assert.equal(again.status, 200)
    assert.equal(again.headers.get('idempotency-replayed'), null)
  })

  test('a key is for one request: another body, path or condition gets 422', async () => {
    const api = await started()
    await api.put('/topics/a', '1', keyed('k'))
    assert.equal(await codeOf(await api.put('/topics/a', '2', keyed('k'))), '422 keyReused')
    assert.equal(await codeOf(await api.put('/topics/b', '1', keyed('k'))), '422 keyReused')
    assert.equal(await codeOf(await api.put('/topics/a', '1', { ...keyed('k'), 'if-match': '*' })), '422 keyReused')
  })

  test('keys are their principal’s own', async () => {
    const access = new ScriptedAccess()
    const api = await started({ gateway: { authenticator: access, authorizer: access } })
    const as = (user: string) => ({
      ...keyed('k'),
      authorization: `Basic ${Buffer.from(`${user}:x`).toString('base64')}`,
    })
    assert.equal((await api.put('/topics/a', '1', as('one'))).status, 201)
    assert.equal((await api.put('/topics/a', '1', as('other'))).status, 204)
  })

  test('a request whose twin is still at work gets 409', async () => {
    const api = await started()
    const head =
      'POST /api/v1/publish HTTP/1.1\r\nhost: localhost\r\nidempotency-key: k\r\ntransfer-encoding: chunked\r\n'
    const socket = await api.dial()
    socket.write(`${head}\r\n17\r\n{"path":"a","value":1}\n\r\n`)
    await api.call('/topics/a?wait=10s')
    const twin = await api.raw(`${head}connection: close\r\n\r\n0\r\n\r\n`)
    assert.match(twin.text, /"code":"keyInUse"/)
    socket.end('0\r\n\r\n')
    assert.match(await heardOf(socket), /"accepted":1/)
    const again = await api.raw(`${head}connection: close\r\n\r\n0\r\n\r\n`)
    assert.match(again.text, /idempotency-replayed: true.*"accepted":1/s)
  })

  for (const key of ['', '"', '"a', 'a b', `"${'x'.repeat(idempotencyLimits.keyCharactersMax + 1)}"`]) {
    test(`${JSON.stringify(key.slice(0, 20))} is no key`, async () => {
      const api = await started()
      assert.equal(await codeOf(await api.put('/topics/a', '1', keyed(key))), '400 invalidKey')
    })
  }

  test('answers are forgotten in time', async () => {
    const clock = new SimulatedClock()
    const api = await started({ gateway: { clock } })
    await api.put('/topics/a', '1', keyed('k'))
    clock.advance(idempotencyLimits.keptMs + 1)
    assert.equal((await api.put('/topics/a', '2', keyed('k'))).status, 204)
  })

  test('at the bound of bytes the oldest answers go, and those that are awaited stay', () => {
    const idempotency = new Idempotency(new SimulatedClock(), 250)
    let writes = 0
    /** Asks with a key; `body`: what a write is answered, null: nothing yet. */
    const ask = (key: string, body: string | null) => {
      const exchange: KeyedExchange = {
        principal: principal('ann'),
        request: { method: 'PUT', url: '/', headers: {} },
        recorder: null,
        field: () => key,
        answer: () => undefined,
        fail: () => undefined,
      }
      idempotency.once(exchange, new Uint8Array(0), () => {
        writes += 1
        if (body !== null) exchange.recorder?.({ status: 200, headers: {}, body })
      })
      return exchange
    }
    const awaited = ask('awaited', null)
    for (const key of ['a', 'b', 'c']) ask(key, 'x'.repeat(100))
    for (const key of ['c', 'b', 'awaited']) ask(key, '')
    assert.equal(writes, 4, 'these are known')
    ask('a', '')
    assert.equal(writes, 5, 'this is not')
    awaited.recorder?.({ status: 200, headers: {}, body: 'y'.repeat(200) })
    ask('c', '')
    assert.equal(writes, 5)
    ask('awaited', '')
    assert.equal(writes, 6)
  })

  test('at the bound of one principal a write at work is not pushed out, and carried out once', () => {
    const idempotency = new Idempotency(new SimulatedClock())
    let writes = 0
    const failed: string[] = []
    const ask = (key: string, isAnswered: boolean) => {
      const exchange: KeyedExchange = {
        principal: principal('ann'),
        request: { method: 'PUT', url: '/', headers: {} },
        recorder: null,
        field: () => key,
        answer: () => undefined,
        fail: ({ code }) => failed.push(code),
      }
      idempotency.once(exchange, new Uint8Array(0), () => {
        writes += 1
        if (isAnswered) exchange.recorder?.({ status: 204, headers: {}, body: '' })
      })
    }
    ask('slow', false)
    for (let count = 0; count < 2 * idempotencyLimits.answersPerPrincipalMax; count++) ask(`k${count}`, true)
    ask('slow', false)
    assert.deepEqual([writes, failed], [1 + 2 * idempotencyLimits.answersPerPrincipalMax, ['keyInUse']])
    for (let count = 1; count < idempotencyLimits.answersPerPrincipalMax; count++) ask(`w${count}`, false)
    ask('last', false)
    assert.equal(failed.at(-1), 'tooManyRequests')
  })

  test('at the bound of one principal its oldest answer goes', async () => {
    const api = await started()
    for (let count = 0; count <= idempotencyLimits.answersPerPrincipalMax; count++)
      await (await api.put('/topics/a', `${count}`, keyed(`k${count}`))).arrayBuffer()
    assert.equal((await api.put('/topics/a', 'new', keyed('k0'))).status, 204)
    assert.equal(await codeOf(await api.put('/topics/a', 'new', keyed('k5'))), '422 keyReused')
  })
})
