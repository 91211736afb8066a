import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { afterEach, beforeEach, suite, test } from 'mocha'
import type { Listening } from '../test/support/tcp-listener.js'
import { certificateFile, hangUp, listening } from '../test/support/tcp-listener.js'
import { gone, nameShown, secured, shakeHands, shows } from '../test/support/tls-peer.js'
import { OptionError, readOptions } from './options.js'
import { TlsCredentials } from './tls-credentials.js'
import { tlsSection } from './tls-options.js'

suite('tls credentials', () => {
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-tls-'))
    use('server', 'authority')
  })

  afterEach(async () => {
    await hangUp()
    rmSync(folder, { recursive: true })
  })

  /** Puts the certificate of a server, and the authority of its clients, where the configuration says. */
  function use(server: string, authority: string): void {
    copyFileSync(certificateFile(`${server}.pem`), join(folder, 'cert.pem'))
    copyFileSync(certificateFile(`${server}.key`), join(folder, 'key.pem'))
    copyFileSync(certificateFile(`${authority}.pem`), join(folder, 'ca.pem'))
  }

  const section = () => ({
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
    ca: join(folder, 'ca.pem'),
    clientCertificate: 'required',
  })

  const start = () => listening({ tls: section() })
  const dial = ({ port }: Listening, more: ConnectionOptions = {}) => secured({ port, ...shows('client'), ...more })

  async function echoes({ taken }: Listening, peer: TLSSocket): Promise<void> {
    const { socket } = await taken()
    socket.pipe(socket)
    peer.write('still here')
    assert.equal(String((await once(peer, 'data'))[0]), 'still here')
  }

  test('read again, are shown to new connections, while old ones go on', async () => {
    const at = await start()
    const old = await dial(at)
    use('renewed', 'authority')
    assert.deepEqual(at.listener.reload(), [])
    const young = await dial(at)
    assert.deepEqual([nameShown(old), nameShown(young)], ['localhost', 'renewed'])
    await echoes(at, old)
    await echoes(at, young)
  })

  test('that are broken change nothing, and what is wrong is said', async () => {
    const at = await start()
    use('renewed', 'stranger-authority')
    copyFileSync(certificateFile('client.key'), join(folder, 'key.pem'))
    writeFileSync(join(folder, 'ca.pem'), 'no certificate')
    const [key = '', ca = '', ...others] = at.listener.reload()
    assert.match(key, /^key: expected the key of the certificate; \S+key\.pem belongs to another$/)
    assert.match(ca, /^ca: expected certificates in PEM; \S+ca\.pem has none/)
    assert.deepEqual(others, [])
    assert.equal(nameShown(await dial(at)), 'localhost')
    await at.taken()
  })

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`let nobody in on the word of an authority that was taken out, nor resume a session of before, over ${maxVersion}`, async () => {
      const at = await start()
      const session = await sessionOf(at, maxVersion)
      const resumed = await dial(at, { maxVersion, session })
      await at.taken()
      assert.ok(resumed.isSessionReused(), 'a session can be resumed at all')
      use('server', 'stranger-authority')
      assert.deepEqual(at.listener.reload(), [])
      await gone(shakeHands({ port: at.port, maxVersion, session, ...shows('client') }))
      assert.equal(at.listener.counters()['refused.tlsCertificate'], 1)
      await dial(at, { maxVersion, ...shows('stranger') })
      await at.taken()
      assert.equal(at.takes(), 3)
    })
  }

  /** What a first connection leaves behind, to be resumed. */
  async function sessionOf(at: Listening, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<Buffer> {
    const peer = shakeHands({ port: at.port, maxVersion, ...shows('client') }).resume()
    const [session] = await once(peer, 'session')
    await at.taken()
    assert.ok(Buffer.isBuffer(session))
    return session
  }

  test('must be good at the start', () => {
    const options = readOptions(tlsSection(8883, folder), section())
    rmSync(join(folder, 'cert.pem'))
    assert.throws(
      () => new TlsCredentials(options),
      (error) => error instanceof OptionError && /cert: .*ENOENT/.test(error.message),
    )
  })

  test('serve https as well', async () => {
    const credentials = new TlsCredentials(readOptions(tlsSection(0, folder), section()))
    const server = createServer(credentials.serverOptions()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    use('renewed', 'authority')
    assert.deepEqual(credentials.reload(server), [])
    const peer = await secured({ port: address.port, ...shows('client') })
    assert.equal(nameShown(peer), 'renewed')
    peer.destroy()
    server.close()
  })
})
