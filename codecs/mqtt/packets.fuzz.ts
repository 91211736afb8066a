/** Whatever bytes come: they are read or refused, and what is read is what mqtt-packet reads in them. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { fuzz } from '../../test/support/fuzz.js'
import { goldenPackets, mutatedPacket, packetOf } from '../../test/support/mqtt/mutated.js'
import { assertReadOrRefused } from '../../test/support/mqtt/read-or-refused.js'
import { decodePacket, packetBytes } from './index.js'

/** Mostly small bytes: identifiers and lengths are small, so that more inputs get past the first field. */
const byte = fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(255) })
const body = fc.array(byte, { maxLength: 200 })
const first = fc.oneof(fc.constantFrom(0x10, 0x30, 0x32, 0x40, 0x62, 0x82, 0xa2, 0xc0, 0xe0, 0xf0), fc.nat(255))
const randomPacket = fc.tuple(first, body).map(([start, rest]) => packetOf(start, rest))
const connectTo = fc.tuple(fc.constantFrom(4, 5, 0x84), body).map(([level, rest]) => {
  return packetOf(0x10, [0, 4, 0x4d, 0x51, 0x54, 0x54, level, ...rest])
})
const chunk = fc.tuple(fc.array(mutatedPacket, { maxLength: 4 }), body).map(([packets, rest]) => {
  return Uint8Array.from([...packets.flatMap((packet) => [...packet]), ...rest])
})

suite('packets', () => {
  fuzz('a golden packet that was mutated is read or refused', mutatedPacket, assertReadOrRefused, goldenPackets)
  fuzz('a packet of random bytes is read or refused', randomPacket, assertReadOrRefused)
  fuzz('a CONNECT of random bytes is read or refused', connectTo, assertReadOrRefused)
  fuzz('a chunk of packets is walked through to an end', chunk, assertWalked)
})

function assertWalked(bytes: Uint8Array): void {
  let at = 0
  for (
    let length = packetBytes(bytes, at);
    length > 0 && at + length <= bytes.length;
    length = packetBytes(bytes, at)
  ) {
    assert.ok(length >= 2)
    assert.ok(decodePacket(bytes, at, at + length, 5).kind !== undefined)
    at += length
  }
}
