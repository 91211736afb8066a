import type { ByteWriter } from './byte-writer.js'
import { varintBytes } from './byte-writer.js'
import type { PublishProperties, UserProperties } from './packets.js'
import type { Connack, OutgoingPublish, Remarks } from './server-packets.js'

/** Property identifiers. [MQTT 5.0, 2.2.2.2] */
const id = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionId: 0x0b,
  sessionExpiry: 0x11,
  assignedClientId: 0x12,
  serverKeepAlive: 0x13,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  responseInformation: 0x1a,
  serverReference: 0x1c,
  reasonString: 0x1f,
  receiveMax: 0x21,
  topicAliasMax: 0x22,
  topicAlias: 0x23,
  qosMax: 0x24,
  retainAvailable: 0x25,
  userProperty: 0x26,
  packetBytesMax: 0x27,
  wildcardsAvailable: 0x28,
  subscriptionIdsAvailable: 0x29,
  sharingAvailable: 0x2a,
} as const

/** Writes the properties of a PUBLISH, with their length, and gives the place of the expiry interval; 0 if it has none. */
export function writePublishProperties(out: ByteWriter, message: OutgoingPublish): number {
  const { alias, properties, subscriptionIds } = message
  const start = begin(out)
  if (alias !== 0) {
    out.byte(id.topicAlias)
    out.uint16(alias)
  }
  const expiry = properties === null ? 0 : writeMessageProperties(out, properties)
  for (const subscriptionId of subscriptionIds) {
    out.byte(id.subscriptionId)
    out.varint(subscriptionId)
  }
  const moved = finish(out, start)
  return expiry === 0 ? 0 : expiry + moved
}

function writeMessageProperties(out: ByteWriter, properties: PublishProperties): number {
  const { isText, expirySeconds, contentType, responseTopic, correlation, userProperties } = properties
  if (isText !== null) {
    out.byte(id.payloadFormat)
    out.byte(isText ? 1 : 0)
  }
  const expiry = expirySeconds === null ? 0 : writeExpiry(out, expirySeconds)
  writeText(out, id.contentType, contentType)
  writeText(out, id.responseTopic, responseTopic)
  writeBinary(out, id.correlationData, correlation)
  writeUserProperties(out, userProperties)
  return expiry
}

function writeExpiry(out: ByteWriter, expirySeconds: number): number {
  out.byte(id.messageExpiry)
  out.uint32(expirySeconds)
  return out.length - 4
}

/** Writes what is remarked, with its length. */
export function writeRemarks(out: ByteWriter, remarks: Remarks): void {
  const start = begin(out)
  writeRemarked(out, remarks)
  finish(out, start)
}

/** Writes what a CONNACK says of the gateway, with its length: what is not defined is not said. [MQTT 5.0, 3.2.2.3] */
export function writeConnackProperties(out: ByteWriter, said: Connack): void {
  const start = begin(out)
  writeUint32(out, id.sessionExpiry, said.sessionExpirySeconds)
  writeUint16(out, id.receiveMax, said.receiveMax)
  writeByte(out, id.qosMax, said.qosMax)
  writeByte(out, id.retainAvailable, said.isRetainAvailable)
  writeUint32(out, id.packetBytesMax, said.packetBytesMax)
  writeText(out, id.assignedClientId, said.assignedClientId)
  writeUint16(out, id.topicAliasMax, said.topicAliasMax)
  writeByte(out, id.wildcardsAvailable, said.areWildcardsAvailable)
  writeByte(out, id.subscriptionIdsAvailable, said.areSubscriptionIdsAvailable)
  writeByte(out, id.sharingAvailable, said.isSharingAvailable)
  writeUint16(out, id.serverKeepAlive, said.keepAliveSeconds)
  writeText(out, id.responseInformation, said.responseInformation)
  writeText(out, id.serverReference, said.serverReference)
  writeText(out, id.authenticationMethod, said.authenticationMethod)
  writeBinary(out, id.authenticationData, said.authenticationData)
  writeRemarked(out, said)
  finish(out, start)
}

function writeRemarked(out: ByteWriter, { reasonString, userProperties }: Remarks): void {
  writeText(out, id.reasonString, reasonString)
  if (userProperties !== undefined) writeUserProperties(out, userProperties)
}

function writeByte(out: ByteWriter, property: number, value: number | boolean | undefined): void {
  if (value === undefined) return
  out.byte(property)
  out.byte(Number(value))
}

function writeUint16(out: ByteWriter, property: number, value: number | undefined): void {
  if (value === undefined) return
  out.byte(property)
  out.uint16(value)
}

function writeUint32(out: ByteWriter, property: number, value: number | undefined): void {
  if (value === undefined) return
  out.byte(property)
  out.uint32(value)
}

function writeText(out: ByteWriter, property: number, text: string | null | undefined): void {
  if (text === undefined || text === null) return
  out.byte(property)
  out.text(text)
}

function writeBinary(out: ByteWriter, property: number, bytes: Uint8Array | null | undefined): void {
  if (bytes === undefined || bytes === null) return
  out.byte(property)
  out.binary(bytes)
}

function writeUserProperties(out: ByteWriter, userProperties: UserProperties): void {
  for (const [name, value] of userProperties) {
    writeText(out, id.userProperty, name)
    out.text(value)
  }
}

/** Leaves one byte for the length, which nearly all properties fit in. */
function begin(out: ByteWriter): number {
  out.byte(0)
  return out.length
}

/** Puts the length before what was written since, and gives how far that had to move. */
function finish(out: ByteWriter, start: number): number {
  const length = out.length - start
  const moved = varintBytes(length) - 1
  if (moved > 0) out.insert(start, moved)
  out.putVarint(start - 1, length)
  return moved
}
