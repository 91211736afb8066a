import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { AdmissionOptions, Visit } from './admission.js'
import { Admission } from './admission.js'
import type { ListenerOptions } from './listener-options.js'
import type { ListeningAddress } from './listening.js'
import { listenAt } from './listening.js'
import { isLoopback, peerAddress, peerNetwork } from './peer-address.js'
import type { PeerInfo } from './peer-info.js'
import { ProxyEntrance } from './proxy-entrance.js'
import type { TlsCredentials } from './tls-credentials.js'
import { TlsEntrance } from './tls-entrance.js'

/** Where to listen, and whom to take. */
export interface TcpListenerOptions extends ListenerOptions, AdmissionOptions {
  /** Null: plain TCP. */
  readonly credentials: TlsCredentials | null
}

/** Takes a connection that was let in. It owns the socket from here on: errors, too, so it must listen to them before it returns. */
export type TakeSocket = (socket: Socket, peer: PeerInfo) => void

/**
 * A port of its own for a protocol that begins with bytes, plain or secured.
 *
 * ```text
 * socket ─▶ header of its proxy, if there are proxies ─▶ admission by address ─▶ handshake, if secured ─▶ taker
 * ```
 *
 * It owns the limits that come before any protocol: how many connections there may be, how fast they may come, how long it may
 * take until the first byte of the protocol can be read. Whom it refuses it hangs up on, and counts by reason.
 */
export class TcpListener {
  readonly isLoopback: boolean
  private readonly server: Server
  private readonly admission: Admission
  private readonly visits = new Map<Socket, Visit>()
  private readonly proxies: ProxyEntrance | null
  private readonly tls: TlsEntrance | null
  /** One function for all sockets: a closure for each would be much of what an idle connection costs here. */
  private readonly left: (this: Socket) => void
  private acceptsFailed = 0
  private listening: Promise<ListeningAddress> | null = null
  private isClosing = false

  constructor(
    private readonly options: TcpListenerOptions,
    private readonly take: TakeSocket,
  ) {
    const { host, proxyProtocol, credentials } = options
    this.isLoopback = isLoopback(host)
    this.admission = new Admission(options, performance.now())
    const arrived = (socket: Socket, address: string) => this.arrived(socket, address)
    this.proxies = proxyProtocol === null ? null : new ProxyEntrance(proxyProtocol, arrived)
    this.tls = credentials === null ? null : new TlsEntrance(credentials, take)
    this.server = createServer({ noDelay: true }, (socket) => this.connected(socket))
    this.left = leftOn(this.visits, this.admission)
  }

  /** Starts to listen; asked again, it says where it is. Rejects with the error of the system, such as EADDRINUSE. */
  listen(): Promise<ListeningAddress> {
    this.listening ??= listenAt(this.server, this.options.host, this.options.port).then((address) => {
      // The system could not hand over a connection, as when the process has no descriptor left: one peer less, not the end.
      this.server.on('error', () => this.acceptsFailed++)
      return address
    })
    return this.listening
  }

  /** Takes no new connections, and hangs up on those that were not taken yet. The others belong to their taker. */
  async close(): Promise<void> {
    this.isClosing = true
    this.server.close()
    this.proxies?.close()
    this.tls?.close()
  }

  /** Reads certificates again, for new connections; returns what is wrong with them, and then the former stay. */
  reload(): readonly string[] {
    return this.tls?.reload() ?? []
  }

  /** Plain counters for whoever scrapes them. */
  counters(): Record<string, number> {
    const refused = { ...this.admission.refused, ...this.proxies?.refused, ...this.tls?.refused }
    const named = Object.entries(refused).map(([reason, count]) => [`refused.${reason}`, count] as const)
    return { connections: this.admission.connections, ...Object.fromEntries(named), acceptsFailed: this.acceptsFailed }
  }

  private connected(socket: Socket): void {
    // The kernel may have held it since before the end.
    if (this.isClosing) socket.destroy()
    else if (this.proxies === null) this.arrived(socket, peerAddress(socket.remoteAddress))
    else this.proxies.enter(socket)
  }

  private arrived(socket: Socket, address: string): void {
    const entered = this.admission.enter(peerNetwork(address), performance.now())
    if ('reason' in entered) {
      socket.destroy()
      return
    }
    this.visits.set(socket, entered)
    socket.on('close', this.left)
    if (this.tls === null) this.take(socket, { address, certificate: null })
    else this.tls.enter(socket, address)
  }
}

function leftOn(visits: Map<Socket, Visit>, admission: Admission): (this: Socket) => void {
  return function (this: Socket) {
    const visit = visits.get(this)
    if (visit === undefined) return
    visits.delete(this)
    admission.leave(visit, performance.now())
  }
}
