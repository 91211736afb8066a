import { randomUUID } from 'node:crypto'
import type { Broker } from './broker.js'
import type { Ability, Client, Connect, Peer } from './peer.js'

/** What one client may ask for; the stage knows the address. */
export type Part = Partial<Omit<Connect, 'url'>> & {
  /** `optional` and `demanded` say what the TLS listener wants of the client. */
  readonly certificate?: 'optional' | 'demanded'
}

/** Where one scenario plays: the broker, the peer that it tries, and a second library that looks from outside. */
export class Stage {
  private readonly id = randomUUID()
  private readonly clients: Client[] = []
  private readonly retained: string[] = []

  constructor(
    readonly broker: Broker,
    readonly peer: Peer,
    readonly witness: Peer,
  ) {}

  /** A topic that no other scenario has. */
  topic(name: string): string {
    return `interop/${this.id}/${name}`
  }

  /** A client id that no other scenario has. */
  clientId(name: string): string {
    return `${name}-${this.id}`
  }

  /** A connection of the peer that is tried. */
  client(part: Part = {}): Promise<Client> {
    return this.open(this.peer, part)
  }

  /** A connection of the other library, always with MQTT 5. */
  other(part: Part = {}): Promise<Client> {
    return this.open(this.witness, part)
  }

  /** Resolves when the broker has dealt with the end of a client's last connection: only then does it take the next with that id. */
  async forgets(clientId: string): Promise<void> {
    const next = await this.witness.connect({ url: this.broker.tcp, clientId })
    await next.disconnect()
  }

  /** A topic whose retained message is cleared at the end. */
  retainedTopic(name: string): string {
    const topic = this.topic(name)
    this.retained.push(topic)
    return topic
  }

  /** Leaves the broker as it was found. */
  async end(): Promise<void> {
    if (this.retained.length > 0) {
      const cleaner = await this.other()
      for (const topic of this.retained) await cleaner.publish({ topic, payload: '', qos: 1, retain: true })
    }
    await Promise.allSettled(this.clients.map((client) => client.disconnect()))
  }

  /**
   * Resolves when the broker has let so many seconds pass: it publishes the will of a client that it lost after that delay.
   * The clock is the broker's own, so whatever else was due in that time is due by then.
   */
  async secondsPass(seconds: number): Promise<void> {
    const will = { topic: this.topic(`clock-${seconds}`), payload: 'now', qos: 1, delay: seconds } as const
    const listener = await this.other()
    await listener.subscribe({ filter: will.topic, qos: 1 })
    const lost = await this.other({ will, sessionExpiry: seconds + 60 })
    await lost.kill()
    await listener.received.one()
  }

  private async open(peer: Peer, { certificate, ...part }: Part): Promise<Client> {
    const clientId = this.clientId(`c${this.clients.length}`)
    const client = await peer.connect({ url: this.url(peer, certificate), clientId, ...part })
    this.clients.push(client)
    return client
  }

  private url(peer: Peer, certificate: Part['certificate']): string {
    if (certificate !== undefined) return certificate === 'demanded' ? this.broker.mutualTls : this.broker.tls
    return peer.transport === 'websocket' ? this.broker.websocket : this.broker.tcp
  }
}

/** What must hold with every peer. */
export interface Scenario {
  /** A sentence about the broker, seen from a client. */
  readonly name: string
  /** What the peer and the broker must be able to do. */
  readonly uses?: readonly Ability[]
  readonly run: (stage: Stage) => Promise<void>
}

/** Why a scenario cannot be tried, if it cannot. */
export const obstacle = ({ uses = [] }: Scenario, { peer, broker }: Stage): string | undefined =>
  uses.map((ability) => peer.cannot[ability] ?? broker.cannot[ability]).find((reason) => reason !== undefined)
