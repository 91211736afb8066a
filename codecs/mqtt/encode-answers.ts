import { framed } from './framed.js'
import { firstByte, PacketWriter } from './packet-writer.js'
import type { Acknowledgement, MqttVersion } from './packets.js'
import { reasons } from './reasons.js'
import type { Suback, Unsuback } from './server-packets.js'
import { writeRemarks } from './write-properties.js'

const subackByte = 0x90
const unsubackByte = 0xb0

/** PUBACK, PUBREC, PUBREL or PUBCOMP. [MQTT 5.0, 3.4 to 3.7] */
export function encodeAcknowledgement(packet: Acknowledgement, version: MqttVersion): Uint8Array {
  const { kind, packetId, reason, reasonString, userProperties } = packet
  const hasRemarks = version === 5 && (reasonString !== null || userProperties.length > 0)
  if (!hasRemarks) return plainAcknowledgement(packet, version)
  return framed(firstByte[kind], (body) => {
    body.uint16(packetId)
    body.byte(reason)
    writeRemarks(body, packet)
  })
}

function plainAcknowledgement({ kind, packetId, reason }: Acknowledgement, version: MqttVersion): Uint8Array {
  // One for each publish of QoS 1.
  if (reason === reasons.success) return Uint8Array.of(firstByte[kind], 2, packetId >>> 8, packetId)
  const writer = new PacketWriter()
  writer.acknowledge(kind, packetId, reason, version)
  return writer.written()
}

/** SUBACK. MQTT 3.1.1 has one word for all refusals. [MQTT 5.0, 3.9] */
export function encodeSuback(packet: Suback, version: MqttVersion): Uint8Array {
  return framed(subackByte, (body) => {
    body.uint16(packet.packetId)
    if (version === 5) writeRemarks(body, packet)
    for (const reason of packet.reasons) body.byte(version === 4 ? Math.min(reason, reasons.unspecifiedError) : reason)
  })
}

/** UNSUBACK, which in MQTT 3.1.1 has nothing but its identifier. [MQTT 5.0, 3.11] */
export function encodeUnsuback(packet: Unsuback, version: MqttVersion): Uint8Array {
  return framed(unsubackByte, (body) => {
    body.uint16(packet.packetId)
    if (version === 5) writeRemarks(body, packet)
    if (version === 5) for (const reason of packet.reasons) body.byte(reason)
  })
}
