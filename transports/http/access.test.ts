import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:http2'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf } from '../../test/support/api-gateway.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import { certificateFile } from '../../test/support/tcp-listener.js'
import { authority } from '../../test/support/tls-peer.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

const basic = (user: string) => ({ authorization: `Basic ${Buffer.from(`${user}:secret`).toString('base64')}` })

/** Lets in who shows the token or the password `secret`. */
class Doorkeeper extends ScriptedAccess {
  override authenticate: ScriptedAccess['authenticate'] = ({ user, password, token }, answer) => {
    const name = token === 'secret' ? 'bearer' : password === 'secret' ? user : undefined
    if (name === undefined) answer({ kind: 'refused', why: 'not known' })
    else
      answer({
        kind: 'accepted',
        principal: this.principals.get(name) ?? { name, roles: [], rootPath: '', properties: {} },
      })
  }
}

async function guarded() {
  const access = new Doorkeeper()
  const api = await started({ gateway: { authenticator: access, authorizer: access } })
  return { access, api }
}

suite('http: who may', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('whoever is not known is told how to sign in, before anything of the body is looked at', async () => {
    const { api } = await guarded()
    const answer = await api.put('/topics/a', '1')
    assert.match(answer.headers.get('www-authenticate') ?? '', /Bearer/)
    assert.equal(await codeOf(answer), '401 notAuthenticated')
    assert.equal(await codeOf(await api.put('/topics/a', '1', { authorization: 'Nonsense' })), '401 notAuthenticated')
    assert.equal(api.gateway.statistics().topics, 0)
  })

  test('a token or a password is taken, from the head, the query or a cookie', async () => {
    const { api } = await guarded()
    for (const headers of [basic('one'), { authorization: 'Bearer secret' }, { cookie: 'rivulet_token=secret' }])
      assert.ok((await api.put('/topics/a', '1', headers)).ok, JSON.stringify(headers))
    assert.ok((await api.put('/topics/a?token=secret', '1')).ok)
  })

  test('rights are those of every other transport, and each principal sees its own tree', async () => {
    const { access, api } = await guarded()
    access.principals.set('tenant', { name: 'tenant', roles: [], rootPath: 'tenants/x', properties: {} })
    access.allowed = (_who, action, path) => action !== 'publish' || path.startsWith('tenants/')
    assert.equal(await codeOf(await api.put('/topics/a', '1', basic('other'))), '403 forbidden')
    assert.equal(await codeOf(await api.put('/topics/a', '1', basic('tenant'))), '201')
    assert.equal(await (await api.call('/topics/tenants/x/a', { headers: basic('other') })).text(), '1')
    const lines = await api.call('/publish', {
      method: 'POST',
      body: '{"path":"b","value":1}',
      headers: basic('other'),
    })
    assert.equal(Object(await lines.json()).failures[0].code, 'forbidden')
  })

  test('pages from elsewhere may not ask, those that are listed may', async () => {
    const api = await started({ api: { origins: ['https://app.example'] } })
    const from = (origin: string) => ({ origin })
    assert.equal(await codeOf(await api.put('/topics/a', '1', from('https://evil.example'))), '403 forbidden')
    const { headers, status } = await api.put('/topics/a', '1', from('https://app.example'))
    assert.deepEqual(
      [status, headers.get('access-control-allow-origin'), headers.get('vary')],
      [201, 'https://app.example', 'origin'],
    )
    const read = await api.call('/topics/a', { headers: from('https://app.example') })
    assert.equal(read.headers.get('vary'), 'accept-encoding, origin')
    assert.match(read.headers.get('access-control-expose-headers') ?? '', /etag/)
  })

  test('a browser may ask beforehand, and is told what there is', async () => {
    const api = await started({ api: { origins: ['https://app.example'] } })
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'PUT' }
    const answer = await api.call('/topics/a', { method: 'OPTIONS', headers })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('access-control-allow-methods'), 'HEAD, GET, PUT, PATCH, DELETE, OPTIONS')
    assert.equal((await api.call('/nothing', { method: 'OPTIONS' })).status, 404)
  })

  test('over HTTP/2 the same calls do the same', async () => {
    const tls = { port: 0, cert: certificateFile('server.pem'), key: certificateFile('server.key') }
    const api = await started({ http: { tls }, frameBytesMax: 1_000 })
    const session = connect(`https://127.0.0.1:${api.securePort}`, { ca: authority, servername: 'localhost' })
    const call = async (method: string, path: string, body = '', headers = {}) => {
      const stream = session.request(
        { ':method': method, ':path': `/api/v1${path}`, ...headers },
        { endStream: body === '' },
      )
      if (body !== '') stream.end(body)
      const [head] = await once(stream, 'response')
      const pieces: Buffer[] = []
      for await (const piece of stream) pieces.push(piece)
      return [Number(head[':status']), Buffer.concat(pieces).toString()] as const
    }
    assert.equal((await call('PUT', '/topics/a', 'one'))[0], 201)
    assert.deepEqual(await call('GET', '/topics/a'), [200, 'one'])
    assert.equal((await call('HEAD', '/topics/a'))[1], '')
    assert.equal((await call('PUT', '/topics/a', 'x'.repeat(5_000)))[0], 413)
    assert.match((await call('POST', '/publish', '{"path":"b","value":2}\n'))[1], /"accepted":1/)
    assert.equal((await call('GET', '/topics/none'))[0], 404)
    session.close()
  })
})
