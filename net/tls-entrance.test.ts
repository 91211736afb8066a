import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { Server } from 'node:tls'
import { afterEach, suite, test } from 'mocha'
import type { Listening } from '../test/support/tcp-listener.js'
import { certificateFile, everything, hangUp, listening } from '../test/support/tcp-listener.js'
import { gone, nameShown, secured, shakeHands, shows } from '../test/support/tls-peer.js'
import { TlsEntrance } from './tls-entrance.js'

const pair = { cert: certificateFile('server.pem'), key: certificateFile('server.key') }
const asked = (clientCertificate: 'optional' | 'required') => ({
  clientCertificate,
  ca: certificateFile('authority.pem'),
})

const place = (tls: object = {}, options: object = {}) => listening({ ...options, tls: { ...pair, ...tls } })

const refused = ({ listener }: Listening, reason: string) => listener.counters()[`refused.${reason}`]

/** Resolves when the listener has counted the first of these. */
async function counted(at: Listening, reason: string): Promise<void> {
  while (refused(at, reason) === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(refused(at, reason), 1)
  assert.equal(at.takes(), 0)
}

suite('secured listener', () => {
  afterEach(hangUp)

  test('hands over a connection once it is secured, and carries both directions', async () => {
    const at = await place()
    const peer = await secured({ port: at.port })
    assert.equal(nameShown(peer), 'localhost')
    const { socket, peer: info } = await at.taken()
    assert.deepEqual(info, { address: '127.0.0.1', certificate: null })
    socket.write('welcome')
    assert.equal(String((await once(peer, 'data'))[0]), 'welcome')
    peer.end('hello')
    assert.equal(await everything(socket), 'hello')
  })

  for (const wish of ['optional', 'required'] as const) {
    test(`knows clients by their certificates where they are ${wish}`, async () => {
      const at = await place(asked(wish))
      await secured({ port: at.port, ...shows('client') })
      const { fingerprint256 } = new X509Certificate(readFileSync(certificateFile('client.pem')))
      const { peer } = await at.taken()
      assert.deepEqual(peer.certificate, { commonName: 'pump-7', fingerprint: fingerprint256 })
      await secured({ port: at.port, ...shows('nameless') })
      assert.equal((await at.taken()).peer.certificate?.commonName, null)
    })

    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      test(`refuses a certificate that nobody it knows has signed where they are ${wish}, over ${maxVersion}`, async () => {
        const at = await place(asked(wish))
        await gone(shakeHands({ port: at.port, maxVersion, ...shows('stranger') }))
        await counted(at, 'tlsCertificate')
      })

      test(`refuses a certificate for servers where they are ${wish}, over ${maxVersion}`, async () => {
        const at = await place(asked(wish))
        await gone(shakeHands({ port: at.port, maxVersion, ...shows('renewed') }))
        await counted(at, 'tlsCertificate')
      })
    }
  }

  test('takes clients without a certificate where one is optional', async () => {
    const at = await place(asked('optional'))
    await secured({ port: at.port })
    assert.equal((await at.taken()).peer.certificate, null)
  })

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`refuses clients without a certificate where one is required, over ${maxVersion}`, async () => {
      const at = await place(asked('required'))
      await gone(shakeHands({ port: at.port, maxVersion }))
      await counted(at, 'tlsCertificate')
    })
  }

  test('asks for no certificate unless told to', async () => {
    const at = await place({ ca: certificateFile('authority.pem') })
    await secured({ port: at.port, ...shows('stranger') })
    assert.equal((await at.taken()).peer.certificate, null)
  })

  test('refuses versions below its own', async () => {
    const at = await place({ minVersion: 'TLSv1.3' })
    await gone(shakeHands({ port: at.port, maxVersion: 'TLSv1.2' }))
    await counted(at, 'tlsHandshake')
  })

  for (const [what, act] of [
    ['speaks without a handshake', (peer: Socket) => peer.write('\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0')],
    ['ends', (peer: Socket) => peer.end('\x16')],
    ['breaks off', (peer: Socket) => peer.resetAndDestroy()],
  ] as const) {
    test(`hangs up on a peer that ${what}, and counts it`, async () => {
      const at = await place()
      const peer = connect(at.port, '127.0.0.1')
      await once(peer, 'connect')
      act(peer.on('error', () => peer.destroy()))
      await gone(peer)
      await counted(at, 'tlsHandshake')
    })
  }

  test('hangs up on a handshake that takes too long, however busily it is carried on', async () => {
    const at = await place({ handshakeTimeoutMs: 50 })
    const [silent, busy] = [connect(at.port, '127.0.0.1'), connect(at.port, '127.0.0.1')]
    await Promise.all([silent, busy].map((peer) => once(peer, 'connect')))
    const drip = (): void => {
      if (!busy.destroyed) busy.write('\0', () => setImmediate(drip))
    }
    // The head of a message of 16 KB, whose bytes come one by one.
    busy.write(Buffer.from('1603014000010040fc0303', 'hex'), drip)
    await Promise.all([everything(silent), everything(busy)])
    assert.deepEqual([refused(at, 'tlsLate'), refused(at, 'tlsHandshake')], [2, 0])
  })

  test('counts secured connections with the others, until they are gone', async () => {
    const at = await place({}, { connectionsMax: 1 })
    const peer = await secured({ port: at.port })
    const { socket } = await at.taken()
    await gone(shakeHands({ port: at.port }))
    assert.equal(refused(at, 'connections'), 1)
    peer.destroy()
    await gone(socket.resume())
    while (at.listener.counters().connections !== 0) await new Promise((resolve) => setImmediate(resolve))
    await secured({ port: at.port })
    await at.taken()
  })

  test('counts a connection whose handshake failed no longer', async () => {
    const at = await place({}, { connectionsMax: 1 })
    await everything(connect(at.port, '127.0.0.1').end('no handshake'))
    while (at.listener.counters().connections !== 0) await new Promise((resolve) => setImmediate(resolve))
    await secured({ port: at.port })
  })

  test('forgets a handshake once it is over, however it ended', async () => {
    const at = await place(asked('required'))
    await secured({ port: at.port, ...shows('client') })
    const { socket } = await at.taken()
    await gone(shakeHands({ port: at.port }))
    await everything(connect(at.port, '127.0.0.1').end('no handshake'))
    while (at.listener.counters().connections !== 1) await new Promise((resolve) => setImmediate(resolve))
    const entrance: unknown = Reflect.get(at.listener, 'tls')
    assert.ok(entrance instanceof TlsEntrance)
    for (const name of ['shaking', 'sockets']) {
      const waiting: unknown = Reflect.get(entrance, name)
      assert.ok(waiting instanceof Map && waiting.size === 0, `${name} is empty`)
    }
    const server: unknown = Reflect.get(entrance, 'server')
    assert.ok(server instanceof Server)
    server.emit('secureConnection', socket)
    assert.deepEqual([socket.destroyed, at.takes()], [true, 1], 'one that it does not know is none of its own')
  })

  test('hangs up on unfinished handshakes when it closes, and leaves the others to their taker', async () => {
    const at = await place()
    const peer = await secured({ port: at.port })
    const { socket } = await at.taken()
    const waiting = connect(at.port, '127.0.0.1')
    await once(waiting, 'connect')
    while (at.listener.counters().connections !== 2) await new Promise((resolve) => setImmediate(resolve))
    await at.listener.close()
    await gone(waiting)
    socket.end('still here')
    assert.equal(await everything(peer), 'still here')
  })
})

