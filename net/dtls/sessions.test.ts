import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { DtlsWorld, heardBy, perfect, psk } from '../../test/support/dtls/simulated.js'

/** A session, and its client's. */
function talking(connectionId = true) {
  const world = new DtlsWorld()
  const client = world.client({ psk, connectionId }).connect()
  const { session } = world
  return { world, client, session, heard: heardBy(session) }
}

suite('a DTLS session', () => {
  test('hands each message over once, however often and in whatever order its datagram comes', () => {
    const { world, client, heard } = talking()
    world.network = (_sent, index) => [500 - (index % 7) * 50, 300, 10]
    const texts = Array.from({ length: 40 }, (_, index) => `${index}`)
    for (const text of texts) client.say(text)
    world.clock.advance(1_000)
    assert.deepEqual([...heard].sort(), [...texts].sort())
  })

  test('drops what was changed on its way, and goes on', () => {
    const { world, client, heard } = talking()
    world.network = () => []
    client.say('true')
    const datagram = world.sent.at(-1)?.datagram ?? Buffer.alloc(0)
    for (let at = 0; at < datagram.length; at++) {
      const changed = Buffer.from(datagram)
      changed[at] = (changed[at] ?? 0) ^ 1
      world.server.received(changed, client.at)
    }
    assert.deepEqual(heard, [])
    world.server.received(datagram, client.at)
    world.network = perfect
    client.say('still here')
    world.clock.advance(100)
    assert.deepEqual(heard, ['true', 'still here'])
  })

  test('goes on from another address by its connection id, and is answered there', () => {
    const { world, client, session, heard } = talking()
    client.move(50_000, '203.0.113.9')
    client.say('from elsewhere')
    world.clock.advance(100)
    session.send(Buffer.from('found you'))
    world.clock.advance(100)
    assert.deepEqual([heard, client.heard, session.path.address.port], [['from elsewhere'], ['found you'], 50_000])
  })

  test('without a connection id is not known at another address', () => {
    const { world, client, heard } = talking(false)
    client.move(50_000)
    client.say('lost')
    world.clock.advance(100)
    assert.deepEqual([heard, world.server.counters()['dropped.noSuchSession']], [[], 1])
  })

  test('is sent at most three times what came from where it is not proven to be', () => {
    const { world, client, session } = talking()
    client.move(50_000)
    client.say('x'.repeat(100))
    world.clock.advance(100)
    const came = world.sent.at(-1)?.datagram.length ?? 0
    const before = world.sent.length
    while (session.send(Buffer.alloc(50)) >= 0);
    const bytes = world.sent.slice(before).reduce((sum, { datagram }) => sum + datagram.length, 0)
    assert.ok(bytes > 0 && bytes <= 3 * came, `${bytes} bytes for ${came}`)
    session.confirmPath()
    assert.ok(session.send(Buffer.alloc(1_000)) >= 0)
  })

  test('is not moved by an older datagram that somebody held back', () => {
    const { world, client, session } = talking()
    world.network = () => []
    client.say('first')
    const held = world.sent.at(-1)?.datagram ?? Buffer.alloc(0)
    world.network = perfect
    client.say('second')
    world.clock.advance(100)
    world.server.received(held, { address: '203.0.113.66', port: 6_666 })
    assert.deepEqual([session.path.address, session.path.isProven], [client.at, true])
  })

  test('is not moved by a datagram that is not authentic', () => {
    const { world, client, session } = talking()
    world.network = () => []
    client.say('mine')
    const datagram = Buffer.from(world.sent.at(-1)?.datagram ?? Buffer.alloc(0))
    datagram[datagram.length - 1] = (datagram.at(-1) ?? 0) ^ 1
    world.server.received(datagram, { address: '203.0.113.66', port: 6_666 })
    assert.deepEqual(session.path.address, client.at)
  })

  test('ends for both when one closes it', () => {
    const { world, client, session } = talking()
    const ends: string[] = []
    session.events = { message: () => undefined, closed: (end) => ends.push(end) }
    client.session?.close()
    world.clock.advance(100)
    assert.deepEqual([ends, session.isOpen, world.server.counters().sessions], [['closedByPeer'], false, 0])
    assert.equal(session.send(Buffer.from('?')), -1)
  })

  test('refuses a message that does not fit into a datagram', () => {
    const { session } = talking()
    const most = session.messageBytesMax
    assert.equal(session.send(Buffer.alloc(most + 1)), -1)
    assert.ok(session.send(Buffer.alloc(most)) >= 0)
  })

  test('a terminal that lost its memory makes a new one from where it was', () => {
    const { world, client } = talking(false)
    const again = world.client({ psk, connectionId: false })
    again.move(client.at.port)
    again.connect()
    assert.notEqual(again.session, null)
    assert.deepEqual([world.opened.map(({ isOpen }) => isOpen), world.server.counters().sessions], [[false, true], 1])
  })
})
