import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { certificateText } from '../../test/support/dtls/certificates.js'
import type { Network } from '../../test/support/dtls/simulated.js'
import { DtlsWorld, heardBy, perfect, psk } from '../../test/support/dtls/simulated.js'
import { fuzz } from '../../test/support/fuzz.js'
import { mutated } from '../../test/support/mutated-bytes.js'
import type { ClientOptions, ServerOptions } from './index.js'

const ca = certificateText('authority.pem')
const own = (name: string) => ({ cert: certificateText(`${name}.pem`), key: certificateText(`${name}.key`) })

/** Ways to meet; each passes other states. */
const ways: readonly (readonly [server: ServerOptions, client: ClientOptions])[] = [
  [{ psk: new Map([[psk.identity, psk.key]]) }, { psk }],
  [{ psk: new Map([[psk.identity, psk.key]]) }, { psk, connectionId: false }],
  [
    { ...own('server'), ca, mtu: 300 },
    { ...own('client'), ca, mtu: 300 },
  ],
]

/** After so many datagrams nothing more arrives by itself. */
const until =
  (count: number): Network =>
  (_sent, index) =>
    index < count ? [1] : []

/** Two peers in the middle of a way, after so many datagrams. */
function stopped(way: number, after: number) {
  const [server, client] = ways[way % ways.length] ?? [{}, {}]
  const world = new DtlsWorld(server, until(after))
  return { world, client: world.client(client).connect(500) }
}

/** What each way says when nothing is in its way, as golden bytes. */
const said = ways.map((_, way) => {
  const { world, client } = stopped(way, 100)
  client.say('a message')
  client.session?.close()
  return world.sent.map(({ datagram }) => [...datagram])
})
const golden = fc.constantFrom(...said.flat())

const inputs = fc.record({
  way: fc.nat(ways.length - 1),
  after: fc.nat(12),
  toServer: fc.boolean(),
  isElsewhere: fc.boolean(),
  datagrams: fc.array(fc.oneof({ weight: 5, arbitrary: mutated(golden, golden) }, { weight: 1, arbitrary: bytes() }), {
    minLength: 1,
    maxLength: 20,
  }),
  /** Which of them are what the peer really says next, with some bytes changed. */
  changes: fc.array(fc.tuple(fc.nat(20), fc.nat(1_500), fc.nat(255)), { maxLength: 20 }),
})

function bytes() {
  return fc.uint8Array({ maxLength: 200, size: 'max' }).map((some) => [...some])
}

suite('DTLS under fuzz', () => {
  fuzz(
    'nothing that comes in any state makes it throw, open a session, or say more than it was told',
    inputs,
    (input) => {
      const { world, client } = stopped(input.way, input.after)
      const from = input.isElsewhere ? { address: '203.0.113.5', port: 5 } : client.at
      const real = world.sent.map(({ datagram }) => datagram)
      const opened = world.opened.length
      const changed = input.changes.map(([which, at, byte]) => {
        const datagram = Buffer.from(real[which % real.length] ?? '')
        if (datagram.length > 0) datagram[at % datagram.length] = byte
        return datagram
      })
      for (const datagram of [...input.datagrams.map((some) => Buffer.from(some)), ...changed]) {
        const before = world.sent.length
        if (input.toServer) world.server.received(datagram, from)
        else client.received(datagram)
        const answered = world.sent.slice(before).reduce((sum, each) => sum + each.datagram.length, 0)
        if (input.toServer && input.isElsewhere) assert.ok(answered <= datagram.length, 'it amplifies')
      }
      if (input.isElsewhere) assert.equal(world.opened.length, opened)
      assert.ok((world.server.counters().handshakes ?? 0) <= 2)
    },
  )

  fuzz('a session goes on as before, whatever came from anywhere', inputs, (input) => {
    const { world, client } = stopped(input.way, 100)
    const heard = heardBy(world.session)
    for (const some of input.datagrams) {
      world.server.received(Buffer.from(some), { address: '203.0.113.5', port: 5 })
      client.received(Buffer.from(some))
    }
    world.network = perfect
    assert.ok(client.say('still here') >= 0)
    assert.ok(world.session.send(Buffer.from('and here')) >= 0)
    world.clock.advance(50)
    assert.deepEqual([heard.at(-1), client.heard.at(-1)], ['still here', 'and here'])
  })
})
