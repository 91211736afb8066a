import { encodeAcknowledgement, encodeSuback, encodeUnsuback } from './encode-answers.js'
import { encodeConnack } from './encode-connack.js'
import { encodeAuth, encodeDisconnect } from './encode-rare.js'
import type { MqttVersion } from './packets.js'
import type { ServerPacket } from './server-packets.js'

const pingresp = Uint8Array.of(0xd0, 0)

/**
 * A packet as bytes. Null where it cannot be said, and the link is to end without it: MQTT 3.1.1 has no word for it, or it is longer
 * than `bytesMax`, what its receiver takes, though without reason string and user properties.
 * [MQTT-3.1.2-24, MQTT-3.2.2-19, MQTT-3.2.2-20, MQTT-3.4.2-2, MQTT-3.4.2-3]
 *
 * Throws RangeError where a text or binary has more than 65,535 bytes, which the caller is to rule out.
 */
export function encodePacket(
  packet: ServerPacket,
  version: MqttVersion,
  bytesMax: number = Number.POSITIVE_INFINITY,
): Uint8Array | null {
  const bytes = encode(packet, version)
  return bytes === null || bytes.length <= bytesMax ? bytes : encodeShorter(packet, version, bytesMax)
}

function encodeShorter(packet: ServerPacket, version: MqttVersion, bytesMax: number): Uint8Array | null {
  const withoutPairs = { ...packet, userProperties: [] }
  for (const shorter of [withoutPairs, { ...withoutPairs, reasonString: null }]) {
    const bytes = encode(shorter, version)
    if (bytes === null || bytes.length <= bytesMax) return bytes
  }
  return null
}

function encode(packet: ServerPacket, version: MqttVersion): Uint8Array | null {
  switch (packet.kind) {
    case 'pingresp':
      return pingresp
    case 'connack':
      return encodeConnack(packet, version)
    case 'suback':
      return encodeSuback(packet, version)
    case 'unsuback':
      return encodeUnsuback(packet, version)
    case 'disconnect':
      return version === 4 ? null : encodeDisconnect(packet)
    case 'auth':
      return version === 4 ? null : encodeAuth(packet)
    default:
      return encodeAcknowledgement(packet, version)
  }
}