suite('secured listener behind proxies', () => {
  const proxies: ReturnType<typeof createServer>[] = []

  afterEach(async () => {
    for (const proxy of proxies.splice(0)) proxy.close()
    await hangUp()
  })

  /** A proxy that says whose connection it passes on, in pieces of so many bytes, with the peer's first bytes behind it in one. */
  async function proxyTo({ port }: Listening, address: string, pieceBytes: number): Promise<number> {
    const proxy = createServer((near) => {
      const far = connect({ port, host: '127.0.0.1', noDelay: true })
      near.once('data', async (first) => {
        const said = Buffer.concat([Buffer.from(`PROXY TCP4 ${address} 192.0.2.1 4711 8883\r\n`), first])
        for (let at = 0; at < said.length; at += pieceBytes)
          await new Promise((resolve) => far.write(said.subarray(at, at + pieceBytes), resolve))
        near.pipe(far).pipe(near)
      })
      for (const each of [near, far]) each.on('error', () => [near, far].map((socket) => socket.destroy()))
    })
    proxies.push(proxy.listen(0, '127.0.0.1'))
    await once(proxy, 'listening')
    const at = proxy.address()
    assert.ok(at !== null && typeof at === 'object')
    return at.port
  }

  for (const pieceBytes of [65_536, 60, 1]) {
    test(`names the client of the proxy, by address and certificate, where the header comes in pieces of ${pieceBytes}`, async () => {
      const at = await place({ ...asked('required'), proxyProtocol: { from: ['127.0.0.1'] } })
      const port = await proxyTo(at, '203.0.113.9', pieceBytes)
      const peer = await secured({ port, ...shows('client') })
      const { socket, peer: info } = await at.taken()
      assert.deepEqual([info.address, info.certificate?.commonName], ['203.0.113.9', 'pump-7'])
      peer.end('hello')
      assert.equal(await everything(socket), 'hello')
    })
  }

  test('tells several clients of one proxy apart', async () => {
    const at = await place({ proxyProtocol: { from: ['127.0.0.1'] } })
    const addresses = Array.from({ length: 20 }, (_, index) => `203.0.113.${index}`)
    await Promise.all(addresses.map(async (address) => secured({ port: await proxyTo(at, address, 65_536) })))
    const seen = await Promise.all(addresses.map(async () => (await at.taken()).peer.address))
    assert.deepEqual(seen.sort(), addresses.sort())
  })

  test('hangs up on a handshake without a header', async () => {
    const at = await place({ proxyProtocol: { from: ['127.0.0.1'] } })
    await gone(shakeHands({ port: at.port }))
    await counted(at, 'proxyHeader')
  })
})
