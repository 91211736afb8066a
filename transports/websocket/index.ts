import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Server } from 'ws'
import { WebSocketServer } from 'ws'
import { subprotocol } from '../../codecs/protobuf/index.js'
import type { Link, LinkOwner } from '../../core/index.js'
import { Flights } from '../../core/index.js'
import type { Transport, TransportModule, TransportServices } from '../../net/index.js'
import { answerSocket, OriginRule, Outgoing, peerAddress, Slice } from '../../net/index.js'
import { Frames } from './frames.js'
import { webSocketLimits } from './limits.js'
import { WebSocketLink } from './link.js'
import type { LinkHost } from './link-host.js'
import { LinkSocket, listen } from './link-socket.js'
import type { WebSocketOptions } from './options.js'
import { parseOptions } from './options.js'
import { Terms } from './terms.js'

export type { WebSocketOptions } from './options.js'

const stopping = { status: 503, code: 'draining', detail: 'the gateway is shutting down' } as const

/** Rivulet's own protocol over WebSockets, the transport of the SDK. */
export const transport: TransportModule<WebSocketOptions> = {
  parseOptions,
  create: (options, services) => new WebSocketTransport(options, services),
}

/** Takes upgrades from the shared listener and makes a link of each. */
class WebSocketTransport implements Transport, LinkHost {
  readonly frames = new Frames()
  readonly outgoing = new Outgoing()
  readonly flights = new Flights()
  readonly slice = new Slice(webSocketLimits.sliceMs)
  readonly terms = new Terms()
  private readonly server: Server<typeof LinkSocket>
  private readonly origins: OriginRule
  private readonly counts = { connections: 0, 'refused.origin': 0, 'refused.connections': 0, 'refused.handshake': 0 }
  private isClosing = false

  constructor(
    private readonly options: WebSocketOptions,
    private readonly services: TransportServices,
  ) {
    const { http, frameBytesMax } = services
    this.server = new WebSocketServer(serverOptions(options, frameBytesMax))
    this.server.on('wsClientError', (error, socket) => this.refuseHandshake(socket, error.message))
    this.origins = new OriginRule(options.origins, http.isLoopback)
    http.routes.addUpgrade({
      path: options.path,
      protocol: subprotocol,
      accept: (request, socket, head) => this.accept(request, socket, head),
    })
  }

  async listen(): Promise<readonly string[]> {
    const { authority } = await this.services.http.listen()
    return [`websocket ws://${authority}${this.options.path}`]
  }

  async close(): Promise<void> {
    this.isClosing = true
  }

  counters(): Record<string, number> {
    return { ...this.counts }
  }

  private accept(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { origin, host } = request.headers
    if (this.isClosing) answerSocket(socket, stopping)
    else if (!this.origins.allows(origin, host)) this.refuseOrigin(socket, String(origin))
    else if (this.counts.connections >= this.options.connectionsMax) this.refuseConnection(socket)
    else this.server.handleUpgrade(request, socket, head, (webSocket) => this.connected(webSocket, socket))
  }

  attach(link: Link, peer: string): LinkOwner {
    this.counts.connections++
    return this.services.gateway.attach(link, 'websocket', peer)
  }

  ended(): void {
    this.counts.connections--
  }

  private connected(webSocket: LinkSocket, socket: Socket): void {
    listen(webSocket, new WebSocketLink(webSocket, socket, this, peerAddress(socket.remoteAddress)))
  }

  private refuseOrigin(socket: Socket, origin: string): void {
    const isFirst = this.counts['refused.origin']++ === 0
    if (isFirst)
      this.services.log.warn({ origin }, 'a page was refused; list its origin under transports.websocket.origins')
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
    const headers = { 'retry-after': String(webSocketLimits.retryAfterS) }
    answerSocket(socket, {
      status: 503,
      code: 'tooManyConnections',
      detail: 'the connection limit is reached',
      headers,
    })
  }
}

function serverOptions({ closeTimeoutMs }: WebSocketOptions, frameBytesMax: number) {
  return {
    noServer: true,
    WebSocket: LinkSocket,
    clientTracking: false,
    perMessageDeflate: false,
    // Text is refused unread, and nobody reads the text of a close.
    skipUTF8Validation: true,
    handleProtocols: () => subprotocol,
    maxPayload: frameBytesMax,
    maxFragments: webSocketLimits.fragmentsMax,
    maxBufferedChunks: webSocketLimits.piecesMax,
    // The link answers pings itself; `ws` would keep a closure for each socket, busy or not.
    autoPong: false,
    closeTimeout: closeTimeoutMs,
  }
}
