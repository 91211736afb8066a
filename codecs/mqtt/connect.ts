import { isUtf8 } from 'node:buffer'
import { malformed } from './malformed.js'
import { headerBytes, isLengthPadded, isOnePacket } from './packet-bytes.js'
import { PacketReader } from './packet-reader.js'
import type { Connect, ConnectProperties, MalformedConnect, MqttVersion, Qos, Unsupported, Will } from './packets.js'
import { carriers, noProperties, publishProperties, readProperties } from './properties.js'
import { reasons } from './reasons.js'
import { isTopicName } from './topic-names.js'

const connectByte = 0x10
const qosOf = [0, 1, 2] as const

/** Level 4 with the bit by which bridges make themselves known. */
const bridgeLevel = 0x84
const neverExpires = 0xffff_ffff

/** Bits of the connect flags. [MQTT 5.0, 3.1.2.3] */
const flag = {
  reserved: 1,
  cleanStart: 2,
  will: 4,
  willQos: 0x18,
  willRetain: 0x20,
  password: 0x40,
  user: 0x80,
} as const

/**
 * What stands between `at` and `end`: the first packet of a connection, whole. It says itself in which dialect. [MQTT 5.0, 3.1]
 *
 * It never throws, whatever the bytes.
 */
export function decodeConnect(chunk: Uint8Array, at: number, end: number): Connect | Unsupported | MalformedConnect {
  const first = chunk[at] ?? 0
  // [MQTT-3.1.0-1]
  if (first >> 4 !== connectByte >> 4) return early('the first packet is no CONNECT', reasons.protocolError)
  if (first !== connectByte) return early('flags that CONNECT may not have')
  if (!isOnePacket(chunk, at, end)) return early('a length that is not that of the packet')
  const reader = new PacketReader(chunk, at, at + headerBytes(chunk, at), end)
  const name = reader.text()
  const level = reader.byte()
  if (reader.fault !== null) return { ...reader.fault, version: 0 }
  if (name !== 'MQTT') return unsupported('a protocol of another name', level)
  if (level !== 4 && level !== 5 && level !== bridgeLevel) return unsupported(`protocol level ${level}`, level)
  const version = level === 5 ? 5 : 4
  if (version === 5 && isLengthPadded(chunk, at)) reader.fail('a length of more bytes than it needs')
  const connect = readConnect(reader, version, level === bridgeLevel)
  const fault = reader.finish()
  return fault === null ? connect : { ...fault, version }
}

const early = (...said: Parameters<typeof malformed>): MalformedConnect => ({ ...malformed(...said), version: 0 })

/** Who speaks an older level understands the older answer. */
const unsupported = (why: string, level: number): Unsupported => ({
  kind: 'unsupported',
  why,
  dialect: level >= 5 && level < 0x80 ? 5 : 4,
})

function readConnect(reader: PacketReader, version: MqttVersion, isBridge: boolean): Connect {
  const flags = reader.byte()
  checkFlags(reader, flags, version)
  const keepAliveSeconds = reader.uint16()
  const isCleanStart = (flags & flag.cleanStart) !== 0
  const properties = version === 5 ? readConnectProperties(reader) : implied[isCleanStart ? 'clean' : 'lasting']
  const clientId = reader.text()
  const will = (flags & flag.will) !== 0 ? readWill(reader, flags, version) : null
  const user = (flags & flag.user) !== 0 ? reader.text() : null
  const password = (flags & flag.password) !== 0 ? reader.binary() : null
  return {
    kind: 'connect',
    version,
    isBridge,
    isCleanStart,
    keepAliveSeconds,
    clientId,
    will,
    user,
    password,
    properties,
  }
}

function checkFlags(reader: PacketReader, flags: number, version: MqttVersion): void {
  // [MQTT-3.1.2-3]
  if ((flags & flag.reserved) !== 0) reader.fail('the reserved connect flag is set')
  // [MQTT-3.1.2-11, MQTT-3.1.2-13]
  if ((flags & flag.will) === 0 && (flags & (flag.willQos | flag.willRetain)) !== 0)
    reader.fail('flags of a will, and no will')
  // [MQTT-3.1.2-12]
  if ((flags & flag.willQos) === flag.willQos) reader.fail('a will with QoS 3')
  // [MQTT-3.1.2-22] of 3.1.1; MQTT 5.0 lets a password stand alone.
  if (version === 4 && (flags & flag.password) !== 0 && (flags & flag.user) === 0)
    reader.fail('a password without a user name')
}

function readConnectProperties(reader: PacketReader): ConnectProperties {
  const properties = readProperties(reader, carriers.connect)
  const { authenticationMethod, authenticationData } = properties
  if (authenticationData !== null && authenticationMethod === null)
    reader.fail('authentication data without a method', reasons.protocolError)
  return connectProperties(properties, properties.sessionExpirySeconds ?? 0)
}

function connectProperties(
  properties: Omit<ConnectProperties, 'sessionExpirySeconds'>,
  sessionExpirySeconds: number,
): ConnectProperties {
  const { receiveMax, packetBytesMax, topicAliasMax, wantsResponseInformation, wantsProblemInformation } = properties
  const { authenticationMethod, authenticationData, userProperties } = properties
  return {
    sessionExpirySeconds,
    receiveMax,
    packetBytesMax,
    topicAliasMax,
    wantsResponseInformation,
    wantsProblemInformation,
    authenticationMethod,
    authenticationData,
    userProperties,
  }
}

/** What clients of MQTT 3.1.1 say by having no properties, the same for all: it lives as long as each connection. One that is not clean never expires. */
const implied = {
  clean: connectProperties(noProperties, 0),
  lasting: connectProperties(noProperties, neverExpires),
} as const

function readWill(reader: PacketReader, flags: number, version: MqttVersion): Will {
  const said = version === 5 ? readProperties(reader, carriers.will) : noProperties
  const topic = reader.text()
  if (!isTopicName(topic)) reader.fail('a will for what no topic can be', reasons.topicNameInvalid)
  const payload = reader.binary()
  return {
    topic,
    payload,
    qos: willQos(flags),
    isRetained: (flags & flag.willRetain) !== 0,
    delaySeconds: said.willDelaySeconds,
    isMislabelled: said.isText === true && !isUtf8(payload),
    properties: publishProperties(said),
  }
}

const willQos = (flags: number): Qos => qosOf[(flags & flag.willQos) >> 3] ?? 0
