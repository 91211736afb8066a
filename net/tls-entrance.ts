import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { createServer } from 'node:tls'
import type { PeerInfo } from './peer-info.js'
import { clientCertificate } from './peer-info.js'
import type { TlsCredentials } from './tls-credentials.js'

/** A connection whose handshake is not done. */
interface Shaking {
  /** Who it is, as the listener knows; the socket itself may be a proxy's. */
  readonly address: string
  readonly connection: string
}

/**
 * The way in for connections that are secured first: it makes a socket that is secured of one that is not.
 *
 * It owns a socket until its handshake is done, bounds how long that may take, and destroys what fails.
 */
export class TlsEntrance {
  /** handshake: broke off or could not agree; late: the time was over; certificate: the client's is missing, unknown or no longer good. */
  readonly refused = { tlsHandshake: 0, tlsLate: 0, tlsCertificate: 0 }
  /** It never listens: sockets are handed to it. */
  private readonly server: Server
  private readonly shaking = new Map<Socket, Shaking>()
  /** The same by connection, since the server makes a socket of its own of each, and does not say of which. */
  private readonly sockets = new Map<string, Socket>()
  private readonly left: (this: Socket) => void

  /** `secured` is called once for each handshake that succeeds. */
  constructor(
    private readonly credentials: TlsCredentials,
    private readonly secured: (socket: TLSSocket, peer: PeerInfo) => void,
  ) {
    this.server = createServer(credentials.serverOptions())
    this.server.on('secureConnection', (socket) => this.shaken(socket))
    this.server.on('tlsClientError', (error, socket) => this.failed(error, socket))
    const entrance = this
    this.left = function () {
      entrance.release(this)
    }
  }

  /** Takes a plain connection, of which nothing was read but what was put back. */
  enter(socket: Socket, address: string): void {
    const connection = connectionOf(socket)
    this.shaking.set(socket, { address, connection })
    this.sockets.set(connection, socket)
    socket.on('close', this.left)
    this.server.emit('connection', socket)
  }

  /** New certificates for the handshakes to come; returns what is wrong with them. */
  reload(): readonly string[] {
    return this.credentials.reload(this.server)
  }

  /** Nobody waits any more. */
  close(): void {
    for (const socket of this.shaking.keys()) socket.destroy()
  }

  private shaken(socket: TLSSocket): void {
    const plain = this.sockets.get(connectionOf(socket))
    const address = plain === undefined ? null : this.release(plain)
    const certificate = clientCertificate(socket)
    // Without an address it is gone already; a certificate that was shown must be good, also where none is required.
    if (address === null) socket.destroy()
    else if (certificate !== null && !socket.authorized) this.refuse(socket, 'tlsCertificate')
    else this.secured(socket, { address, certificate })
  }

  private failed(error: Error, socket: TLSSocket): void {
    this.refuse(socket, reasonOf(error, socket))
  }

  private refuse(socket: TLSSocket, reason: keyof TlsEntrance['refused']): void {
    this.refused[reason]++
    socket.destroy()
  }

  /** The address under which a socket came in; null if it is none of those that wait. */
  private release(socket: Socket): string | null {
    const shaking = this.shaking.get(socket)
    if (shaking === undefined) return null
    this.shaking.delete(socket)
    this.sockets.delete(shaking.connection)
    socket.off('close', this.left)
    return shaking.address
  }
}

/** Tells the connections of one listener apart, the same for the plain socket and the secured one. */
function connectionOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}

function reasonOf(error: Error, { authorizationError }: TLSSocket): keyof TlsEntrance['refused'] {
  const code = 'code' in error ? error.code : ''
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'tlsLate'
  const isCertificate = Boolean(authorizationError) || code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'
  return isCertificate ? 'tlsCertificate' : 'tlsHandshake'
}
