import { decodeAcknowledgement } from './acknowledgement.js'
import { readAuth } from './auth.js'
import { readDisconnect } from './disconnect.js'
import { malformed } from './malformed.js'
import { headerBytes, isLengthPadded, isOnePacket } from './packet-bytes.js'
import { PacketReader } from './packet-reader.js'
import type { AcknowledgementKind, Malformed, MqttVersion, Packet, Pingreq } from './packets.js'
import { decodePublish } from './publish.js'
import { reasons } from './reasons.js'
import { readSubscribe, readUnsubscribe } from './subscribe.js'

const publishType = 3
const pingreq: Pingreq = { kind: 'pingreq' }

/** By packet type, the upper half of the first byte. [MQTT 5.0, 2.1.2] */
const acknowledgements = new Map<number, AcknowledgementKind>([
  [4, 'puback'],
  [5, 'pubrec'],
  [6, 'pubrel'],
  [7, 'pubcomp'],
])

/** The lower half of the first byte where it must not be 0. [MQTT-2.1.3-1] */
const flagsOf = new Map([
  [6, 2],
  [8, 2],
  [10, 2],
])

/** What cannot follow CONNECT. */
const outOfPlace = new Map([
  [1, 'a second CONNECT'],
  [2, 'CONNACK, which is for servers to send'],
  [9, 'SUBACK, which is for servers to send'],
  [11, 'UNSUBACK, which is for servers to send'],
  [13, 'PINGRESP, which is for servers to send'],
])

/**
 * What stands between `at` and `end`: one whole packet of a client, any but its first, in the dialect that its CONNECT named.
 *
 * It never throws, whatever the bytes, and nothing is kept from one packet to the next.
 */
export function decodePacket(chunk: Uint8Array, at: number, end: number, version: MqttVersion): Packet | Malformed {
  const first = chunk[at] ?? 0
  const type = first >> 4
  const fault = lengthFault(chunk, at, end, version)
  if (fault !== null) return fault
  if (type === publishType) return decodePublish(chunk, at, end, version)
  if ((first & 15) !== (flagsOf.get(type) ?? 0)) return malformed('flags that the packet may not have')
  const kind = acknowledgements.get(type)
  if (kind !== undefined) return decodeAcknowledgement(kind, chunk, at, end, version)
  const reader = new PacketReader(chunk, at, at + headerBytes(chunk, at), end)
  const packet = read(type, reader, version)
  return reader.finish() ?? packet
}

function lengthFault(chunk: Uint8Array, at: number, end: number, version: MqttVersion): Malformed | null {
  if (!isOnePacket(chunk, at, end)) return malformed('a length that is not that of the packet')
  return version === 5 && isLengthPadded(chunk, at) ? malformed('a length of more bytes than it needs') : null
}

function read(type: number, reader: PacketReader, version: MqttVersion): Packet {
  if (type === 8) return readSubscribe(reader, version)
  if (type === 10) return readUnsubscribe(reader, version)
  if (type === 12) return pingreq
  if (type === 14) return readDisconnect(reader, version)
  if (type === 15 && version === 5) return readAuth(reader)
  const why = outOfPlace.get(type)
  if (why !== undefined) reader.fail(why, reasons.protocolError)
  else reader.fail(`packet type ${type}, which is reserved`)
  return pingreq
}
