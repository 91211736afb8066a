import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { suite, test } from 'mocha'
import { certificateText } from '../../test/support/dtls/certificates.js'
import { DtlsWorld, perfect, psk } from '../../test/support/dtls/simulated.js'
import { certificatesIn } from './certificates.js'
import { vector } from './fields.js'
import { clientHelloBody, clientHelloIn, extensionTypes } from './hellos.js'
import { dtlsLimits } from './limits.js'
import { messageOf, messageTypes, piecesIn, piecesOf } from './messages.js'
import { contentTypes, recordNumber, recordOf, recordsIn } from './records.js'

const none: Buffer = Buffer.alloc(0)

/** A hello of nobody in particular, as a datagram. */
function hello(cookie = none, random = randomBytes(32)): Buffer {
  const extensions = new Map([[extensionTypes.extendedMasterSecret, none]])
  const body = clientHelloBody({ random, sessionId: none, cookie, suites: [0x00a8], extensions })
  return handshakeRecord(messageOf(messageTypes.clientHello, cookie.length === 0 ? 0 : 1, body).whole)
}

const handshakeRecord = (content: Buffer) => recordOf(contentTypes.handshake, recordNumber(0, 1), none, content)

/** The cookie that the server asked for last. */
function cookieIn(world: DtlsWorld): Buffer {
  const [record] = recordsIn(world.sent.at(-1)?.datagram ?? none, 0)
  const [piece] = piecesIn(record?.content ?? none) ?? []
  assert.equal(piece?.type, messageTypes.helloVerifyRequest)
  return Buffer.from(piece.bytes.subarray(3))
}

function throws(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}

const at = (port: number, address = '198.51.100.9') => ({ address, port })

