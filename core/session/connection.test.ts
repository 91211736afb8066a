import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { bytes, plainHello, publication, text } from '../../test/support/memory-peer.js'
import { NotingLink } from '../../test/support/noting-link.js'
import { principal, ScriptedAccess } from '../../test/support/scripted-access.js'

const attributes = (correlation: Uint8Array) => ({
  pairs: [],
  contentType: null,
  isText: false,
  replyPath: null,
  correlation,
})

/** What transports hand over: a plain view of the frame, as a codec makes it, or the frame's own Buffer. */
const kindsOfBytes: readonly (readonly [kind: string, view: (frame: Buffer) => Uint8Array])[] = [
  ['a view of a frame', (frame) => new Uint8Array(frame.buffer, frame.byteOffset, frame.length)],
  ['a Buffer', (frame) => frame],
]

suite('connection', () => {
  test('signs of life keep a link that says nothing else, but no stranger [PROTOCOL 1.3, 2.11]', () => {
    const { clock, gateway } = memoryGateway({ limits: { helloTimeoutMs: 10_000 } })
    const [client, stranger] = [new NotingLink(), new NotingLink()]
    const owners = [client, stranger].map((link) => gateway.attach(link, 'test', 'test'))
    owners[0]?.received({ ...plainHello, keepAliveMs: 10_000 })
    for (let second = 0; second < 60; second += 4) {
      clock.advance(4_000)
      for (const owner of owners) owner.heard()
    }
    assert.deepEqual([client.notes, stranger.notes], [['welcome'], ['helloTimeout']])
    clock.advance(12_000)
    assert.deepEqual(client.notes, ['welcome', 'keepAliveTimeout'])
  })

  test('a client that is not read from, because it does not take its answers, is not taken for silent', () => {
    const { clock, gateway, peer, failures } = memoryGateway({ limits: { repliesMax: 10 } })
    const client = peer({ keepAliveMs: 10_000 }, 100)
    client.stall()
    clock.advance(8_000)
    for (let nonce = 0; nonce < 30; nonce++) {
      client.send({ kind: 'ping', nonce })
      clock.advance(20)
    }
    clock.advance(60_000)
    assert.deepEqual([client.closedFor, gateway.statistics().links], [null, 1])
    client.unstall()
    clock.advance(8_000)
    assert.equal(client.heard.filter(({ kind }) => kind === 'pong').length, 30)
    assert.equal(client.closedFor, null)
    clock.advance(4_000)
    assert.deepEqual([client.closedFor, failures], ['keepAliveTimeout', []])
  })

  test('a client is not read from while much of what it asked is under way, answered or not', () => {
    const { clock, gateway, failures } = memoryGateway({ limits: { repliesMax: 10 } })
    const link = new NotingLink()
    const owner = gateway.attach(link, 'test', 'test')
    owner.received(plainHello)
    clock.advance(50)
    const ask = { kind: 'fetch', selector: '#', after: null, limit: 0, describe: false } as const
    for (let request = 1; request <= 10; request++) owner.received({ ...ask, request })
    assert.deepEqual(link.notes.splice(0), ['welcome', 'pause'])
    clock.advance(50)
    assert.deepEqual(
      link.notes.filter((note) => note === 'fetched'),
      Array(10).fill('fetched'),
    )
    assert.deepEqual([link.notes.filter((note) => note !== 'fetched'), failures], [['resume'], []])
    assert.ok(link.notes.indexOf('resume') >= 5)
  })

  test('pages that nobody takes do not pile up: few wait, the client is not read from, and all come in the end', () => {
    const { clock, gateway, peer, failures } = memoryGateway({ limits: { repliesBytesMax: 3_000 } })
    peer().publish('a', 'x'.repeat(1_000))
    clock.advance(50)
    const link = new NotingLink()
    const owner = gateway.attach(link, 'test', 'test')
    owner.received(plainHello)
    clock.advance(50)
    link.notes.length = 0
    link.roomBytes = 0
    const ask = { kind: 'fetch', selector: 'a', after: null, limit: 0, describe: false } as const
    for (let request = 1; request <= 20; request++) owner.received({ ...ask, request })
    clock.advance(1_000)
    const waiting = [...gateway.sessions.all()].map(({ outbox }) => outbox.replies.length)
    assert.deepEqual([Math.max(...waiting), link.notes], [3, ['pause']])
    link.roomBytes = 10_000
    owner.writable()
    clock.advance(1_000)
    assert.equal(link.notes.filter((note) => note === 'fetched').length, 20)
    assert.deepEqual([link.notes.at(-1) === 'pause', failures], [false, []])
  })

  test('a single answer longer than the bound of waiting bytes passes', () => {
    const { clock, peer } = memoryGateway({ limits: { repliesBytesMax: 10 } })
    const client = peer()
    client.publish('a', 'x'.repeat(1_000))
    for (let request = 1; request <= 3; request++) {
      client.send({ kind: 'fetch', request, selector: 'a', after: null, limit: 0, describe: false })
    }
    clock.advance(200)
    assert.equal(client.heard.filter(({ kind }) => kind === 'fetched').length, 3)
  })

  test('a request whose work fails is refused, and reported, instead of waiting for ever', () => {
    const access = new ScriptedAccess()
    const { clock, gateway, peer, failures } = memoryGateway({ authenticator: access, authorizer: access })
    const client = peer()
    client.publish('a', '1')
    clock.advance(50)
    access.covered = () => 'some'
    access.allowed = () => {
      throw new Error('the authorizer is broken')
    }
    const ask = { kind: 'fetch', request: 7, selector: '#', after: null, limit: 0, describe: false } as const
    const answers: string[] = []
    client.send(ask)
    gateway.request(principal('ann'), ask, (message) => answers.push(message.kind))
    clock.advance(50)
    const refused = client.heard.find((message) => message.kind === 'refused')
    assert.deepEqual([refused?.request, refused?.refusal.code, answers], [7, 'unsupported', ['refused']])
    assert.deepEqual([client.closedFor, failures.length, gateway.statistics().failures], [null, 2, 2])
    assert.equal(gateway.statistics().refused.unsupported, 2)
  })

  for (const [kind, view] of kindsOfBytes) {
    test(`a publish that waits for the authenticator outlasts the receive buffer that it came in, given ${kind}`, () => {
      const access = new ScriptedAccess()
      const { clock, peer, gateway, failures } = memoryGateway({ authenticator: access })
      const reader = peer()
      reader.subscribe('#')
      clock.advance(50)
      access.waiting = []
      const owner = gateway.attach(new NotingLink(), 'test', 'test')
      owner.received(plainHello)
      const frame = Buffer.from('value')
      owner.received(publication('a', view(frame), { attributes: attributes(view(frame)) }))
      frame.fill('x')
      access.waiting[0]?.({ kind: 'accepted', principal: principal('ada') })
      clock.advance(50)
      assert.deepEqual([...reader.values, failures], [['a', 'value'], []])
      assert.equal(text(reader.updates[0]?.attributes?.correlation ?? bytes('none')), 'value')
    })

    test(`a publish outlasts the receive buffer that it came in, given ${kind}, also in a history`, () => {
      const { clock, peer, gateway, failures } = memoryGateway()
      const reader = peer()
      reader.subscribe('#', { delivery: 'all' })
      clock.advance(50)
      const owner = gateway.attach(new NotingLink(), 'test', 'test')
      owner.received(plainHello)
      // As long as a value must be to get memory of its own.
      const frame = Buffer.alloc(10_000, 'a')
      owner.received(publication('a', view(frame), { attributes: attributes(view(frame).subarray(0, 4)) }))
      frame.fill('x')
      clock.advance(50)
      assert.equal(reader.values.get('a'), 'a'.repeat(10_000))
      assert.equal(text(reader.updates[0]?.attributes?.correlation ?? bytes('none')), 'aaaa')
      assert.deepEqual(failures, [])
    })
  }
})
