import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf } from '../../test/support/api-gateway.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import { httpLimits } from './limits.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

const merge = 'application/merge-patch+json'
const patch = 'application/json-patch+json'

function patched(api: ApiGateway, body: unknown, type: string, headers: Record<string, string> = {}) {
  const init = { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': type, ...headers } }
  return api.call('/topics/a', init).then(codeOf)
}

const currentOf = async (api: ApiGateway) => (await api.call('/topics/a')).text()

suite('http: patches', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('a merge patch changes what it names, and makes a topic where there is none (RFC 7396)', async () => {
    const api = await started()
    assert.equal(await patched(api, { a: 1, b: { c: 2 } }, merge), '201')
    assert.equal(await patched(api, { a: null, b: { d: 3 } }, merge), '204')
    assert.equal(await currentOf(api), '{"b":{"c":2,"d":3}}')
  })

  test('a JSON patch is carried out as a whole or not at all (RFC 6902)', async () => {
    const api = await started()
    assert.equal(await patched(api, [{ op: 'add', path: '', value: 1 }], patch), '404 notFound')
    await api.put('/topics/a', '{"n":1}', { 'content-type': 'application/json' })
    const add = { op: 'add', path: '/m', value: [2] }
    assert.equal(await patched(api, [add, { op: 'test', path: '/n', value: 2 }], patch), '409 patchTestFailed')
    assert.equal(await patched(api, [add, { op: 'remove', path: '/x' }], patch), '400 invalidPatch')
    assert.equal(await currentOf(api), '{"n":1}')
    assert.equal(await patched(api, [add, { op: 'test', path: '/n', value: 1 }], patch), '204')
    assert.equal(await currentOf(api), '{"n":1,"m":[2]}')
  })

  test('a patch is for the version that it names', async () => {
    const api = await started()
    await api.put('/topics/a', '{}', { 'content-type': 'application/json' })
    const tag = (await api.call('/topics/a')).headers.get('etag') ?? ''
    const add = [{ op: 'add', path: '/m', value: 1 }]
    for (const [type, body] of [
      [patch, add],
      [merge, { m: 1 }],
    ] as const) {
      assert.equal(await patched(api, body, type, { 'if-match': '"x"' }), '412 conditionFailed')
    }
    assert.equal(await patched(api, add, patch, { 'if-match': tag }), '204')
    assert.equal(await patched(api, { m: 2 }, merge, { 'if-match': tag }), '412 conditionFailed')
  })

  test('what changed while it was being patched is looked at again, and given up after a while', async () => {
    const access = new ScriptedAccess()
    const api = await started({ gateway: { authenticator: access, authorizer: access } })
    await api.put('/topics/a', '{"n":0}', { 'content-type': 'application/json' })
    let others = 2
    // Somebody else publishes after the value was read, while the right to publish is being looked at.
    access.allowed = ({ name }, action) => {
      if (action !== 'publish' || name === 'anybody' || others === 0) return true
      others -= 1
      api.publish('a', `{"n":${others + 10}}`)
      return true
    }
    const add = [{ op: 'add', path: '/m', value: 1 }]
    assert.equal(await patched(api, add, patch), '204')
    assert.equal(await currentOf(api), '{"n":10,"m":1}')
    others = httpLimits.attemptsMax
    assert.equal(await patched(api, add, patch), '409 conflict')
  })

  test('what cannot be patched is said', async () => {
    const api = await started()
    const remove = [{ op: 'remove', path: '/a' }]
    await api.put('/topics/a', 'text', { 'content-type': 'text/plain' })
    assert.equal(await patched(api, remove, patch), '409 typeMismatch')
    assert.equal(await patched(api, { a: 1 }, merge), '409 typeMismatch')
    assert.equal(await patched(api, remove, 'application/json'), '415 unsupportedMediaType')
    const broken = { method: 'PATCH', body: '{', headers: { 'content-type': merge } }
    assert.equal(await codeOf(await api.call('/topics/a', broken)), '400 invalidJson')
    assert.equal(await patched(api, { a: 'x'.repeat(70_000) }, merge), '413 tooLarge')
    await api.call('/topics/a', { method: 'DELETE' })
    await api.put('/topics/a', JSON.stringify({ a: 'x'.repeat(70_000) }), { 'content-type': 'application/json' })
    assert.equal(await patched(api, remove, patch), '413 tooLarge')
  })
})
