import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf } from '../../test/support/api-gateway.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import { pollLimits } from './limits.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

const pollsNow = (api: ApiGateway) => (api.counted().polls ?? 0) - (api.counted().pollsEnded ?? 0)

/** Resolves once so many requests wait, and their sessions read. */
async function waiting(api: ApiGateway, count: number): Promise<void> {
  while (pollsNow(api) !== count || api.gateway.statistics().subscriptions !== count) await turn()
}

const asked = (api: ApiGateway, tag: string, more: RequestInit = {}) =>
  api.call('/topics/a?wait=60s', { ...more, headers: { 'if-none-match': tag, ...more.headers } })

suite('http: requests that wait', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('whoever has the newest version is answered when there is another', async () => {
    const api = await started()
    const tag = (await api.put('/topics/a', '1')).headers.get('etag') ?? ''
    const coming = [asked(api, tag), asked(api, tag)]
    await waiting(api, 2)
    api.publish('a', '2')
    for (const answer of await Promise.all(coming)) assert.deepEqual([answer.status, await answer.text()], [200, '2'])
    assert.equal(pollsNow(api), 0)
    assert.equal(api.gateway.statistics().sessions, 0)
  })

  test('whoever has an older version is answered at once, and so is who has none', async () => {
    const api = await started()
    await api.put('/topics/a', '1')
    assert.equal((await asked(api, '"older"')).status, 200)
    assert.equal((await api.call('/topics/a?wait=60s')).status, 200)
    assert.equal(
      await codeOf(await api.call('/topics/b?wait=60s', { headers: { 'if-none-match': '"a"' } })),
      '404 notFound',
    )
  })

  test('when the time is over the value is still the same', async () => {
    const api = await started()
    const tag = (await api.put('/topics/a', '1')).headers.get('etag') ?? ''
    const answer = await api.call('/topics/a?wait=20ms', { headers: { 'if-none-match': tag } })
    assert.equal(answer.status, 304)
    assert.equal(await codeOf(await api.call('/topics/b?wait=20ms')), '404 notFound')
    assert.equal(await codeOf(await api.call('/topics/a?wait=long')), '400 invalidQuery')
  })

  test('a topic is waited for until it is there, and until it has gone', async () => {
    const api = await started()
    const coming = api.call('/topics/a?wait=60s')
    await waiting(api, 1)
    api.publish('a', 'here')
    const answer = await coming
    assert.equal(await answer.text(), 'here')
    const going = asked(api, answer.headers.get('etag') ?? '')
    await waiting(api, 1)
    await api.call('/topics/a', { method: 'DELETE' })
    assert.equal(await codeOf(await going), '404 notFound')
  })

  test('whoever hangs up waits no more', async () => {
    const api = await started()
    const tag = (await api.put('/topics/a', '1')).headers.get('etag') ?? ''
    const leaving = new AbortController()
    const coming = asked(api, tag, { signal: leaving.signal })
    await waiting(api, 1)
    leaving.abort()
    await assert.rejects(coming)
    await waiting(api, 0)
    while (api.gateway.statistics().sessions > 0) await turn()
  })

  test('when the gateway goes, whoever waits is told to come again', async () => {
    const api = await started()
    const tag = (await api.put('/topics/a', '1')).headers.get('etag') ?? ''
    const coming = asked(api, tag)
    await waiting(api, 1)
    api.gateway.drain(1_000, () => undefined)
    assert.equal(await codeOf(await coming), '503 draining')
  })

  test('whoever may not subscribe cannot wait, and the right may be taken away while it waits', async () => {
    const access = new ScriptedAccess()
    const api = await started({ gateway: { authenticator: access, authorizer: access } })
    const tag = (await api.put('/topics/a', '1')).headers.get('etag') ?? ''
    access.covered = (_who, action) => (action === 'subscribe' ? 'none' : 'all')
    assert.equal(await codeOf(await asked(api, tag)), '403 forbidden')
    access.covered = () => 'all'
    const coming = asked(api, tag)
    await waiting(api, 1)
    access.covered = (_who, action) => (action === 'subscribe' ? 'none' : 'all')
    access.generation += 1
    api.publish('a', '2')
    assert.equal((await coming).status, 200)
  })

  test('there is a bound to how many of one principal wait', async () => {
    const api = await started({ http: { connectsPerSecond: 100_000, connectsPerSecondPerAddress: 100_000 } })
    const tag = (await api.put('/topics/a', '1')).headers.get('etag') ?? ''
    const { pollsPerPrincipalMax } = pollLimits
    const coming = Array.from({ length: pollsPerPrincipalMax }, () => asked(api, tag).then(codeOf))
    await waiting(api, pollsPerPrincipalMax)
    assert.equal(await codeOf(await asked(api, tag)), '429 tooManyRequests')
    api.publish('a', '2')
    assert.deepEqual([...new Set(await Promise.all(coming))], ['200'])
  })
})