suite('a DTLS server and hostile peers', () => {
  test('whoever may not be where it says is told less than it said, and nothing is kept of it', () => {
    const world = new DtlsWorld()
    for (let host = 0; host < 10_000; host++) {
      const said = hello()
      const before = world.sent.length
      world.server.received(said, at(1_000 + (host % 60_000), `198.51.${host >> 8}.${host & 255}`))
      const answers = world.sent.slice(before)
      assert.equal(answers.length, 1)
      assert.ok((answers[0]?.datagram.length ?? 0) < said.length)
    }
    assert.deepEqual(world.server.counters(), { sessions: 0, handshakes: 0, established: 0 })
    assert.equal(world.clock.tasks, 10_000, 'datagrams on their way, and nothing else')
  })

  test('a cookie is good for the address and the hello that it was made for, and for two minutes at most', () => {
    const world = new DtlsWorld()
    const random = randomBytes(32)
    world.server.received(hello(none, random), at(1))
    const cookie = cookieIn(world)
    const begun = (said: Buffer, port: number) => {
      world.server.received(said, at(port))
      return world.server.counters().handshakes
    }
    assert.equal(begun(hello(cookie, random), 2), 0, 'another port')
    assert.equal(begun(hello(cookie), 1), 0, 'another hello')
    assert.equal(begun(hello(cookie.subarray(1), random), 1), 0, 'a shorter one')
    assert.equal(begun(hello(cookie, random), 1), 1)
    world.clock.advance(2 * dtlsLimits.cookieSecretMs + 1)
    assert.equal(begun(hello(cookie, random), 1), 0, 'an old one')
    assert.equal(world.server.counters()['dropped.badCookie'], 4)
  })

  test('handshakes that nobody ends are bounded in number and time, and are forgotten with all that was counted', () => {
    const world = new DtlsWorld()
    const begin = (port: number) => {
      const random = randomBytes(32)
      world.server.received(hello(none, random), at(port))
      world.server.received(hello(cookieIn(world), random), at(port))
    }
    for (let round = 1; round <= 3; round++) {
      for (let port = 1; port <= 200; port++) begin(port)
      const { handshakes, 'dropped.tooManyHandshakes': refused } = world.server.counters()
      assert.deepEqual([handshakes, refused], [dtlsLimits.handshakesPerHostMax, round * 100])
      world.clock.advance(dtlsLimits.handshakeTimeoutMs + 1_000)
      assert.equal(world.server.counters().handshakes, 0)
    }
    world.network = perfect
    assert.notEqual(world.client().connect().session, null)
  })

  test('a hello that comes again while its handshake is under way makes no other, and is not answered each time', () => {
    const world = new DtlsWorld()
    const random = randomBytes(32)
    world.server.received(hello(none, random), at(1))
    const again = hello(cookieIn(world), random)
    const before = world.sent.length
    for (let time = 0; time < 1_000; time++) world.server.received(again, at(1))
    assert.equal(world.sent.length - before, 1)
    assert.equal(world.server.counters().handshakes, 1)
  })

  test('a hello in pieces is not put together', () => {
    const world = new DtlsWorld()
    const [record] = recordsIn(hello(), 0)
    const body = piecesIn(record?.content ?? none)?.[0]?.bytes ?? none
    assert.notEqual(clientHelloIn(body), null)
    for (const piece of piecesOf(messageOf(messageTypes.clientHello, 0, body), 40))
      world.server.received(handshakeRecord(piece), at(1))
    assert.equal(world.sent.length, 0)
  })

  test('plain messages from elsewhere, or of another kind, do not end a handshake that could come to its end', () => {
    const world = new DtlsWorld()
    const client = world.client()
    world.network = (_sent, index) => (index === 4 ? [500] : [10])
    client.connect(100)
    const forged = handshakeRecord(messageOf(messageTypes.finished, 3, Buffer.alloc(12)).whole)
    world.server.received(forged, client.at)
    client.received(handshakeRecord(messageOf(messageTypes.finished, 4, Buffer.alloc(12)).whole))
    client.received(recordOf(contentTypes.alert, recordNumber(0, 9), none, Buffer.from([2, 40])))
    world.clock.advance(3_000)
    assert.notEqual(client.session, null)
  })

  test('a client that has no key for its certificate does not come in', () => {
    const own = { cert: certificateText('server.pem'), key: certificateText('server.key') }
    const ca = certificateText('authority.pem')
    for (const [cert, key, why] of [
      ['stranger.pem', 'stranger.key', 'badCertificate'],
      ['server.pem', 'server.key', 'badCertificate'],
    ] as const) {
      const world = new DtlsWorld({ ...own, ca })
      const client = world.client({ cert: certificateText(cert), key: certificateText(key), ca }).connect(61_000)
      assert.equal(client.session, null)
      assert.equal(world.server.counters()[`dropped.${why}`], 1)
    }
    const world = new DtlsWorld({ ...own, ca })
    assert.equal(world.client({ ca }).connect(61_000).session, null)
  })

  test('a certificate whose key cannot be read is none', () => {
    const { raw } = new X509Certificate(certificateText('server.pem'))
    const broken = Array.from({ length: raw.length }, (_, at) => {
      const changed = Buffer.from(raw)
      changed[at] = (changed[at] ?? 0) ^ 1
      return changed
    })
    const unreadable = broken.filter((der) => throws(() => new X509Certificate(der).publicKey))
    assert.ok(
      unreadable.some((der) => !throws(() => new X509Certificate(der))),
      'some can be read but for the key',
    )
    for (const der of unreadable) assert.equal(certificatesIn(vector(vector(der, 3), 3)), null)
  })

  test('a client believes no server of another authority, another name, or with a client’s certificate', () => {
    const ca = certificateText('authority.pem')
    const outcome = (name: string, servername: string) => {
      const world = new DtlsWorld({ cert: certificateText(`${name}.pem`), key: certificateText(`${name}.key`) })
      return world.client({ ca, servername }).connect(61_000).failure
    }
    assert.equal(outcome('server', 'localhost'), null)
    assert.equal(outcome('server', '127.0.0.1'), null)
    assert.equal(outcome('server', 'elsewhere.example'), 'badCertificate')
    assert.equal(outcome('client', 'localhost'), 'badCertificate')
    assert.equal(outcome('stranger', 'localhost'), 'badCertificate')
  })

  test('keys that are short, long or hardly random are refused by name', () => {
    const started = (key: Uint8Array) => new DtlsWorld({ psk: new Map([['weak-1', key]]) })
    assert.throws(() => started(Buffer.from('0123456789abcde')), /psk of weak-1: .*16 bytes at least/)
    assert.throws(() => started(randomBytes(65)), /64 bytes at most/)
    assert.throws(() => started(Buffer.alloc(32, 1)), /repeats itself/)
    assert.doesNotThrow(() => started(psk.key))
  })
})
