/** DTLS 1.2 (RFC 6347) on `node:crypto` and `node:dgram`: a profile, not all of it, and not independently audited. */

export { DtlsClient, HandshakeError } from './client.js'
export type { DtlsClock } from './clock.js'
export type { HandshakeFailure, PeerIdentity } from './handshake.js'
export type { ClientOptions, PskLookup, ServerOptions } from './options.js'
export type { PeerAddress } from './path.js'
export { type DtlsAddress, DtlsServer } from './server.js'
export type { DtlsSession, SessionEnd, SessionEvents } from './session.js'
