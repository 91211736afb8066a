import type { KeyObject } from 'node:crypto'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Trust } from './certificates.js'
import type { ClientIdentity } from './client-handshake.js'
import { isP256 } from './key-exchange.js'
import { dtlsLimits } from './limits.js'
import type { ServerIdentity } from './server-handshake.js'

/** The key of an identity; null: nobody has it. */
export type PskLookup = (identity: string) => Uint8Array | null

/** What both roles may say. All sizes in bytes, all times in ms. */
export interface CommonOptions {
  /** PEM: the own certificate, with those that prove it behind it. P-256. */
  readonly cert?: string
  /** PEM, without a passphrase. */
  readonly key?: string
  /** PEM: who signs the peers' certificates, directly. */
  readonly ca?: string
  readonly mtu?: number
  readonly handshakeTimeout?: number
  /** First time until a flight is sent again; on a slow link more than its round trip. */
  readonly retransmit?: number
}

export interface ServerOptions extends CommonOptions {
  /** Keys by identity. */
  readonly psk?: ReadonlyMap<string, Uint8Array> | PskLookup
  /** SHA-256 of the clients' certificates that may, in hex; without it all that `ca` signed. */
  readonly fingerprints?: readonly string[]
  readonly maxSessions?: number
  readonly maxSessionsPerHost?: number
}

export interface ClientOptions extends CommonOptions {
  readonly psk?: { readonly identity: string; readonly key: Uint8Array }
  /** What the server's certificate must be for; without it any that `ca` signed. */
  readonly servername?: string
  /** False: what goes to the server says by no id whose it is. */
  readonly connectionId?: boolean
}

/** A certificate of one's own. */
export interface OwnCertificate {
  readonly chain: readonly X509Certificate[]
  readonly key: KeyObject
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Throws an `Error` that says which option is wrong. */
function ownCertificateOf({ cert, key }: CommonOptions): OwnCertificate | null {
  if (cert === undefined && key === undefined) return null
  if (cert === undefined || key === undefined) throw new Error('cert and key belong together')
  const chain = certificatesOf(cert, 'cert')
  const privateKey = createPrivateKey(key)
  const [own] = chain
  if (!isP256(privateKey) || own === undefined) throw new Error('key: expected one for ECDSA with P-256')
  if (!own.checkPrivateKey(privateKey)) throw new Error('key: it is not that of cert')
  return { chain, key: privateKey }
}

/** What a server's options say of who it is. Throws an `Error` that says which of them is wrong. */
export function serverIdentityOf({ psk, ...options }: ServerOptions): ServerIdentity {
  const certificate = ownCertificateOf(options)
  if (psk === undefined && certificate === null) throw new Error('psk or cert: nobody could come in without either')
  return { pskOf: lookupIn(psk), certificate, trust: trustOf(options.ca, options.fingerprints) }
}

/** The same of a client. */
export function clientIdentityOf(options: ClientOptions): ClientIdentity {
  const psk = options.psk ?? null
  const fault = psk === null ? null : pskFault(psk.key)
  if (fault !== null) throw new Error(`psk: ${fault}`)
  if (psk === null && options.ca === undefined) throw new Error('psk or ca: nobody could be believed without either')
  return {
    psk,
    certificate: ownCertificateOf(options),
    trust: trustOf(options.ca, undefined),
    servername: options.servername ?? null,
    takesConnectionId: options.connectionId ?? true,
  }
}

/** Keys that are too weak are refused: those of a map at once, others as if nobody had them. */
function lookupIn(psk: ServerOptions['psk']): PskLookup | null {
  if (psk === undefined) return null
  if (typeof psk === 'function') return (identity) => strong(psk(identity))
  for (const [identity, key] of psk) {
    const fault = pskFault(key)
    if (fault !== null) throw new Error(`psk of ${identity}: ${fault}`)
  }
  return (identity) => psk.get(identity) ?? null
}

const strong = (key: Uint8Array | null): Uint8Array | null => (key === null || pskFault(key) !== null ? null : key)

/** Null: nobody's certificate is believed. */
function trustOf(ca: string | undefined, fingerprints: readonly string[] | undefined): Trust | null {
  if (ca === undefined) return null
  const listed = fingerprints?.map((fingerprint) => fingerprint.replaceAll(':', '').toLowerCase())
  return { issuers: certificatesOf(ca, 'ca'), fingerprints: listed === undefined ? null : new Set(listed) }
}

function certificatesOf(pem: string, option: string): X509Certificate[] {
  const blocks = pem.match(pemBlock) ?? []
  if (blocks.length === 0) throw new Error(`${option}: expected a certificate as PEM`)
  return blocks.map((block) => new X509Certificate(block))
}

/** What is wrong with a key that both know; null: nothing. */
function pskFault(key: Uint8Array): string | null {
  const { pskBytesMin, pskBytesMax } = dtlsLimits
  if (key.length < pskBytesMin) return `a key has ${pskBytesMin} bytes at least`
  if (key.length > pskBytesMax) return `a key has ${pskBytesMax} bytes at most`
  // As somebody writes it who means to fill it in later; random bytes are none of these.
  return new Set(key).size < 8 ? 'a key is random: this one repeats itself' : null
}
