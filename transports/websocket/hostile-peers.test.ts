import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, suite, test } from 'mocha'
import type { CloseReason } from '../../core/index.js'
import { closeReasons } from '../../core/index.js'
import { clientFrame, RawWebSocket } from '../../test/support/raw-websocket.js'
import { flushOf, WebSocketGateway } from '../../test/support/websocket-gateway.js'
import { webSocketLimits } from './limits.js'

const ping = (nonce: number) => Buffer.from([0x1a, 4, 0x4a, 2, 0x08, nonce])
const longPing = Buffer.from([0x1a, 5, 0x4a, 3, 0x08, 0x80, 1])
const bytes = (count: number) => Buffer.alloc(count, 0xff)
const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

const gateways: WebSocketGateway[] = []

async function linked(options: object = {}) {
  const gateway = await WebSocketGateway.start(options)
  gateways.push(gateway)
  const client = await RawWebSocket.dial(gateway.port)
  return { gateway, client, owner: await gateway.link() }
}

/** What a peer may send that no peer should, and the row with which its own link ends. */
const offences: readonly { what: string; chunks: readonly Buffer[]; reason: CloseReason }[] = [
  { what: 'a text message', chunks: [clientFrame(ping(1), { opcode: opcodes.text })], reason: 'malformedMessage' },
  {
    what: 'text that is not UTF-8',
    chunks: [clientFrame(bytes(4), { opcode: opcodes.text })],
    reason: 'malformedMessage',
  },
  { what: 'bytes that are no message', chunks: [clientFrame(bytes(9))], reason: 'malformedMessage' },
  {
    what: 'a message that its frame cuts short',
    chunks: [clientFrame(ping(1).subarray(0, 5))],
    reason: 'malformedMessage',
  },
  { what: 'a frame without a mask', chunks: [clientFrame(ping(1), { isMasked: false })], reason: 'malformedMessage' },
  { what: 'an unknown opcode', chunks: [clientFrame(ping(1), { opcode: 3 })], reason: 'malformedMessage' },
  { what: 'an unknown control opcode', chunks: [clientFrame(ping(1), { opcode: 11 })], reason: 'malformedMessage' },
  {
    what: 'compression that was not agreed',
    chunks: [clientFrame(ping(1), { reserved: 4 })],
    reason: 'malformedMessage',
  },
  { what: 'reserved bits', chunks: [clientFrame(ping(1), { reserved: 1 })], reason: 'malformedMessage' },
  { what: 'a long ping', chunks: [clientFrame(bytes(126), { opcode: opcodes.ping })], reason: 'malformedMessage' },
  {
    what: 'a ping in fragments',
    chunks: [clientFrame(ping(1), { opcode: opcodes.ping, isFinal: false })],
    reason: 'malformedMessage',
  },
  {
    what: 'a continuation of nothing',
    chunks: [clientFrame(ping(1), { opcode: opcodes.continuation })],
    reason: 'malformedMessage',
  },
  {
    what: 'a message inside another',
    chunks: [clientFrame(ping(1), { isFinal: false }), clientFrame(ping(1))],
    reason: 'malformedMessage',
  },
  {
    what: 'a close with an impossible code',
    chunks: [clientFrame(Buffer.from([0, 7]), { opcode: opcodes.close })],
    reason: 'malformedMessage',
  },
  {
    what: 'more fragments than anybody needs',
    chunks: [
      clientFrame(ping(1), { isFinal: false }),
      ...Array(webSocketLimits.fragmentsMax).fill(
        clientFrame(bytes(1), { opcode: opcodes.continuation, isFinal: false }),
      ),
    ],
    reason: 'malformedMessage',
  },
  {
    what: 'the head of a message of a terabyte',
    chunks: [clientFrame(bytes(0), { claimedBytes: 2 ** 40 })],
    reason: 'messageTooLarge',
  },
  {
    what: 'the head of a message beyond any number',
    chunks: [clientFrame(bytes(0), { claimedBytes: 2 ** 63 })],
    reason: 'messageTooLarge',
  },
  {
    what: 'the head of a message one byte too long',
    chunks: [clientFrame(bytes(0), { claimedBytes: 1_048_577 })],
    reason: 'messageTooLarge',
  },
  {
    what: 'fragments that add up to too much',
    chunks: [
      clientFrame(bytes(600_000), { isFinal: false }),
      clientFrame(bytes(600_000), { opcode: opcodes.continuation }),
    ],
    reason: 'messageTooLarge',
  },
  {
    what: 'more than 64 KiB before the gateway has said anything',
    chunks: [clientFrame(bytes(webSocketLimits.firstFrameBytesMax + 1))],
    reason: 'messageTooLarge',
  },
  {
    what: 'more than 64 KiB of an unfinished message before the gateway has said anything',
    chunks: [clientFrame(bytes(100_000), { claimedBytes: 1_048_576 })],
    reason: 'messageTooLarge',
  },
  {
    what: 'more than 64 KiB in fragments with pongs between them before the gateway has said anything',
    chunks: [
      clientFrame(bytes(50_000), { isFinal: false }),
      clientFrame(bytes(2), { opcode: opcodes.pong }),
      clientFrame(bytes(50_000), { opcode: opcodes.continuation, isFinal: false }),
    ],
    reason: 'messageTooLarge',
  },
]

