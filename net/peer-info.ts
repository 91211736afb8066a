import type { TLSSocket } from 'node:tls'

/** Who is at the other end of a connection, as far as it is known before anything is said. */
export interface PeerInfo {
  /** As people write it; through a proxy, the one that the proxy names. */
  readonly address: string
  /** Null: a plain connection, or a client that showed none. */
  readonly certificate: ClientCertificate | null
}

/** What a client showed of itself; an authority that we know has signed it. */
export interface ClientCertificate {
  /** Null: its subject has none, or several. */
  readonly commonName: string | null
  /** SHA-256 of the whole certificate, as 32 pairs of capital hexadecimal digits with colons between them. */
  readonly fingerprint: string
}

/** What the client of a finished handshake showed; null: nothing. */
export function clientCertificate(socket: TLSSocket): ClientCertificate | null {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return null
  const names = certificate.toLegacyObject().subject
  const commonName: unknown = names?.CN
  return {
    commonName: typeof commonName === 'string' ? commonName : null,
    fingerprint: certificate.fingerprint256,
  }
}
