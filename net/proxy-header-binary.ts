import { netLimits } from './limits.js'
import { canonicalAddress } from './peer-address.js'
import type { ProxyHeader, ProxySource } from './proxy-header.js'

/** What every header of version 2 begins with. */
export const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a)

/** Signature, version and command, family and protocol, length of the rest. */
const fixedBytes = 16

/** The second version's two commands: the proxy speaks for itself, or for somebody. */
const local = 0x20
const proxy = 0x21

/** The greatest numbers of a family and of a protocol that have a meaning. */
const familyMax = 3
const protocolMax = 2

/** The family and protocol that name a peer behind a TCP listener: by that byte, how long one address is, bytes. */
const addressBytes: Readonly<Record<number, number>> = { 17: 4, 33: 16 }

/** Reads a header of version 2. What a proxy adds behind the addresses is skipped unread. [PROXY protocol 2.2] */
export function decodeBinaryHeader(bytes: Uint8Array): ProxyHeader {
  const [command, family] = bytes.subarray(signature.length)
  if (command !== undefined && command !== local && command !== proxy) return malformed('another version or command')
  if (family === undefined) return { kind: 'incomplete' }
  if (command === proxy && !isKnown(family)) return malformed('an unknown family or protocol')
  if (bytes.length < fixedBytes) return { kind: 'incomplete' }
  const bytesRead = fixedBytes + bigEndian(bytes, fixedBytes - 2)
  if (bytesRead > netLimits.proxyHeaderBytesMax) return malformed('a header that is too long')
  if (bytes.length < bytesRead) return { kind: 'incomplete' }
  // A proxy that speaks for itself may fill in whatever family it likes.
  if (command === local) return { kind: 'complete', source: null, bytesRead }
  return decodeAddresses(family, bytes.subarray(fixedBytes, bytesRead), bytesRead)
}

function isKnown(family: number): boolean {
  return family >> 4 <= familyMax && (family & 15) <= protocolMax
}

/** UNIX sockets, datagrams and what is not said name nobody who could be reached here. */
function decodeAddresses(family: number, block: Uint8Array, bytesRead: number): ProxyHeader {
  const length = addressBytes[family]
  if (length === undefined) return { kind: 'complete', source: null, bytesRead }
  // Two addresses, then two ports of two bytes.
  if (block.length < 2 * length + 4) return malformed('addresses that are cut off')
  return { kind: 'complete', source: sourceOf(block, length), bytesRead }
}

function sourceOf(block: Uint8Array, length: number): ProxySource {
  const address = block.subarray(0, length)
  const text = length === 4 ? address.join('.') : groupsOf(address).join(':')
  return { address: canonicalAddress(text), port: bigEndian(block, 2 * length) }
}

function groupsOf(address: Uint8Array): string[] {
  return Array.from({ length: 8 }, (_, group) => bigEndian(address, 2 * group).toString(16))
}

function bigEndian(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(at)
}

function malformed(why: string): ProxyHeader {
  return { kind: 'malformed', why }
}
