/** The packets of vectors/, written by hand from the standards, and what they are to say. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { decode, formOf, unformed, versionToTell } from '../../test/support/mqtt/form.js'
import { mutatedPacket, packetOf } from '../../test/support/mqtt/mutated.js'
import { assertReadOrRefused } from '../../test/support/mqtt/read-or-refused.js'
import type { Form } from '../../test/support/mqtt/vectors.js'
import { bytesOf, fromClient, fromServer, hexOf, malformedPackets, publishes } from '../../test/support/mqtt/vectors.js'
import type { Malformed, OutgoingPublish, ServerPacket } from './index.js'
import { decodePacket, encodePacket, PacketWriter, packetBytes, reasons } from './index.js'

const dialect = { 0: 'first', 4: '3.1.1', 5: '5.0' } as const

/** Some bytes before and behind, as a packet stands in a chunk. */
const surrounded = (packet: Uint8Array): Uint8Array => Uint8Array.from([0xff, 0xff, 0xff, ...packet, 0xff, 0xff, 0xff])

function formRead(decoded: ReturnType<typeof decode>): Form {
  if (decoded.kind === 'malformed' || decoded.kind === 'unsupported') assert.fail(decoded.why)
  return formOf(decoded)
}

suite('golden packets of clients', () => {
  for (const { says, version, hex, packet } of fromClient) {
    const bytes = bytesOf(hex)
    const title = `${packet.kind}: ${says} (${dialect[version]})`

    test(title, () => {
      assert.deepEqual(formRead(decode(bytes, versionToTell(bytes, version))), packet)
    })

    test(`its length is known as soon as its header is whole: ${title}`, () => {
      const headerBytes = (bytes[1] ?? 0) < 0x80 ? 2 : 3
      for (let length = 0; length <= bytes.length; length++)
        assert.equal(packetBytes(bytes.slice(0, length), 0), length < headerBytes ? 0 : bytes.length)
      assert.equal(packetBytes(surrounded(bytes), 3), bytes.length)
    })

    test(`cut at each byte it is read or refused: ${title}`, () => {
      for (let length = 0; length < bytes.length; length++) {
        assert.equal(decode(bytes.slice(0, length), versionToTell(bytes, version)).kind, 'malformed')
        assertReadOrRefused(packetOf(bytes[0] ?? 0, [...bytes.slice(2, length)]))
      }
    })
  }

  test('are read the same in the midst of a chunk', () => {
    for (const { version, hex, packet } of fromClient) {
      const chunk = surrounded(bytesOf(hex))
      if (packet.kind !== 'connect') assertReadInside(chunk, version, packet)
    }
  })
})

function assertReadInside(chunk: Uint8Array, version: 4 | 5, packet: Form): void {
  assert.deepEqual(formRead(decodePacket(chunk, 3, chunk.length - 3, version)), packet)
}

suite('malformed packets', () => {
  for (const { says, clause, version, hex, reason } of malformedPackets) {
    test(`${says} (${dialect[version]}) [${clause}]`, () => {
      const decoded = decode(bytesOf(hex), version)
      assert.equal(decoded.kind, 'malformed')
      if (decoded.kind === 'malformed') assertRefused(decoded, reason)
    })
  }
})

function assertRefused(decoded: Malformed, reason: keyof typeof reasons): void {
  assert.match(decoded.why, /\w/)
  const [named] = Object.entries(reasons).find(([, code]) => code === decoded.reason) ?? []
  assert.equal(named, reason)
}

suite('golden packets of the gateway', () => {
  for (const { says, version, packet, hex } of fromServer) {
    test(`${packet.kind}: ${says} (${dialect[version]})`, () => {
      const bytes = encodePacket(unformed<ServerPacket>(packet), version)
      assert.equal(bytes === null ? null : hexOf(bytes), hex)
    })
  }

  for (const { says, version, publish, hex, places } of publishes) {
    test(`publish: ${says} (${dialect[version]})`, () => {
      const writer = new PacketWriter()
      for (let twice = 0; twice < 2; twice++) {
        const start = writer.length
        assert.deepEqual(writer.publish(unformed<OutgoingPublish>(publish), version), places)
        assert.equal(hexOf(writer.written().subarray(start)), hex)
      }
    })
  }
})

suite('mutated packets', () => {
  test('are read or refused, and never misread', () => {
    fc.assert(fc.property(mutatedPacket, assertReadOrRefused), { numRuns: 3_000 })
  })
})
