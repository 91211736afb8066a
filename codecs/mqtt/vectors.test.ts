/** The packets of vectors/, written by hand from the standards, and what they are to say. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { decode, decodeSurrounded, formOf, surrounded, unformed, versionToTell } from '../../test/support/mqtt/form.js'
import { mutatedPacket, packetOf } from '../../test/support/mqtt/mutated.js'
import { assertReadOrRefused } from '../../test/support/mqtt/read-or-refused.js'
import type { Form } from '../../test/support/mqtt/vectors.js'
import { bytesOf, fromClient, fromServer, hexOf, malformedPackets, publishes } from '../../test/support/mqtt/vectors.js'
import type { Malformed, OutgoingPublish, ServerPacket } from './index.js'
import { encodePacket, PacketWriter, packetBytes, reasons } from './index.js'

const dialect = { 0: 'first', 4: '3.1.1', 5: '5.0' } as const

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
      assert.deepEqual(formRead(decodeSurrounded(bytes, versionToTell(bytes, version))), packet)
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
})

suite('malformed packets', () => {
  for (const { says, clause, version, hex, reason } of malformedPackets) {
    test(`${says} (${dialect[version]}) [${clause}]`, () => {
      const decoded = decode(bytesOf(hex), version)
      assert.ok(decoded.kind === 'malformed')
      assertRefused(decoded, reason)
      assert.deepEqual(decodeSurrounded(bytesOf(hex), version), decoded)
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
