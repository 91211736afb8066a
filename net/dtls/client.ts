import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { ClientIdentity } from './client-handshake.js'
import { ClientHandshake } from './client-handshake.js'
import type { DtlsClock } from './clock.js'
import { systemClock } from './clock.js'
import type { HandshakeFailure, Secured } from './handshake.js'
import { dtlsLimits } from './limits.js'
import type { ClientOptions } from './options.js'
import { clientIdentityOf } from './options.js'
import { PeerPath } from './path.js'
import { recordsIn } from './records.js'
import { DtlsSession } from './session.js'

/** A handshake came to nothing. */
export class HandshakeError extends Error {
  constructor(
    readonly reason: HandshakeFailure,
    detail: string,
  ) {
    super(`no DTLS session: ${reason}: ${detail}`)
  }
}

/** A DTLS 1.2 client: one session on a UDP socket of its own. */
export class DtlsClient {
  private readonly identity: ClientIdentity
  private socket: Socket
  private handshake: ClientHandshake | null = null
  private session: DtlsSession | null = null

  /** `host`: an address, since names are looked up elsewhere. Throws an `Error` that says which option is wrong. */
  constructor(
    private readonly options: ClientOptions,
    private readonly port: number,
    private readonly host: string,
    private readonly clock: DtlsClock = systemClock,
  ) {
    this.identity = clientIdentityOf(options)
    this.socket = this.open()
  }

  /** Rejects with a `HandshakeError`. */
  connect(): Promise<DtlsSession> {
    const { options, clock } = this
    return new Promise((resolve, reject) => {
      this.handshake = new ClientHandshake(
        {
          clock,
          mtu: options.mtu ?? dtlsLimits.mtu,
          retransmitMs: options.retransmit ?? dtlsLimits.retransmitMs,
          timeoutMs: options.handshakeTimeout ?? dtlsLimits.handshakeTimeoutMs,
          transmit: (datagram) => this.transmit(datagram),
          established: (secured) => resolve(this.established(secured)),
          failed: (reason, detail) => {
            this.handshake = null
            reject(new HandshakeError(reason, detail))
          },
        },
        this.identity,
      )
      this.handshake.begin()
    })
  }

  /** Goes on from another port, as behind a NAT that has forgotten it. */
  rebind(): void {
    this.socket.close()
    this.socket = this.open()
  }

  /** Ends the session, if there is one, with a word to the peer. */
  async close(): Promise<void> {
    this.handshake?.abandon()
    this.session?.close()
    await new Promise<void>((resolve) => this.socket.close(() => resolve()))
  }

  private open(): Socket {
    const socket = createSocket(isIPv6(this.host) ? 'udp6' : 'udp4')
    // That nobody listens there is as if a datagram had been lost.
    socket.on('error', () => undefined)
    socket.on('message', (datagram, { address, port }) => {
      if (port === this.port && address === this.host) this.received(datagram)
    })
    return socket
  }

  private received(datagram: Buffer): void {
    const records = recordsIn(datagram, 0)
    for (const record of records) {
      const isOfSession = this.session?.received(record, datagram.length / records.length, null) === true
      if (!isOfSession) this.handshake?.received(record)
    }
  }

  private established(secured: Secured): DtlsSession {
    const { options, port, host } = this
    this.handshake = null
    const path = new PeerPath({ address: host, port }, options.mtu ?? dtlsLimits.mtu, (datagram) =>
      this.transmit(datagram),
    )
    this.session = new DtlsSession(secured, path, () => undefined)
    return this.session
  }

  private transmit(datagram: Buffer): void {
    this.socket.send(datagram, this.port, this.host, ignore)
  }
}

const ignore = () => undefined
