import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { within } from '../../test/support/deadline.js'
import { anotherKey, psk } from '../../test/support/dtls/simulated.js'
import type { ClientOptions, DtlsSession } from './index.js'
import { DtlsClient, DtlsServer, HandshakeError } from './index.js'

const closing: (() => Promise<void>)[] = []

/** A server on a free port that says back what it hears, and where it heard it from. */
async function echoing() {
  const server = new DtlsServer({ psk: (identity) => (identity === psk.identity ? psk.key : null) }, (session) => {
    session.events = { message: () => session.send(Buffer.from(`${session.path.address.port}`)) }
  })
  closing.push(() => server.close())
  const { port } = await server.listen(0)
  const client = (options: ClientOptions = { psk }) => {
    const made = new DtlsClient(options, port, '127.0.0.1')
    closing.push(() => made.close())
    return made
  }
  return { server, port, client }
}

/** What is said to a session next. */
const next = (session: DtlsSession) =>
  within(
    'a message',
    new Promise<string>((resolve) => {
      session.events = { message: (content) => resolve(content.toString()) }
    }),
  )

suite('DTLS on sockets', () => {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  test('a client goes on from another port, as behind a NAT that forgot it', async () => {
    const { client, server } = await echoing()
    const made = client()
    const session = await made.connect()
    const ports: string[] = []
    for (let time = 0; time < 3; time++) {
      const answer = next(session)
      session.send(Buffer.from('where am I?'))
      ports.push(await answer)
      made.rebind()
    }
    assert.equal(new Set(ports).size, 3)
    assert.equal(server.counters().sessions, 1)
  })

  test('a client with a wrong key is told after its time that nothing came of it', async () => {
    const { client, server } = await echoing()
    const wrong = client({ psk: { ...psk, key: anotherKey() }, handshakeTimeout: 150, retransmit: 50 })
    await assert.rejects(wrong.connect(), (error) => error instanceof HandshakeError && error.reason === 'timeout')
    assert.equal(server.counters().established, 0)
  })

  test('a port that is taken is said so', async () => {
    const { port } = await echoing()
    const other = new DtlsServer({ psk: new Map([[psk.identity, psk.key]]) }, () => undefined)
    await assert.rejects(other.listen(port), { code: 'EADDRINUSE' })
  })

  test('options that cannot be meant are refused', () => {
    assert.throws(() => new DtlsServer({}, () => undefined), /psk or cert/)
    assert.throws(() => new DtlsServer({ cert: 'x' }, () => undefined), /cert and key belong together/)
    assert.throws(() => new DtlsClient({}, 1, '127.0.0.1'), /psk or ca/)
    assert.throws(() => new DtlsServer({ cert: 'x', key: 'y' }, () => undefined), /cert: expected a certificate/)
  })
})
