/** DTLS peers on simulated time, and a network between them that does with datagrams what a test says. */
import { randomBytes } from 'node:crypto'
import { Associations } from '../../../net/dtls/associations.js'
import { ClientHandshake } from '../../../net/dtls/client-handshake.js'
import type { HandshakeFailure } from '../../../net/dtls/handshake.js'
import type { ClientOptions, PeerAddress, ServerOptions } from '../../../net/dtls/index.js'
import { dtlsLimits } from '../../../net/dtls/limits.js'
import { clientIdentityOf } from '../../../net/dtls/options.js'
import { PeerPath } from '../../../net/dtls/path.js'
import { recordsIn } from '../../../net/dtls/records.js'
import { DtlsSession } from '../../../net/dtls/session.js'
import { SimulatedClock } from '../simulated-clock.js'

export const psk = { identity: 'buoy-7', key: Buffer.from('000102030405060708090a0b0c0d0e0f1011121314151617', 'hex') }

/** A datagram on its way, and where from. */
export interface Sent {
  readonly to: 'server' | 'client'
  readonly datagram: Buffer
  readonly from: PeerAddress
}

/** When a datagram arrives, ms from now; never, once, or more often. `index` counts all datagrams. */
export type Network = (sent: Sent, index: number) => readonly number[]

export const perfect: Network = () => [10]

const serverAddress: PeerAddress = { address: '192.0.2.1', port: 7683 }

export class DtlsWorld {
  readonly clock = new SimulatedClock()
  readonly sent: Sent[] = []
  /** What servers gave out, and heard. */
  readonly opened: DtlsSession[] = []
  readonly server: Associations
  private readonly clients = new Map<string, SimulatedClient>()
  private ports = 40_000

  constructor(
    options: ServerOptions = { psk: new Map([[psk.identity, psk.key]]) },
    public network: Network = perfect,
  ) {
    this.server = new Associations(options, {
      clock: this.clock,
      transmit: (datagram, to) => this.carry({ to: 'client', datagram, from: serverAddress }, to),
      opened: (session) => this.opened.push(session),
    })
  }

  client(options: ClientOptions = { psk }): SimulatedClient {
    this.ports += 1
    return new SimulatedClient(this, options, { address: '198.51.100.7', port: this.ports })
  }

  /** The last session that the server gave out. */
  get session(): DtlsSession {
    const session = this.opened.at(-1)
    if (session === undefined) throw new Error('there is no session')
    return session
  }

  carry(sent: Sent, to: PeerAddress): void {
    const index = this.sent.push({ ...sent, datagram: Buffer.from(sent.datagram) }) - 1
    for (const ms of this.network(sent, index)) this.clock.after(ms, () => this.deliver(sent, to))
  }

  listenAt(address: PeerAddress, client: SimulatedClient): void {
    this.clients.set(keyOf(address), client)
  }

  private deliver({ to, datagram, from }: Sent, address: PeerAddress): void {
    if (to === 'server') this.server.received(Buffer.from(datagram), from)
    else this.clients.get(keyOf(address))?.received(Buffer.from(datagram))
  }
}

const keyOf = ({ address, port }: PeerAddress) => `${address} ${port}`

export class SimulatedClient {
  session: DtlsSession | null = null
  failure: HandshakeFailure | null = null
  /** What it was told. */
  readonly heard: string[] = []
  readonly handshake: ClientHandshake

  constructor(
    private readonly world: DtlsWorld,
    options: ClientOptions,
    public at: PeerAddress,
  ) {
    const mtu = options.mtu ?? dtlsLimits.mtu
    this.handshake = new ClientHandshake(
      {
        clock: world.clock,
        mtu,
        retransmitMs: options.retransmit ?? dtlsLimits.retransmitMs,
        timeoutMs: options.handshakeTimeout ?? dtlsLimits.handshakeTimeoutMs,
        transmit: (datagram) => this.transmit(datagram),
        failed: (reason) => {
          this.failure = reason
        },
        established: (secured) => {
          const path = new PeerPath(serverAddress, mtu, (datagram) => this.transmit(datagram))
          this.session = new DtlsSession(secured, path, () => undefined)
          this.session.events = { message: (content) => this.heard.push(content.toString()) }
        },
      },
      clientIdentityOf(options),
    )
    world.listenAt(at, this)
  }

  /** Shakes hands for so long. */
  connect(ms = 1_000): this {
    this.handshake.begin()
    this.world.clock.advance(ms)
    return this
  }

  /** Goes on from elsewhere. */
  move(port: number, address = this.at.address): void {
    this.at = { address, port }
    this.world.listenAt(this.at, this)
  }

  say(text: string): number {
    return this.session?.send(Buffer.from(text)) ?? -1
  }

  transmit(datagram: Buffer): void {
    this.world.carry({ to: 'server', datagram, from: this.at }, serverAddress)
  }

  received(datagram: Buffer): void {
    for (const record of recordsIn(datagram, 0))
      if (this.session?.received(record, datagram.length, null) !== true) this.handshake.received(record)
  }
}

/** Messages that a session hears from now on. */
export function heardBy(session: DtlsSession): string[] {
  const heard: string[] = []
  session.events = { ...session.events, message: (content) => heard.push(content.toString()) }
  return heard
}

/** A key that nobody else has. */
export const anotherKey = () => randomBytes(24)
