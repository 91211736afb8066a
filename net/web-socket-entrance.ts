import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Server } from 'ws'
import { WebSocketServer } from 'ws'
import { netLimits } from './limits.js'
import { LinkSocket } from './link-socket.js'
import { OriginRule } from './origin-rule.js'
import type { PeerInfo } from './peer-info.js'
import { answerSocket } from './problem.js'
import type { TransportServices } from './transport-module.js'

/** Where and for whom WebSockets are opened, and what they may send. */
export interface WebSocketEntranceOptions {
  readonly path: string
  /** The one that is offered and taken. */
  readonly subprotocol: string
  /** Origins of pages that may connect beside those that may anyway. */
  readonly origins: readonly string[]
  /** Where these are listed, for whoever reads the log: a key of the configuration. */
  readonly originsKey: string
  /** Open at once. Over it: 503 before the upgrade. */
  readonly connectionsMax: number
  /** A peer that does not answer a close for so long is cut. */
  readonly closeTimeoutMs: number
  /** Of one message, bytes. */
  readonly payloadBytesMax: number
  /** Of one message. */
  readonly fragmentsMax: number
  /** In which one frame may trickle in. */
  readonly piecesMax: number
}

const stopping = { status: 503, code: 'draining', detail: 'the gateway is shutting down' } as const

/** Takes upgrades from the shared listener and hands on the sockets of those who may come in. */
export class WebSocketEntrance {
  private readonly server: Server<typeof LinkSocket>
  private readonly origins: OriginRule
  private readonly counts = { connections: 0, 'refused.origin': 0, 'refused.connections': 0, 'refused.handshake': 0 }
  private isClosing = false

  /** The taker says when a socket that it was given is gone: `ended`. */
  constructor(
    private readonly options: WebSocketEntranceOptions,
    private readonly services: TransportServices,
    private readonly taker: (webSocket: LinkSocket, socket: Socket, peer: PeerInfo) => void,
  ) {
    const { http } = services
    this.server = new WebSocketServer(serverOptions(options))
    this.server.on('wsClientError', (error, socket) => this.refuseHandshake(socket, error.message))
    this.origins = new OriginRule(options.origins, http.isLoopback)
    http.routes.addUpgrade({
      path: options.path,
      protocol: options.subprotocol,
      accept: (request, socket, head, peer) => this.accept(request, socket, head, peer),
    })
  }

  /** Listens; where, as URLs. */
  async listen(): Promise<readonly string[]> {
    const { authority, secured } = await this.services.http.listen()
    const { path } = this.options
    return [`ws://${authority}${path}`, ...(secured ? [`wss://${secured.authority}${path}`] : [])]
  }

  /** Whoever comes from now on is sent away. */
  close(): void {
    this.isClosing = true
  }

  /** One of the sockets is gone. */
  ended(): void {
    this.counts.connections--
  }

  /** What is open, and who was refused, by reason. */
  counters(): Record<string, number> {
    return { ...this.counts }
  }

  private accept(request: IncomingMessage, socket: Socket, head: Buffer, peer: PeerInfo): void {
    const { origin, host } = request.headers
    if (this.isClosing) answerSocket(socket, stopping)
    else if (!this.origins.allows(origin, host)) this.refuseOrigin(socket, String(origin))
    else if (this.counts.connections >= this.options.connectionsMax) this.refuseConnection(socket)
    else this.server.handleUpgrade(request, socket, head, (webSocket) => this.taken(webSocket, socket, peer))
  }

  private taken(webSocket: LinkSocket, socket: Socket, peer: PeerInfo): void {
    this.counts.connections++
    this.taker(webSocket, socket, peer)
  }

  private refuseOrigin(socket: Socket, origin: string): void {
    const isFirst = this.counts['refused.origin']++ === 0
    if (isFirst)
      this.services.log.warn({ origin }, `a page was refused; list its origin under ${this.options.originsKey}`)
    answerSocket(socket, { status: 403, code: 'forbidden', detail: 'pages from this origin may not connect' })
  }

  /** `ws` found fault with the request: its method, its key or the version that it names. RFC 6455 §4.4 */
  private refuseHandshake(socket: Duplex, why: string): void {
    this.counts['refused.handshake']++
    const headers = { 'sec-websocket-version': '13' }
    answerSocket(socket, { status: 400, code: 'malformedRequest', detail: why, headers })
  }

  private refuseConnection(socket: Socket): void {
    this.counts['refused.connections']++
    const headers = { 'retry-after': String(netLimits.retryAfterS) }
    answerSocket(socket, {
      status: 503,
      code: 'tooManyConnections',
      detail: 'the connection limit is reached',
      headers,
    })
  }
}

function serverOptions({ subprotocol, closeTimeoutMs, payloadBytesMax, ...bounds }: WebSocketEntranceOptions) {
  return {
    noServer: true,
    WebSocket: LinkSocket,
    clientTracking: false,
    perMessageDeflate: false,
    // Text is refused unread, and nobody reads the text of a close.
    skipUTF8Validation: true,
    handleProtocols: () => subprotocol,
    maxPayload: payloadBytesMax,
    maxFragments: bounds.fragmentsMax,
    maxBufferedChunks: bounds.piecesMax,
    // Links answer pings themselves; `ws` would keep a closure for each socket, busy or not.
    autoPong: false,
    closeTimeout: closeTimeoutMs,
  }
}
