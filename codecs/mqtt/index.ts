/** The door of the codec of MQTT 3.1.1 and 5.0, the gateway's side: it decodes what clients send and encodes what servers do. */

export { pubackId } from './acknowledgement.js'
export { decodeConnect } from './connect.js'
export { decodePacket } from './decode-packet.js'
export { encodePacket } from './encode-packet.js'
export { mqttLimits } from './limits.js'
export { packetBytes } from './packet-bytes.js'
export { PacketWriter } from './packet-writer.js'
export type {
  Acknowledgement,
  AcknowledgementKind,
  Auth,
  Connect,
  ConnectProperties,
  Disconnect,
  Malformed,
  MalformedConnect,
  MqttVersion,
  Packet,
  Pingreq,
  Publish,
  PublishProperties,
  Qos,
  Subscribe,
  Subscription,
  Unsubscribe,
  Unsupported,
  UserProperties,
  Will,
} from './packets.js'
export { putDuplicate, putExpiry, putPacketId } from './patch.js'
export { topicOf } from './publish.js'
export { type Reason, reasons } from './reasons.js'
export type {
  Connack,
  OutgoingPublish,
  Pingresp,
  PublishPlaces,
  Remarks,
  ServerDisconnect,
  ServerPacket,
  Suback,
  Unsuback,
} from './server-packets.js'
export { isTopicName, sharedFilter } from './topic-names.js'
