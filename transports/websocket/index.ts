import type { Socket } from 'node:net'
import { subprotocol } from '../../codecs/protobuf/index.js'
import type { Link, LinkOwner } from '../../core/index.js'
import { Flights } from '../../core/index.js'
import type { LinkSocket, PeerInfo, Transport, TransportModule, TransportServices } from '../../net/index.js'
import { listenTo, Outgoing, Slice, WebSocketEntrance } from '../../net/index.js'
import { Frames } from './frames.js'
import { webSocketLimits } from './limits.js'
import { WebSocketLink } from './link.js'
import type { LinkHost } from './link-host.js'
import type { WebSocketOptions } from './options.js'
import { parseOptions } from './options.js'
import { Terms } from './terms.js'

export type { WebSocketOptions } from './options.js'

/** Rivulet's own protocol over WebSockets, the transport of the SDK. */
export const transport: TransportModule<WebSocketOptions> = {
  parseOptions,
  create: (options, services) => new WebSocketTransport(options, services),
}

/** Makes a link of each WebSocket. */
class WebSocketTransport implements Transport, LinkHost {
  readonly frames = new Frames()
  readonly outgoing = new Outgoing()
  readonly flights = new Flights()
  readonly slice = new Slice(webSocketLimits.sliceMs)
  readonly terms = new Terms()
  private readonly entrance: WebSocketEntrance

  constructor(
    options: WebSocketOptions,
    private readonly services: TransportServices,
  ) {
    const bounds = { ...webSocketLimits, ...options, payloadBytesMax: services.frameBytesMax }
    const named = { subprotocol, originsKey: 'transports.websocket.origins' }
    this.entrance = new WebSocketEntrance({ ...bounds, ...named }, services, (webSocket, socket, peer) =>
      this.connected(webSocket, socket, peer),
    )
  }

  async listen(): Promise<readonly string[]> {
    return (await this.entrance.listen()).map((url) => `websocket ${url}`)
  }

  async close(): Promise<void> {
    this.entrance.close()
  }

  counters(): Record<string, number> {
    return this.entrance.counters()
  }

  attach(link: Link, peer: string): LinkOwner {
    return this.services.gateway.attach(link, 'websocket', peer)
  }

  ended(): void {
    this.entrance.ended()
  }

  private connected(webSocket: LinkSocket, socket: Socket, { address }: PeerInfo): void {
    listenTo(webSocket, new WebSocketLink(webSocket, socket, this, address))
  }
}
