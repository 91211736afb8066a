import assert from 'node:assert/strict'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway } from '../../test/support/api-gateway.js'
import { calls } from './calls.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

suite('http: description', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('the document is valid OpenAPI 3.1, by a validator that is not ours', async () => {
    const api = await started()
    const document = Object(await (await api.call('/openapi.json')).json())
    const validator = new Validator()
    const { valid, errors } = await validator.validate(document)
    assert.ok(valid, JSON.stringify(errors))
    assert.equal(validator.version, '3.1')
    assert.equal(document.servers[0].url, '/api/v1')
  })

  test('each call is described, with its parameters, and nothing else is', async () => {
    const api = await started()
    const { paths } = Object(await (await api.call('/openapi.json')).json())
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(Object(methods)).map(([method, call]) => `${Object(call).operationId} ${method} ${path}`),
    )
    const known = Object.entries(calls).map(([name, { method, path }]) => `${name} ${method} ${path}`)
    assert.deepEqual(described.sort(), known.sort())
    const names = paths['/topic'].put.parameters.map(({ name }: { name: string }) => name)
    for (const name of calls.writeNamedTopic.parameters) assert.ok(names.includes(name), name)
  })

  test('the page loads nothing from elsewhere, and may run only what stands in it', async () => {
    const api = await started()
    const answer = await api.call('/')
    const page = await answer.text()
    assert.doesNotMatch(page, /(?:src|href)="(?:https?:)?\/\//)
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'sha256-/)
    const redirected = await api.call('', { redirect: 'manual' })
    assert.deepEqual([redirected.status, redirected.headers.get('location')], [308, '/api/v1/'])
  })

  test('the API stands where the configuration says', async () => {
    const api = await started({ api: { path: '/gateway/api' } })
    const base = `http://127.0.0.1:${api.port}/gateway/api`
    assert.equal((await fetch(`${base}/topics/a`, { method: 'PUT', body: '1' })).status, 201)
    assert.equal(Object(await (await fetch(`${base}/openapi.json`)).json()).servers[0].url, '/gateway/api')
  })
})
