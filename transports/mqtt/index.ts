import type { Socket } from 'node:net'
import { PacketWriter } from '../../codecs/mqtt/index.js'
import type { Link, LinkOwner } from '../../core/index.js'
import type { LinkSocket, PeerInfo, Transport, TransportModule, TransportServices } from '../../net/index.js'
import { Outgoing, Repeats, Slice, TcpListener, TlsCredentials, WebSocketEntrance } from '../../net/index.js'
import { AliasTable } from './alias-table.js'
import { mqttTransportLimits as limits } from './limits.js'
import { MqttLink } from './link.js'
import type { LinkHost, Noted } from './link-host.js'
import type { MqttOptions } from './options.js'
import { parseOptions } from './options.js'
import { PublishFrames } from './publish-frames.js'
import { SocketWire } from './socket-wire.js'
import { TermsPool } from './terms-pool.js'
import { WebSocketFrames } from './websocket-frames.js'
import { WebSocketWire } from './websocket-wire.js'

export type { MqttOptions } from './options.js'

/** MQTT 3.1.1 and 5.0 over TCP, TLS and WebSockets. */
export const transport: TransportModule<MqttOptions> = {
  parseOptions,
  create: (options, services) => new MqttTransport(options, services),
}

/** Takes connections, and makes a link of each. */
class MqttTransport implements Transport, LinkHost {
  readonly frames = { 4: new PublishFrames(4), 5: new PublishFrames(5) } as const
  readonly terms = new TermsPool()
  readonly aliases = new AliasTable()
  readonly slice = new Slice(limits.sliceMs)
  readonly writer = new PacketWriter()
  readonly packetBytesMax: number
  readonly answersWait: boolean
  private readonly outgoing = new Outgoing()
  private readonly repeats = new Repeats(() => performance.now())
  private readonly webSocketFrames = new WebSocketFrames(this.outgoing)
  private readonly listeners: TcpListener[]
  private readonly entrance: WebSocketEntrance
  private readonly counts = { droppedMislabelled: 0, expired: 0, packetTooLarge: 0 }

  constructor(
    readonly options: MqttOptions,
    private readonly services: TransportServices,
  ) {
    this.packetBytesMax = services.frameBytesMax
    this.answersWait = services.gateway.answersWait
    const taken = (socket: Socket, { address }: PeerInfo) => this.connected(socket, address)
    const { tls } = options
    const secured =
      tls === null ? [] : [new TcpListener({ ...options, ...tls, credentials: new TlsCredentials(tls) }, taken)]
    this.listeners = [new TcpListener({ ...options, credentials: null }, taken), ...secured]
    this.entrance = new WebSocketEntrance(entranceOptions(options, services), services, (webSocket, socket, peer) =>
      this.opened(webSocket, socket, peer),
    )
  }

  async listen(): Promise<readonly string[]> {
    const schemes = ['mqtt', 'mqtts']
    const lines: string[] = []
    for (const [index, listener] of this.listeners.entries()) {
      const { authority } = await listener.listen()
      lines.push(`mqtt ${schemes[index]}://${authority}`)
    }
    return [...lines, ...(await this.entrance.listen()).map((url) => `mqtt ${url}`)]
  }

  async close(): Promise<void> {
    this.entrance.close()
    await Promise.all(this.listeners.map((listener) => listener.close()))
  }

  reload(): readonly string[] {
    return this.listeners.flatMap((listener) => listener.reload())
  }

  counters(): Record<string, number> {
    return { ...summed([...this.listeners, this.entrance].map((each) => each.counters())), ...this.counts }
  }

  timeMs(): number {
    return this.services.gateway.clock.timeMs()
  }

  attach(link: Link, peer: string): LinkOwner {
    return this.services.gateway.attach(link, 'mqtt', peer)
  }

  count(what: 'droppedMislabelled' | 'expired' | 'packetTooLarge'): void {
    this.counts[what] += 1
  }

  note(text: string, { peer, clientId, why }: Noted): void {
    const heldBack = this.repeats.admit(`${text} ${peer}`)
    const cut = (said: string) => said.slice(0, limits.notedCharactersMax)
    if (heldBack === null) return
    this.services.log.warn({ transport: 'mqtt', peer, clientId: cut(clientId), why: cut(why), heldBack }, text)
  }

  private connected(socket: Socket, address: string): void {
    const wire = new SocketWire(socket, this.outgoing)
    wire.open(new MqttLink(wire, this, address))
  }

  private opened(webSocket: LinkSocket, socket: Socket, { address }: PeerInfo): void {
    const wire = new WebSocketWire(webSocket, socket, this.webSocketFrames, () => this.entrance.ended())
    wire.open(new MqttLink(wire, this, address))
  }
}

function entranceOptions(options: MqttOptions, { frameBytesMax }: TransportServices) {
  const bounds = { ...options, ...limits, payloadBytesMax: frameBytesMax + limits.frameSlackBytes }
  return { ...bounds, subprotocol: 'mqtt', originsKey: 'transports.mqtt.origins' }
}

function summed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [name, count] of all.flatMap(Object.entries)) sums[name] = (sums[name] ?? 0) + Number(count)
  return sums
}
