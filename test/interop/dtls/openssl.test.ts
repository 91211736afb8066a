import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { ClientOptions, DtlsSession, ServerOptions } from '../../../net/dtls/index.js'
import { DtlsClient, DtlsServer } from '../../../net/dtls/index.js'
import { within } from '../../support/deadline.js'
import { certificateText } from '../../support/dtls/certificates.js'
import { needsPeer } from '../../support/peers.js'
import { certificateFile } from '../../support/tcp-listener.js'
import { DtlsProgram, freeUdpPort } from './program.js'

const key = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const identity = 'buoy-7'
const authority = certificateText('authority.pem')
const own = (name: string) => ({ cert: certificateText(`${name}.pem`), key: certificateText(`${name}.key`) })
const files = (name: string) => ['-cert', certificateFile(`${name}.pem`), '-key', certificateFile(`${name}.key`)]

/** Our name of each suite, and OpenSSL's. */
const withPsk = [
  ['ECDHE_PSK_CHACHA20_POLY1305', 'ECDHE-PSK-CHACHA20-POLY1305'],
  ['PSK_AES_128_GCM', 'PSK-AES128-GCM-SHA256'],
  ['PSK_AES_128_CCM_8', 'PSK-AES128-CCM8@SECLEVEL=0'],
] as const
const withCertificate = [
  ['ECDHE_ECDSA_CHACHA20_POLY1305', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['ECDHE_ECDSA_AES_128_GCM', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
] as const

const closing: (() => Promise<void>)[] = []

/** A server that says back what it hears. */
async function echoing(options: ServerOptions) {
  const sessions: DtlsSession[] = []
  const server = new DtlsServer(options, (session) => {
    sessions.push(session)
    session.events = { message: (content) => session.send(Buffer.concat([Buffer.from('back: '), content])) }
  })
  closing.push(() => server.close())
  const { port } = await server.listen(0)
  return { port, sessions, server }
}

function program(openssl: string, options: readonly string[]): DtlsProgram {
  const started = new DtlsProgram(openssl, options)
  closing.push(() => started.stop())
  return started
}

/** Something said by a client of ours to `openssl s_server`, and back. */
async function talked(client: DtlsClient, server: DtlsProgram): Promise<DtlsSession> {
  closing.push(() => client.close())
  const session = await client.connect()
  const heard = new Promise<string>((resolve) => {
    session.events = { message: (content) => resolve(content.toString()) }
  })
  session.send(Buffer.from('from the client\n'))
  await server.hears('from the client')
  server.say('from the server')
  assert.equal(await within('an answer', heard), 'from the server\n')
  return session
}

suite('our DTLS and OpenSSL', () => {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  for (const [name, theirs] of withPsk)
    test(`openssl s_client comes to us with a pre-shared key over ${name}`, async function () {
      const openssl = needsPeer(this, 'openssl', 'speaks DTLS to us')
      const { port, sessions } = await echoing({ psk: new Map([[identity, key]]) })
      const psk = ['-psk_identity', identity, '-psk', key.toString('hex')]
      const dial = ['-dtls1_2', '-connect', `127.0.0.1:${port}`, '-quiet', '-cipher', theirs]
      const client = program(openssl, ['s_client', ...dial, ...psk])
      client.say('hello')
      await client.hears('back: hello')
      assert.deepEqual([sessions[0]?.suite, sessions[0]?.peer.identity], [name, identity])
    })

  for (const [name, theirs] of withCertificate)
    test(`openssl s_client comes to us with certificates over ${name}`, async function () {
      const openssl = needsPeer(this, 'openssl', 'speaks DTLS to us')
      const { port, sessions } = await echoing({ ...own('server'), ca: authority })
      const verify = [
        '-CAfile',
        certificateFile('authority.pem'),
        '-verify_return_error',
        '-verify_hostname',
        'localhost',
      ]
      const dial = ['-dtls1_2', '-connect', `127.0.0.1:${port}`, '-quiet', '-cipher', theirs]
      const client = program(openssl, ['s_client', ...dial, ...verify, ...files('client')])
      client.say('hello')
      await client.hears('back: hello')
      assert.equal(sessions[0]?.suite, name)
      assert.match(sessions[0]?.peer.certificate?.subject ?? '', /CN=pump-7/)
    })

  test('openssl s_client with small datagrams puts our certificate together', async function () {
    const openssl = needsPeer(this, 'openssl', 'speaks DTLS to us')
    const { port } = await echoing({ ...own('server'), mtu: 256 })
    const dial = ['-dtls1_2', '-connect', `127.0.0.1:${port}`, '-quiet', '-mtu', '256']
    const client = program(openssl, ['s_client', ...dial, '-CAfile', certificateFile('authority.pem')])
    client.say('hello')
    await client.hears('back: hello')
  })

  test('openssl s_client with a certificate of another authority does not come in, and is told so', async function () {
    const openssl = needsPeer(this, 'openssl', 'speaks DTLS to us')
    const { port, sessions, server } = await echoing({ ...own('server'), ca: authority })
    const dial = ['-dtls1_2', '-connect', `127.0.0.1:${port}`]
    const client = program(openssl, ['s_client', ...dial, ...files('stranger')])
    await client.hears('alert bad certificate')
    assert.deepEqual([sessions.length, server.counters()['dropped.badCertificate']], [0, 1])
  })

  for (const [name, theirs] of withPsk)
    test(`we come to openssl s_server with a pre-shared key over ${name}`, async function () {
      const openssl = needsPeer(this, 'openssl', 'we speak DTLS to it')
      const port = await freeUdpPort()
      const psk = ['-psk_identity', identity, '-psk', key.toString('hex'), '-nocert']
      const listen = ['-dtls1_2', '-accept', `127.0.0.1:${port}`, '-listen', '-cipher', theirs]
      const server = program(openssl, ['s_server', ...listen, ...psk])
      await server.hears('ACCEPT')
      const session = await talked(new DtlsClient({ psk: { identity, key } }, port, '127.0.0.1'), server)
      assert.equal(session.suite, name)
    })

  for (const [name, theirs] of withCertificate)
    test(`we come to openssl s_server with certificates over ${name}`, async function () {
      const openssl = needsPeer(this, 'openssl', 'we speak DTLS to it')
      const port = await freeUdpPort()
      const verify = ['-CAfile', certificateFile('authority.pem'), '-Verify', '1', '-verify_return_error']
      const listen = ['-dtls1_2', '-accept', `127.0.0.1:${port}`, '-listen', '-cipher', theirs]
      const server = program(openssl, ['s_server', ...listen, ...files('server'), ...verify])
      await server.hears('ACCEPT')
      const options: ClientOptions = { ...own('client'), ca: authority, servername: 'localhost' }
      const session = await talked(new DtlsClient(options, port, '127.0.0.1'), server)
      assert.equal(session.suite, name)
      assert.match(session.peer.certificate?.subject ?? '', /CN=localhost/)
    })
})
