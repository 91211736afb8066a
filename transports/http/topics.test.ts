import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf } from '../../test/support/api-gateway.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

const json = { 'content-type': 'application/json' }
const tagOf = (answer: Response) => answer.headers.get('etag') ?? ''
const seen = async (answer: Response) => [answer.status, answer.headers.get('content-type'), await answer.text()]

suite('http: topics', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('a value comes back as the bytes that were published, and is told what it is', async () => {
    const api = await started()
    assert.equal((await api.put('/topics/a/b', '{ "c": 21.50 }', json)).status, 201)
    assert.equal((await api.put('/topics/a/b', '{ "c": 21.60 }', json)).status, 204)
    assert.deepEqual(await seen(await api.call('/topics/a/b')), [200, 'application/json', '{ "c": 21.60 }'])
    await api.put('/topics/t', 'Größe', { 'content-type': 'text/plain' })
    assert.deepEqual(await seen(await api.call('/topics/t')), [200, 'text/plain; charset=utf-8', 'Größe'])
    await api.put('/topics/n?type=int64', '007')
    const number = await api.call('/topics/n')
    assert.equal(number.headers.get('rivulet-type'), 'int64')
    assert.equal(await number.text(), '7')
  })

  test('what a publisher wrote cannot run as a page of this origin', async () => {
    const api = await started()
    await api.put('/topics/page', '<script>alert(1)</script>', { 'content-type': 'text/html' })
    const { headers } = await api.call('/topics/page')
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox")
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  test('HEAD says what GET would, without the value', async () => {
    const api = await started()
    await api.put('/topics/a', '12345')
    const [head, get] = [await api.call('/topics/a', { method: 'HEAD' }), await api.call('/topics/a')]
    assert.equal(await head.text(), '')
    for (const name of ['etag', 'content-type', 'content-length', 'last-modified'])
      assert.equal(head.headers.get(name), get.headers.get(name), name)
  })

  test('names that URLs fold, and any other, are reached by the query', async () => {
    const api = await started()
    for (const path of ['/a', 'a//b', 'a/', '..', 'a/../b', 'ä/{x}', '~x', '="q"', 'a b?c&d=e%41']) {
      const call = `/topic?path=${encodeURIComponent(path)}`
      assert.equal((await api.put(call, path)).status, 201, path)
      assert.equal(await (await api.call(call)).text(), path)
    }
    assert.equal(await (await api.call('/topics/%C3%A4/%7Bx%7D')).text(), 'ä/{x}')
  })

  test('a version that the client has is not sent again', async () => {
    const api = await started()
    const tag = tagOf(await api.put('/topics/a', '1'))
    const asked = (field: string) => api.call('/topics/a', { headers: { 'if-none-match': field } })
    for (const field of [tag, `W/${tag}`, `"x", ${tag}`, '*']) assert.equal((await asked(field)).status, 304, field)
    assert.equal((await asked('"x"')).status, 200)
    await api.put('/topics/a', '1')
    assert.equal((await asked(tag)).status, 200)
    const since = { headers: { 'if-modified-since': new Date(Date.now() + 5_000).toUTCString() } }
    assert.equal((await api.call('/topics/a', since)).status, 304)
  })

  test('a write happens only in the version that it is meant for', async () => {
    const api = await started()
    const written = (headers: Record<string, string>) => api.put('/topics/a', '1', headers).then(codeOf)
    const failed = '412 conditionFailed'
    assert.equal(await written({ 'if-match': '*' }), failed)
    assert.equal(await written({ 'if-none-match': '*' }), '201')
    assert.equal(await written({ 'if-none-match': '*' }), failed)
    const tag = tagOf(await api.call('/topics/a'))
    assert.equal(await written({ 'if-match': `W/${tag}` }), failed)
    assert.equal(await written({ 'if-match': '"x"' }), failed)
    assert.equal(await written({ 'if-match': tag }), '204')
    assert.equal(await written({ 'if-match': tag }), failed)
    assert.equal(await written({ 'if-match': '*' }), '204')
    const now = tagOf(await api.call('/topics/a'))
    assert.equal(await written({ 'if-none-match': now }), failed)
    assert.equal(await written({ 'if-match': `"x", ${now.slice(0, -1)}-gzip"` }), '204')
    assert.equal(await written({ 'if-match': 'x' }), '400 invalidCondition')
    assert.equal(await written({ 'if-unmodified-since': new Date().toUTCString() }), '400 invalidCondition')
  })

  test('a topic is removed, in the version that is meant', async () => {
    const api = await started()
    const tag = tagOf(await api.put('/topics/a', '1'))
    const removed = (headers: Record<string, string> = {}) =>
      api.call('/topics/a', { method: 'DELETE', headers }).then(codeOf)
    assert.equal(await removed({ 'if-match': '"x"' }), '412 conditionFailed')
    assert.equal(await removed({ 'if-match': tag }), '204')
    assert.equal(await removed(), '404 notFound')
    assert.equal(await codeOf(await api.call('/topics/a')), '404 notFound')
  })

  test('parts of a value are given, of the version that is meant', async () => {
    const api = await started()
    const tag = tagOf(await api.put('/topics/b', '0123456789', { 'content-type': 'application/octet-stream' }))
    const part = async (range: string, more: Record<string, string> = {}) => {
      const answer = await api.call('/topics/b', { headers: { range, ...more } })
      return [answer.status, answer.headers.get('content-range'), await answer.text()]
    }
    assert.deepEqual(await part('bytes=2-4'), [206, 'bytes 2-4/10', '234'])
    assert.deepEqual(await part('bytes=-2', { 'if-range': tag }), [206, 'bytes 8-9/10', '89'])
    assert.deepEqual(await part('bytes=-2', { 'if-range': '"x"' }), [200, null, '0123456789'])
    assert.deepEqual((await part('bytes=20-'))[0], 416)
    const [status, , several] = await part('bytes=0-0,9-9')
    assert.ok(status === 206 && String(several).includes('content-range: bytes 9-9/10'))
  })

  test('a part is not taken for the whole value', async () => {
    const api = await started()
    await api.put('/topics/b', '0123456789')
    const part = await api.put('/topics/b', 'xx', { 'content-range': 'bytes 2-3/10' })
    assert.equal(await codeOf(part), '400 malformedRequest')
    assert.equal(await (await api.call('/topics/b')).text(), '0123456789')
  })

  test('a long text is compressed for who takes it, and its tag is good for every condition', async () => {
    const api = await started()
    const text = 'the same again and again '.repeat(200)
    await api.put('/topics/t', text, { 'content-type': 'text/plain' })
    const raw = await api.raw(
      `GET /api/v1/topics/t HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n`,
    )
    const [head = '', body = ''] = raw.text.split('\r\n\r\n')
    assert.match(head, /content-encoding: gzip/)
    assert.match(head, /vary: accept-encoding/)
    assert.equal(gunzipSync(Buffer.from(body, 'latin1')).toString(), text)
    const tag = /etag: (\S+)/.exec(head)?.[1] ?? ''
    assert.match(tag, /-gzip"$/)
    assert.equal((await api.call('/topics/t', { headers: { 'if-none-match': tag } })).status, 304)
    assert.equal((await api.put('/topics/t', 'x', { 'if-match': tag, 'content-type': 'text/plain' })).status, 204)
  })

  test('a new topic gets the properties that the query names', async () => {
    const api = await started()
    await api.put('/topics/a?delivery=all&history.count=10&removal.idleFor=1h', '1')
    const { topics } = Object(await (await api.call('/topics?select=a')).json())
    const { delivery, history, removal } = topics[0].properties
    assert.deepEqual([delivery, history, removal], ['all', { count: 10 }, { idleFor: '3600000ms' }])
    assert.equal(await codeOf(await api.put('/topics/a?delivery=some', '1')), '400 invalidProperties')
    assert.equal((await api.put('/topics/gone?lifetime=1h', '1')).status, 201)
  })

  test('topics are listed page by page, JSON as it was written', async () => {
    const api = await started()
    await api.put('/topics/a', '{"n": 1.0,\n "m": 12345678901234567890}', json)
    await api.put('/topics/b', Buffer.from([255, 0]), { 'content-type': 'application/octet-stream' })
    await api.put('/topics/c', 'text', { 'content-type': 'text/plain' })
    const first = await (await api.call('/topics?limit=2')).text()
    assert.match(first, /"value":\{"n": 1\.0, {2}"m": 12345678901234567890\}/)
    const { after, topics } = JSON.parse(first)
    assert.deepEqual(topics[1].value, { base64: '/wA=' })
    const second = Object(await (await api.call(`/topics?limit=2&after=${after}`)).json())
    assert.deepEqual([second.topics[0].value, second.topics[0].type, second.after], ['text', 'string', null])
    assert.equal(await codeOf(await api.call('/topics?after=nothing')), '404 notFound')
  })

  test('a topic is made without a value, and the same again is accepted', async () => {
    const api = await started()
    const made = (document: unknown) =>
      api.call('/topics', { method: 'POST', body: JSON.stringify(document) }).then(codeOf)
    assert.equal(await made({ path: 'a', properties: { type: 'json', priority: 1 } }), '204')
    assert.equal(await made({ path: 'a', properties: { type: 'json', priority: 1 } }), '204')
    assert.equal(await made({ path: 'a', properties: { type: 'string' } }), '409 alreadyExists')
    assert.equal(await made({ path: 'a', porperties: {} }), '400 invalidJson')
    assert.equal(await made({ path: 'b', properties: { delivery: 'some' } }), '400 invalidProperties')
    assert.equal(await codeOf(await api.call('/topics/a')), '404 notFound')
  })

  test('those who look after the gateway see and end sessions', async () => {
    const api = await started()
    const { sessions } = Object(await (await api.call('/sessions')).json())
    assert.deepEqual(sessions, [])
    assert.equal(await codeOf(await api.call('/sessions/nobody')), '404 notFound')
    assert.equal(await codeOf(await api.call('/sessions/nobody', { method: 'DELETE' })), '404 notFound')
    assert.equal((await api.call('/gateway')).status, 200)
  })

  test('what is no date of HTTP is as if nothing had been said of when', async () => {
    const api = await started()
    await api.put('/topics/a', '1')
    for (const since of ['2099', '99999', '2099-01-01T00:00:00Z', 'Thu, 32 Jan 2099 00:00:00 GMT'])
      assert.equal((await api.call('/topics/a', { headers: { 'if-modified-since': since } })).status, 200, since)
  })
})
