/** The HTTP API behind the documented nginx: docs/operating/behind-nginx.md. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, suite, test } from 'mocha'
import type { Session } from '../../../sdk/index.js'
import { within } from '../../support/deadline.js'
import { ServedGateway } from '../../support/served-gateway.js'
import { Nginx } from './nginx.js'
import type { OpenCall } from './nginx-caller.js'
import { NginxCaller } from './nginx-caller.js'

const topic = (path: string) => `/api/v1/topics/${path}`
/** 20 MB. */
const lines = 20_000
const json = { 'content-type': 'application/json' }

suite('the HTTP API behind nginx', function () {
  this.timeout(30_000)
  let gateway: ServedGateway
  let nginx: Nginx
  let caller: NginxCaller
  let session: Session
  const calls: OpenCall[] = []

  before(async function () {
    gateway = await ServedGateway.start(this, { settings: ['http.forwardedFrom=[127.0.0.1]'] })
    nginx = await Nginx.start(this, gateway.port)
    caller = new NginxCaller(nginx.origin)
    session = await gateway.session()
  })
  after(async () => {
    caller?.close()
    for (const call of calls) call.close()
    await nginx?.stop()
    await gateway?.stop()
  })

  const put = (path: string, body: string, headers: Readonly<Record<string, string>> = json) =>
    caller.call(topic(path), { method: 'PUT', headers, body })

  test('a value is put, read, not read again while it is the same, and put only over what was read', async () => {
    assert.equal((await put('sensors/7', '{"celsius":21.5}')).status, 201)
    const { status, headers, body } = await caller.call(topic('sensors/7'))
    const { etag = '' } = headers
    assert.deepEqual([status, headers['content-type'], body], [200, 'application/json', '{"celsius":21.5}'])
    const same = await caller.call(topic('sensors/7'), { headers: { 'if-none-match': etag } })
    assert.deepEqual([same.status, same.headers.etag, same.body], [304, etag, ''])
    const over = { ...json, 'if-match': etag }
    const [first, second] = [await put('sensors/7', '1', over), await put('sensors/7', '2', over)]
    assert.deepEqual([first.status, second.status], [204, 412])
    const changed = await caller.call(topic('sensors/7'), { headers: { 'if-none-match': etag } })
    assert.deepEqual([changed.status, changed.headers.etag, changed.body], [200, first.headers.etag, '1'])
  })

  test('a part of a value is read, as long as it is a part of the same', async () => {
    const { headers } = await put('document', `"${'abcdefghij'.repeat(10_000)}"`)
    const part = (tag: string) =>
      caller.call(topic('document'), { headers: { range: 'bytes=50001-50010', 'if-range': tag } })
    const { status, body, headers: fields } = await part(headers.etag ?? '')
    assert.deepEqual([status, body, fields['content-range']], [206, 'abcdefghij', 'bytes 50001-50010/100002'])
    const whole = await part('"another"')
    assert.deepEqual([whole.status, whole.body.length], [200, 100_002])
  })

  test('a path arrives as it was written', async () => {
    for (const path of ['a%20b/c%25d;e', '%C3%BC/%E2%82%AC', 'x%2Fy']) {
      const { status } = await put(path, '1')
      assert.deepEqual([path, status], [path, 201])
      assert.equal((await session.fetch(decodeURIComponent(path)))[0]?.path, decodeURIComponent(path))
    }
    const folded = { method: 'PUT', headers: json, body: '1' }
    assert.equal((await caller.call('/api/v1/topic?path=a//../b', folded)).status, 201)
    assert.equal((await session.fetch('a//../b'))[0]?.path, 'a//../b')
  })

  for (const version of ['http1.1', 'http2'] as const)
    test(`lines are published over ${version} as they come, many megabytes of them`, async () => {
      const line = (number: number) =>
        `${JSON.stringify({ path: `lines/${version}/${number % 100}`, value: { number, text: 'x'.repeat(1_000) } })}\n`
      const call = caller.begin(version, '/api/v1/publish', {
        'content-type': 'application/x-ndjson',
      })
      calls.push(call)
      const first = seen(session, `lines/${version}/0`)
      call.body.write(line(0))
      // The rest is not sent before the first is there, so that nobody can be waiting for the end.
      await within('the first line', first)
      for (let number = 1; number < lines; number++) if (!call.body.write(line(number))) await once(call.body, 'drain')
      call.body.end()
      const summary = JSON.parse((await within('the answer', call.answer)).body)
      assert.deepEqual([summary.lines, summary.accepted, summary.failed], [lines, lines, 0])
    })

  test('a value that is too long is refused by the gateway in its words, a longer body by nginx', async () => {
    const long = (bytes: number) => put('long', `"${'x'.repeat(bytes)}"`)
    assert.equal((await long(1_000_000)).status, 201)
    const { status, body } = await long(1_060_000)
    assert.deepEqual([status, JSON.parse(body).code], [413, 'tooLarge'])
    for (const bytes of [1_073_200, 2_000_000, 30_000_000]) {
      const { status, headers } = await long(bytes)
      assert.deepEqual([status, headers['content-type']], [413, 'text/html'])
    }
  })

  test('who waits for a change is told it when it comes, and counts by its own address, whatever it says', async () => {
    const { headers } = await put('awaited', '1')
    const lies = { 'x-forwarded-for': '10.0.0.1', 'if-none-match': headers.etag ?? '' }
    const answer = caller.call(`${topic('awaited')}?wait=30s`, { headers: lies, from: '127.0.0.2' })
    await within('its session', waiting(session, '127.0.0.2'))
    await session.publish('awaited', 2)
    const { status, body } = await answer
    assert.deepEqual([status, body], [200, '2'])
  })

  test('what is patched and removed is so for everybody', async () => {
    await put('patched', '{"a":1}')
    const merge = { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"b":2}' }
    assert.equal((await caller.call(topic('patched'), merge)).status, 204)
    assert.deepEqual((await session.fetch('patched'))[0]?.value, { a: 1, b: 2 })
    assert.equal((await caller.call(topic('patched'), { method: 'DELETE' })).status, 204)
    assert.deepEqual(await session.fetch('patched'), [])
  })
})

/** Resolves when a session hears of a topic. */
async function seen(session: Session, path: string): Promise<void> {
  const subscription = session.subscribe(path)
  await new Promise((resolve) => subscription.on('update', resolve))
  await subscription.close()
}

/** Resolves once a call waits that came from an address. */
async function waiting(session: Session, peer: string): Promise<void> {
  for (;;) {
    const sessions = await session.sessions()
    if (sessions.some((report) => report.transport === 'http' && report.peer === peer)) return
  }
}
