import assert from 'node:assert/strict'
import { packetBytes, pubackId } from '../../../codecs/mqtt/index.js'
import { decode, decodeSurrounded, formOf } from './form.js'
import { readByPeer, readByUs } from './peer.js'

/**
 * Whatever the bytes are, they are read or refused. What is read mqtt-packet reads as well, and it is read the same in the midst of
 * other bytes.
 */
export function assertReadOrRefused(packet: Uint8Array): void {
  assert.ok(packetBytes(packet, 0) >= -1)
  for (const version of [0, 4, 5] as const) assertOne(packet, version)
  assertShort(packet)
}

/** A PUBACK that is read without making an object of it says what the object would. */
function assertShort(packet: Uint8Array): void {
  const packetId = pubackId(packet, 0, packet.length)
  if (packetId === 0) return
  const plain = { kind: 'puback', packetId, reason: 0, reasonString: null, userProperties: [] }
  for (const version of [4, 5] as const) assert.deepEqual(decode(packet, version), plain)
}

function assertOne(packet: Uint8Array, version: 0 | 4 | 5): void {
  const decoded = decode(packet, version)
  const inside = decodeSurrounded(packet, version)
  if (decoded.kind === 'unsupported') return
  if (decoded.kind === 'malformed') {
    assert.deepEqual(inside, decoded)
    assert.match(decoded.why, /\w/)
    assert.ok(decoded.reason >= 0x80)
    return
  }
  assert.equal(packetBytes(packet, 0), packet.length)
  const spoken = decoded.kind === 'connect' ? decoded.version : version
  if (spoken !== 0) assert.deepEqual(readByUs(decoded, spoken), readByPeer(packet, spoken))
  assert.ok(inside.kind !== 'unsupported' && inside.kind !== 'malformed')
  assert.deepEqual(formOf(inside), formOf(decoded))
}
