import type { Connect, MalformedConnect, Packet, Publish, Unsupported } from '../../../codecs/mqtt/index.js'
import { decodeConnect, decodePacket, topicOf } from '../../../codecs/mqtt/index.js'
import type { Form } from './vectors.js'
import { bytesOf, hexOf } from './vectors.js'

/** What the gateway makes of a client's packet. */
export type Decoded = ReturnType<typeof decodePacket> | Connect | MalformedConnect | Unsupported

const connectType = 1

/** Some bytes before and behind, as a packet stands in a chunk; zeros are lengths and identifiers that could be read on into. */
export const surrounded = (packet: Uint8Array): Uint8Array => Uint8Array.from([0, 0, 0, ...packet, 0, 0, 0])

/** Decodes one whole packet, with its topic; with version 0 as the first of a connection. */
export function decode(packet: Uint8Array, version: 0 | 4 | 5): Decoded {
  return decodeIn(packet, 0, packet.length, version)
}

/** The same where other bytes stand before and behind the packet. */
export const decodeSurrounded = (packet: Uint8Array, version: 0 | 4 | 5): Decoded =>
  decodeIn(surrounded(packet), 3, 3 + packet.length, version)

function decodeIn(chunk: Uint8Array, at: number, end: number, version: 0 | 4 | 5): Decoded {
  if (version === 0) return decodeConnect(chunk, at, end)
  const decoded = decodePacket(chunk, at, end, version)
  const topic = decoded.kind === 'publish' ? topicOf(decoded) : ''
  return typeof topic === 'string' ? decoded : topic
}

/** 0 for a golden packet that is a CONNECT, which is to be decoded without being told the version. */
export const versionToTell = (packet: Uint8Array, version: 0 | 4 | 5): 0 | 4 | 5 =>
  (packet[0] ?? 0) >> 4 === connectType ? 0 : version

/** A decoded packet as the golden ones stand in JSON: bytes as hexadecimal text, and the topic in place of its bytes. */
export function formOf(packet: Packet | Connect): Form {
  const said = packet.kind === 'publish' ? withTopic(packet) : packet
  return JSON.parse(JSON.stringify(said, asHex))
}

function withTopic(publish: Publish): Form {
  const { bytes, topicStart, topicEnd, ...rest } = publish
  return { ...rest, topic: topicOf(publish) }
}

const asHex = (_name: string, value: unknown): unknown => (value instanceof Uint8Array ? hexOf(value) : value)

/** The members of what the gateway sends that are bytes. */
const binary = ['payload', 'correlation', 'authenticationData']

/** The other way: bytes where a golden packet has hexadecimal text. */
export const unformed = <T>(form: Form): T => JSON.parse(JSON.stringify(form), asBytes)

const asBytes = (name: string, value: unknown): unknown =>
  binary.includes(name) && typeof value === 'string' ? bytesOf(value) : value
