import type { ByteWriter } from './byte-writer.js'
import { varintBytes } from './byte-writer.js'
import type { PublishProperties, UserProperties } from './packets.js'
import type { OutgoingPublish, Remarks } from './server-packets.js'

/** Property identifiers. [MQTT 5.0, 2.2.2.2] */
const id = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionId: 0x0b,
  reasonString: 0x1f,
  topicAlias: 0x23,
  userProperty: 0x26,
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
  if (contentType !== null) writeText(out, id.contentType, contentType)
  if (responseTopic !== null) writeText(out, id.responseTopic, responseTopic)
  if (correlation !== null) {
    out.byte(id.correlationData)
    out.binary(correlation)
  }
  writeUserProperties(out, userProperties)
  return expiry
}

function writeExpiry(out: ByteWriter, expirySeconds: number): number {
  out.byte(id.messageExpiry)
  out.uint32(expirySeconds)
  return out.length - 4
}

/** Writes what is remarked, with its length. */
export function writeRemarks(out: ByteWriter, { reasonString, userProperties }: Remarks): void {
  const start = begin(out)
  if (typeof reasonString === 'string') writeText(out, id.reasonString, reasonString)
  writeUserProperties(out, userProperties ?? [])
  finish(out, start)
}

function writeText(out: ByteWriter, property: number, text: string): void {
  out.byte(property)
  out.text(text)
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