suite('websocket link and a hostile peer', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  for (const { what, chunks, reason } of offences) {
    test(`${what} ends that link with ${closeReasons[reason].code}, and no other`, async () => {
      const { gateway, client, owner } = await linked({ closeTimeoutMs: 100 })
      const bystander = await RawWebSocket.dial(gateway.port)
      const other = await gateway.link(1)
      client.write(...chunks)
      assert.equal(await client.closeCode(), closeReasons[reason].code)
      assert.equal(await owner.end(), reason)
      bystander.write(clientFrame(ping(9)))
      await other.until(() => other.messages.length === 1)
      assert.deepEqual(other.closedWith, [])
    })
  }

  test('a stranger may send 64 KiB in as many fragments as may be, and whoever was let in more at once', async () => {
    const { client, owner } = await linked({ closeTimeoutMs: 100 })
    const full = Buffer.concat([...Array(10_918).fill(ping(1)), ...Array(4).fill(longPing)])
    assert.equal(full.length, webSocketLimits.firstFrameBytesMax)
    const partBytes = full.length / webSocketLimits.fragmentsMax
    for (let at = 0; at < full.length; at += partBytes) {
      const opcode = at === 0 ? opcodes.binary : opcodes.continuation
      client.write(clientFrame(full.subarray(at, at + partBytes), { opcode, isFinal: at + partBytes === full.length }))
    }
    await owner.until(() => owner.messages.length === 10_922)
    owner.link.send(flushOf([1]))
    await client.next()
    const half = Buffer.concat(Array(100_000).fill(ping(1)))
    client.write(clientFrame(half))
    await owner.until(() => owner.messages.length === 110_922)
    client.write(clientFrame(half, { isFinal: false }), clientFrame(half, { opcode: opcodes.continuation }))
    assert.equal(await client.closeCode(), closeReasons.messageTooLarge.code)
  })

  test('what stood before the fault in a message was handed over', async () => {
    const { client, owner } = await linked({ closeTimeoutMs: 50 })
    client.write(clientFrame(Buffer.concat([ping(1), bytes(3)])))
    assert.equal(await owner.end(), 'malformedMessage')
    assert.equal(owner.messages.length, 1)
  })

  test('a message that comes a byte at a time is taken', async () => {
    const { client, owner } = await linked()
    client.socket.setNoDelay(true)
    for (const byte of clientFrame(Buffer.concat([ping(1), ping(2)]))) {
      await new Promise((resolve) => client.socket.write(Buffer.from([byte]), resolve))
    }
    await owner.until(() => owner.messages.length === 2)
  })

  test('a message that trickles in, in more pieces than anybody needs, ends its link with 4002', async () => {
    const { client, owner } = await linked({ closeTimeoutMs: 100 })
    client.socket.setNoDelay(true)
    const frame = clientFrame(bytes(2), { claimedBytes: 100_000 })
    client.write(frame)
    let pieces = 0
    while (owner.closedWith.length === 0 && pieces < 4 * webSocketLimits.piecesMax) {
      client.write(Buffer.from([0]))
      // The loop turns, so that the gateway reads each for itself.
      await new Promise(setImmediate)
      pieces += 1
    }
    assert.equal(await owner.end(), 'malformedMessage')
    assert.ok(pieces >= webSocketLimits.piecesMax, `${pieces} pieces`)
  })

  test('a message in fragments with pings between them is taken', async () => {
    const { client, owner } = await linked()
    client.write(clientFrame(ping(1).subarray(0, 3), { isFinal: false }))
    client.write(clientFrame(bytes(3), { opcode: opcodes.ping }))
    client.write(clientFrame(ping(1).subarray(3), { opcode: opcodes.continuation }))
    await owner.until(() => owner.messages.length === 1)
    assert.equal((await client.next()).opcode, opcodes.pong)
  })

  test('thousands of pings are answered, each, while the peer reads', async () => {
    const { client } = await linked()
    const many = 100
    const flood = Buffer.concat(Array(many).fill(clientFrame(bytes(2), { opcode: opcodes.ping })))
    for (let round = 0; round < 50; round++) {
      client.write(flood)
      for (let answered = 0; answered < many; answered++) assert.equal((await client.next()).opcode, opcodes.pong)
    }
  })

  test('a peer that pings and does not read is not remembered for it', async () => {
    const { client, owner } = await linked()
    client.socket.pause()
    const { bytes: sent } = owner.link.send(flushOf([8_000_000]))
    client.write(Buffer.concat(Array(1_000).fill(clientFrame(bytes(2), { opcode: opcodes.ping }))))
    client.write(clientFrame(ping(1)))
    await owner.until(() => owner.messages.length === 1)
    owner.link.close('slowConsumer')
    client.socket.resume()
    assert.equal((await client.next()).payload.length, sent - 10)
    assert.equal(await client.closeCode(), closeReasons.slowConsumer.code)
    client.socket.destroy()
  })

  test('whatever the bytes, the link ends at most once and with a row of the catalogue', async () => {
    const { gateway } = await linked({ closeTimeoutMs: 100 })
    const shape = fc.record({
      opcode: fc.nat(15),
      isFinal: fc.boolean(),
      isMasked: fc.boolean(),
      reserved: fc.constantFrom(0, 0, 0, 0, 1, 4),
    })
    const frame = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), shape)
      .map(([payload, given]) => clientFrame(payload, given))
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 6 }), fc.boolean(), async (frames, isWellShaped) => {
        const client = await RawWebSocket.dial(gateway.port)
        const owner = await gateway.link(gateway.recorders.length - 1)
        client.write(...(isWellShaped ? frames : frames.map((each) => each.subarray(0, each.length - 1))))
        client.socket.end()
        assert.ok(Object.keys(closeReasons).includes(String(await owner.end())))
        await client.gone()
        assert.equal(owner.closedWith.length, 1)
      }),
      { numRuns: 200 },
    )
  })
})
