import { isUtf8 } from 'node:buffer'
import { malformed } from './malformed.js'
import { headerBytes } from './packet-bytes.js'
import { PacketReader } from './packet-reader.js'
import type { Malformed, MqttVersion, Publish, Qos } from './packets.js'
import { carriers, publishProperties, readProperties } from './properties.js'
import { reasons } from './reasons.js'
import { readText } from './text.js'
import { isTopicName } from './topic-names.js'
import { uint16 } from './uint16.js'

type Draft = { -readonly [Name in keyof Publish]: Publish[Name] }

const qosOf = [0, 1, 2] as const
const duplicateFlag = 8
const topicAliasProperty = 0x23
const noBytes = new Uint8Array()

/**
 * A whole PUBLISH, whose length is right. It is read where it lies: what is made is one object and the view of the payload, and with
 * properties, apart from an alias alone, what these need. [MQTT 5.0, 3.3]
 */
export function decodePublish(chunk: Uint8Array, at: number, end: number, version: MqttVersion): Publish | Malformed {
  const flags = chunk[at] ?? 0
  const qos = qosOf[(flags >> 1) & 3]
  if (qos === undefined) return malformed('QoS 3')
  if (qos === 0 && (flags & duplicateFlag) !== 0) return malformed('a duplicate with QoS 0')
  const publish = emptyPublish(chunk, flags, qos)
  publish.topicStart = at + headerBytes(chunk, at) + 2
  publish.topicEnd = publish.topicStart + uint16(chunk, publish.topicStart - 2)
  const topicEnd = publish.topicEnd
  const idEnd = qos === 0 ? topicEnd : topicEnd + 2
  if (idEnd > end) return malformed('a topic or packet identifier that is cut short')
  if (qos !== 0) publish.packetId = uint16(chunk, topicEnd)
  if (qos !== 0 && publish.packetId === 0) return malformed('packet identifier 0', reasons.protocolError)
  return version === 4 ? finished(publish, idEnd, end) : withProperties(publish, at, idEnd, end)
}

const emptyPublish = (bytes: Uint8Array, flags: number, qos: Qos): Draft => ({
  kind: 'publish',
  qos,
  isDuplicate: (flags & duplicateFlag) !== 0,
  isRetained: (flags & 1) !== 0,
  bytes,
  topicStart: 0,
  topicEnd: 0,
  packetId: 0,
  alias: 0,
  payload: noBytes,
  isMislabelled: false,
  properties: null,
})

/** No properties and an alias alone are what most publishes have, so these two are seen at once. */
function withProperties(publish: Draft, at: number, start: number, end: number): Publish | Malformed {
  const { bytes } = publish
  const length = start < end ? bytes[start] : undefined
  if (length === 0) return finished(publish, start + 1, end)
  if (length === 3 && bytes[start + 1] === topicAliasProperty && start + 4 <= end) {
    publish.alias = uint16(bytes, start + 2)
    if (publish.alias === 0) return malformed('topic alias 0', reasons.topicAliasInvalid)
    return finished(publish, start + 4, end)
  }
  return withAnyProperties(publish, at, start, end)
}

function withAnyProperties(publish: Draft, at: number, start: number, end: number): Publish | Malformed {
  const reader = new PacketReader(publish.bytes, at, start, end)
  const properties = readProperties(reader, carriers.publish)
  if (reader.fault !== null) return reader.fault
  publish.alias = properties.topicAlias
  publish.properties = publishProperties(properties)
  const decoded = finished(publish, reader.place, end)
  publish.isMislabelled = properties.isText === true && !isUtf8(publish.payload)
  return decoded
}

function finished(publish: Draft, payloadStart: number, end: number): Publish | Malformed {
  const { bytes, alias, topicStart, topicEnd } = publish
  if (topicStart === topicEnd && alias === 0) return malformed('neither a topic nor an alias', reasons.protocolError)
  // A chunk of a socket is a Buffer, whose views are slower to make and would be Buffers too.
  publish.payload = new Uint8Array(bytes.buffer, bytes.byteOffset + payloadStart, end - payloadStart)
  return publish
}

/** The topic of a message; empty if only its alias names it. [MQTT-3.3.2-1, MQTT-3.3.2-2] */
export function topicOf({ bytes, topicStart, topicEnd }: Publish): string | Malformed {
  const topic = readText(bytes, topicStart, topicEnd)
  if (topic === null) return malformed('a topic that is not UTF-8, or has U+0000')
  const isTopic = topic === '' || isTopicName(topic)
  return isTopic ? topic : malformed('a topic with wildcards', reasons.topicNameInvalid)
}
