import type { PacketReader } from './packet-reader.js'
import type { Disconnect, MqttVersion } from './packets.js'
import { carriers, noProperties, readProperties } from './properties.js'
import { reasons } from './reasons.js'

/** What a client may give as its reason. [MQTT-3.14.2-1] */
const allowed = [
  reasons.success,
  reasons.disconnectWithWill,
  reasons.unspecifiedError,
  reasons.malformedPacket,
  reasons.protocolError,
  reasons.implementationSpecificError,
  reasons.topicNameInvalid,
  reasons.receiveMaximumExceeded,
  reasons.topicAliasInvalid,
  reasons.packetTooLarge,
  reasons.messageRateTooHigh,
  reasons.quotaExceeded,
  reasons.administrativeAction,
  reasons.payloadFormatInvalid,
] as const

/** Reads the body of a DISCONNECT, which has nothing in MQTT 3.1.1. [MQTT 5.0, 3.14] */
export function readDisconnect(reader: PacketReader, version: MqttVersion): Disconnect {
  const reason = version === 4 || reader.isOver ? reasons.success : reader.reason(allowed)
  const hasProperties = version === 5 && !reader.isOver
  const properties = hasProperties ? readProperties(reader, carriers.disconnect) : noProperties
  const { sessionExpirySeconds, reasonString, userProperties } = properties
  return { kind: 'disconnect', reason, sessionExpirySeconds, reasonString, userProperties }
}
