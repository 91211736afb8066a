import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import type { Listening } from '../test/support/tcp-listener.js'
import { everything, hangUp, listening } from '../test/support/tcp-listener.js'

const fromHere = { proxyProtocol: { from: ['127.0.0.0/8'] } }
const header = (address: string) => `PROXY TCP4 ${address} 192.0.2.1 4711 1883\r\n`

/** A connection through a proxy that says this first. */
async function dial({ port }: Listening, ...said: readonly string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  for (const each of said) socket.write(each)
  return socket
}

suite('listener behind proxies', () => {
  afterEach(hangUp)

  test('hands over a connection under the address that its proxy names, with all that the peer sends', async () => {
    const place = await listening(fromHere)
    const peer = await dial(place, `${header('203.0.113.9')}hello`)
    const { socket, peer: info } = await place.taken()
    assert.deepEqual(info, { address: '203.0.113.9', certificate: null })
    peer.end(', world')
    assert.equal(await everything(socket), 'hello, world')
  })

  test('lets the peer say everything and end in one packet with the header', async () => {
    const place = await listening(fromHere)
    const peer = connect(place.port, '127.0.0.1')
    peer.end(`${header('203.0.113.9')}hello`)
    assert.equal(await everything((await place.taken()).socket), 'hello')
  })

  test('reads a header that comes byte by byte', async () => {
    const place = await listening(fromHere)
    const peer = await dial(place)
    peer.setNoDelay()
    for (const byte of header('203.0.113.9')) await new Promise((resolve) => peer.write(byte, resolve))
    assert.equal((await place.taken()).peer.address, '203.0.113.9')
  })

  test('can be answered at once', async () => {
    const place = await listening(fromHere)
    const peer = await dial(place, header('203.0.113.9'))
    const { socket } = await place.taken()
    socket.end('welcome')
    assert.equal(await everything(peer), 'welcome')
  })

  for (const [who, said] of [
    ['for itself', Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex').toString('latin1')],
    ['for nobody known', 'PROXY UNKNOWN\r\n'],
  ] as const) {
    test(`keeps the address of the socket where the proxy speaks ${who}`, async () => {
      const place = await listening(fromHere)
      await dial(place, said)
      assert.equal((await place.taken()).peer.address, '127.0.0.1')
    })
  }

  test('counts peers by the address that their proxy names', async () => {
    const place = await listening({ ...fromHere, connectionsPerAddressMax: 1 })
    await dial(place, header('203.0.113.9'))
    await place.taken()
    const second = await dial(place, header('203.0.113.9'))
    assert.equal(await everything(second), '')
    await dial(place, header('203.0.113.10'))
    assert.equal((await place.taken()).peer.address, '203.0.113.10')
    const counters = place.listener.counters()
    assert.deepEqual([counters['refused.addressConnections'], counters.connections], [1, 2])
  })

  test('hangs up on whoever is not one of the proxies, whatever it says', async () => {
    const place = await listening({ proxyProtocol: { from: ['203.0.113.0/24', '2001:db8::/32'] } })
    assert.equal(await everything(await dial(place, header('203.0.113.9'))), '')
    assert.equal(place.listener.counters()['refused.proxyUnlisted'], 1)
    assert.equal(place.takes(), 0)
  })

  test('hangs up at once on a proxy that sends no header', async () => {
    const place = await listening(fromHere)
    assert.equal(await everything(await dial(place, 'GET / HTTP/1.1\r\n\r\n')), '')
    assert.equal(place.listener.counters()['refused.proxyHeader'], 1)
    assert.equal(place.takes(), 0)
  })

  test('hangs up on a header that takes too long, however busily it is sent', async () => {
    const place = await listening({ proxyProtocol: { from: ['127.0.0.1'], headerTimeoutMs: 50 } })
    const silent = await dial(place)
    const busy = await dial(place, Buffer.from('0d0a0d0a000d0a515549540a21110ff0', 'hex').toString('latin1'))
    const drip = (): void => {
      if (!busy.destroyed) busy.write('x', () => setImmediate(drip))
    }
    drip()
    await Promise.all([everything(silent), everything(busy)])
    assert.equal(place.listener.counters()['refused.proxyLate'], 2)
    assert.equal(place.takes(), 0)
  })

  test('gives a connection whose header came in time as long as it likes', async () => {
    const place = await listening({ proxyProtocol: { from: ['127.0.0.1'], headerTimeoutMs: 50 } })
    await dial(place, header('203.0.113.9'))
    const { socket } = await place.taken()
    // Its time is over later.
    await everything(await dial(place))
    assert.deepEqual([socket.destroyed, place.listener.counters()['refused.proxyLate']], [false, 1])
  })

  for (const [how, leave] of [
    ['ends', (peer: Socket) => peer.end()],
    ['breaks off', (peer: Socket) => peer.resetAndDestroy()],
  ] as const) {
    test(`counts a proxy that ${how} before its header is complete`, async () => {
      const place = await listening(fromHere)
      const peer = await dial(place, 'PROXY TCP4 203.0.1')
      leave(peer)
      await counted(place, 'proxyLeft')
      assert.equal(place.takes(), 0)
    })
  }

  test('takes a bounded number of connections without a header, and more when one has left', async () => {
    const place = await listening({ proxyProtocol: { from: ['127.0.0.1'], waitingMax: 2 } })
    const first = await dial(place)
    await dial(place)
    assert.equal(await everything(await dial(place, header('203.0.113.9'))), '')
    assert.equal(place.listener.counters()['refused.proxyWaiting'], 1)
    first.destroy()
    await counted(place, 'proxyLeft')
    await dial(place, header('203.0.113.9'))
    await place.taken()
  })

  test('hangs up on those without a header when it closes', async () => {
    const place = await listening(fromHere)
    const waiting = await dial(place, 'PROXY')
    await place.listener.close()
    assert.equal(await everything(waiting), '')
    assert.equal(place.listener.counters()['refused.proxyLeft'], 0, 'it did not leave by itself')
  })
})

/** Resolves when the listener has counted the first of these. */
async function counted({ listener }: Listening, reason: string): Promise<void> {
  while (listener.counters()[`refused.${reason}`] === 0) await new Promise((resolve) => setImmediate(resolve))
}
