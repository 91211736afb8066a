import { headerBytes } from './packet-bytes.js'
import { PacketReader } from './packet-reader.js'
import type { Acknowledgement, AcknowledgementKind, Malformed, MqttVersion, UserProperties } from './packets.js'
import { carriers, noProperties, readProperties } from './properties.js'
import { reasons } from './reasons.js'
import { uint16 } from './uint16.js'

/** Of PUBACK and PUBREC. [MQTT-3.4.2-1, MQTT-3.5.2-1] */
const ofMessage = [
  reasons.success,
  reasons.noMatchingSubscribers,
  reasons.unspecifiedError,
  reasons.implementationSpecificError,
  reasons.notAuthorized,
  reasons.topicNameInvalid,
  reasons.packetIdInUse,
  reasons.quotaExceeded,
  reasons.payloadFormatInvalid,
] as const

/** Of PUBREL and PUBCOMP. [MQTT-3.6.2-1, MQTT-3.7.2-1] */
const ofRelease = [reasons.success, reasons.packetIdNotFound] as const

const allowed = { puback: ofMessage, pubrec: ofMessage, pubrel: ofRelease, pubcomp: ofRelease } as const

const noUserProperties: UserProperties = []

/** First byte of a PUBACK, and its length where it says nothing but its identifier. [MQTT 5.0, 3.4] */
const puback = 0x40
const shortBytes = 2

/**
 * The packet identifier, if what stands between `at` and `end` is a PUBACK that says success and no more, as nearly all do; else 0.
 * One comes for each delivery with QoS 1, so it is read without making an object of it.
 */
export function pubackId(chunk: Uint8Array, at: number, end: number): number {
  if (chunk[at] !== puback || chunk[at + 1] !== shortBytes || end - at !== 2 + shortBytes) return 0
  return uint16(chunk, at + 2)
}

/** A whole PUBACK, PUBREC, PUBREL or PUBCOMP, whose length is right. [MQTT 5.0, 3.4 to 3.7] */
export function decodeAcknowledgement(
  kind: AcknowledgementKind,
  chunk: Uint8Array,
  at: number,
  end: number,
  version: MqttVersion,
): Acknowledgement | Malformed {
  // Nearly all are as short as this, and need no reader.
  const packetId = uint16(chunk, at + 2)
  if (chunk[at + 1] === 2 && packetId !== 0)
    return { kind, packetId, reason: reasons.success, reasonString: null, userProperties: noUserProperties }
  const reader = new PacketReader(chunk, at, at + headerBytes(chunk, at), end)
  const decoded = read(kind, reader, version)
  return reader.finish() ?? decoded
}

function read(kind: AcknowledgementKind, reader: PacketReader, version: MqttVersion): Acknowledgement {
  const packetId = reader.packetId()
  const reason = version === 4 || reader.isOver ? reasons.success : reader.reason(allowed[kind])
  const hasProperties = version === 5 && !reader.isOver
  const { reasonString, userProperties } = hasProperties
    ? readProperties(reader, carriers.acknowledgement)
    : noProperties
  return { kind, packetId, reason, reasonString, userProperties }
}
