import { decodeBinaryHeader, signature } from './proxy-header-binary.js'
import { decodeTextHeader, textStart } from './proxy-header-text.js'

/** Whom a proxy speaks for, as the head of a connection through it says. [PROXY protocol 2] */
export type ProxyHeader =
  | {
      readonly kind: 'complete'
      /** Null: the proxy speaks for itself or for nobody with an IP address, so the socket's own address holds. */
      readonly source: ProxySource | null
      /** What comes behind is the peer's own. */
      readonly bytesRead: number
    }
  | { readonly kind: 'incomplete' } // wait for more bytes
  | { readonly kind: 'malformed'; readonly why: string } // the caller closes the connection

/** The peer before the proxy. */
export interface ProxySource {
  /** In its shortest spelling, so that one peer has one. */
  readonly address: string
  readonly port: number
}

/**
 * Reads the head of a connection, of version 1 or 2, from all bytes that came so far. It remembers nothing, and never
 * asks for more than `netLimits.proxyHeaderBytesMax`.
 */
export function decodeProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (begins(bytes, signature)) return decodeBinaryHeader(bytes)
  if (begins(bytes, textStart)) return decodeTextHeader(bytes)
  return { kind: 'malformed', why: 'no header of the PROXY protocol' }
}

/** Whether bytes begin as `start` does, or are too few to tell. */
function begins(bytes: Uint8Array, start: Uint8Array): boolean {
  const count = Math.min(bytes.length, start.length)
  for (let at = 0; at < count; at++) if (bytes[at] !== start[at]) return false
  return true
}
