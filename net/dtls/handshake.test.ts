import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { certificateText } from '../../test/support/dtls/certificates.js'
import type { SimulatedClient } from '../../test/support/dtls/simulated.js'
import { anotherKey, DtlsWorld, heardBy, perfect, psk } from '../../test/support/dtls/simulated.js'
import { Random } from '../../test/support/random.js'

const authority = certificateText('authority.pem')
const serverCertificate = { cert: certificateText('server.pem'), key: certificateText('server.key') }
const clientCertificate = { cert: certificateText('client.pem'), key: certificateText('client.key') }

/** Both hear each other. */
function assertTalk(world: DtlsWorld, client: SimulatedClient): void {
  assert.equal(client.failure, null)
  const heard = heardBy(world.session)
  assert.ok(client.say('up') >= 0)
  assert.ok(world.session.send(Buffer.from('down')) >= 0)
  world.clock.advance(100)
  assert.deepEqual([heard, client.heard.slice(-1)], [['up'], ['down']])
}

suite('a DTLS handshake', () => {
  for (const connectionId of [true, false])
    test(`with a pre-shared key ${connectionId ? 'and a connection id' : 'alone'} makes a session both ways`, () => {
      const world = new DtlsWorld()
      const client = world.client({ psk, connectionId }).connect()
      assertTalk(world, client)
      assert.deepEqual(world.session.peer, { identity: 'buoy-7', certificate: null })
      assert.equal(world.session.suite, 'ECDHE_PSK_CHACHA20_POLY1305')
    })

  test('takes four flights before and two round trips and a half after the cookie, and few bytes', () => {
    const world = new DtlsWorld()
    world.client().connect()
    assert.equal(world.sent.length, 6)
    const bytes = world.sent.reduce((sum, { datagram }) => sum + datagram.length, 0)
    assert.ok(bytes <= 800, `${bytes} bytes`)
  })

  test('with certificates on both sides makes a session, and says who came', () => {
    const world = new DtlsWorld({ ...serverCertificate, ca: authority })
    const client = world.client({ ...clientCertificate, ca: authority, servername: 'localhost' }).connect()
    assertTalk(world, client)
    assert.match(world.session.peer.certificate?.subject ?? '', /CN=pump-7/)
    assert.equal(client.session?.suite, 'ECDHE_ECDSA_CHACHA20_POLY1305')
  })

  test('comes to its end whichever of its datagrams is lost', () => {
    for (let lost = 0; lost < 6; lost++) {
      const world = new DtlsWorld(undefined, (_sent, index) => (index === lost ? [] : [10]))
      assertTalk(world, world.client().connect(10_000))
    }
  })

  test('comes to its end in small datagrams over a network that loses, repeats and turns around', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new Random(seed)
      const world = new DtlsWorld({ ...serverCertificate, ca: authority, mtu: 256 }, () =>
        random.below(10) === 0 ? [] : Array.from({ length: 1 + random.below(2) }, () => 10 + random.below(200)),
      )
      const client = world.client({ ...clientCertificate, ca: authority, mtu: 256 }).connect(59_000)
      world.network = perfect
      assertTalk(world, client)
    }
  })

  test('with a wrong key, or of nobody, looks the same to whoever tries: nothing comes of it', () => {
    const outcomes = [
      { identity: psk.identity, key: anotherKey() },
      { identity: 'nobody', key: psk.key },
    ].map((wrong) => {
      const world = new DtlsWorld()
      const client = world.client({ psk: wrong }).connect(70_000)
      const answers = world.sent.filter(({ to }) => to === 'client').map(({ datagram }) => datagram.length)
      return { failure: client.failure, answers, refused: world.server.counters() }
    })
    const [wrongKey, nobody] = outcomes
    assert.deepEqual(wrongKey?.answers, nobody?.answers)
    assert.equal(wrongKey?.failure, 'timeout')
    assert.equal(nobody?.failure, 'timeout')
    assert.equal(wrongKey?.refused['dropped.wrongKey'], 1)
    assert.equal(nobody?.refused['dropped.unknownIdentity'], 1)
  })
})
