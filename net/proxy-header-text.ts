import { isIPv4, isIPv6 } from 'node:net'
import { netLimits } from './limits.js'
import { canonicalAddress } from './peer-address.js'
import type { ProxyHeader, ProxySource } from './proxy-header.js'

/** What every header of version 1 begins with. */
export const textStart: Uint8Array = Buffer.from('PROXY ')

const lineFeed = 0x0a

/** Reads a header of version 1, which is one line. [PROXY protocol 2.1] */
export function decodeTextHeader(bytes: Uint8Array): ProxyHeader {
  const end = bytes.subarray(0, netLimits.proxyLineBytesMax).indexOf(lineFeed)
  if (end >= 0) return decodeLine(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1'), end + 1)
  if (bytes.length < netLimits.proxyLineBytesMax) return { kind: 'incomplete' }
  return { kind: 'malformed', why: 'a line without end' }
}

/** A line without its line feed. */
function decodeLine(line: string, bytesRead: number): ProxyHeader {
  if (!line.endsWith('\r')) return { kind: 'malformed', why: 'a line that ends in a bare line feed' }
  const [, family = '', ...rest] = line.slice(0, -1).split(' ')
  // What stands behind it has no meaning.
  if (family === 'UNKNOWN') return { kind: 'complete', source: null, bytesRead }
  const source = sourceOf(family, rest)
  return source === null
    ? { kind: 'malformed', why: 'addresses that cannot be read' }
    : { kind: 'complete', source, bytesRead }
}

function sourceOf(family: string, fields: readonly string[]): ProxySource | null {
  const [address = '', destination = '', port = '', destinationPort = ''] = fields
  const isRight =
    fields.length === 4 &&
    [address, destination].every((each) => isAddress(family, each)) &&
    [port, destinationPort].every(isPort)
  return isRight ? { address: canonicalAddress(address), port: Number(port) } : null
}

function isAddress(family: string, text: string): boolean {
  if (family === 'TCP4') return isIPv4(text)
  // A zone means something on the proxy's machine only.
  return family === 'TCP6' && isIPv6(text) && !text.includes('%')
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535
}
