const duplicateFlag = 8

/** Puts a packet identifier into a copy of a PUBLISH, at the place that its writer named. */
export function putPacketId(packet: Uint8Array, at: number, packetId: number): void {
  packet[at] = packetId >>> 8
  packet[at + 1] = packetId
}

/** Puts what is left of a message's life into a copy of a PUBLISH, at the place that its writer named. [MQTT-3.3.2-6] */
export function putExpiry(packet: Uint8Array, at: number, seconds: number): void {
  putPacketId(packet, at, seconds >>> 16)
  putPacketId(packet, at + 2, seconds & 0xffff)
}

/** Marks a copy of a PUBLISH as sent once more. [MQTT-3.3.1-1] */
export function putDuplicate(packet: Uint8Array): void {
  packet[0] = (packet[0] ?? 0) | duplicateFlag
}
