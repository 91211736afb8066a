import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf, heardOf } from '../../test/support/api-gateway.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
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

  test('at the bound of one principal its oldest answer goes', async () => {
    const api = await started()
    for (let count = 0; count <= idempotencyLimits.answersPerPrincipalMax; count++)
      await (await api.put('/topics/a', `${count}`, keyed(`k${count}`))).arrayBuffer()
    assert.equal((await api.put('/topics/a', 'new', keyed('k0'))).status, 204)
    assert.equal(await codeOf(await api.put('/topics/a', 'new', keyed('k5'))), '422 keyReused')
  })
})
