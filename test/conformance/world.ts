import assert from 'node:assert/strict'
import type { GatewayMessage, GatewayOptions, Hello } from '../../core/index.js'
import { defaultLimits, frameBytesMax, Gateway } from '../../core/index.js'
import { publication } from '../support/memory-peer.js'
import { Random } from '../support/random.js'
import { Client } from './client.js'
import type { Listening, TransportHarness } from './harness.js'
import type { CaseTime } from './time.js'
import { timeOf } from './time.js'
import type { WatchedLink } from './watched-link.js'
import { watchedDoor } from './watched-link.js'

/** What a case may choose of its gateway. */
export type CaseGateway = Omit<Partial<GatewayOptions>, 'clock' | 'random' | 'failed'>

/** One rule of the transports' behaviour, tried on a gateway of its own. */
export interface ConformanceCase {
  /** The rule as a sentence, with the clause it comes from. */
  readonly name: string
  readonly gateway?: () => CaseGateway
  run(world: World): Promise<void>
}

const clerk = { name: 'clerk', roles: [], rootPath: '', properties: {} }

/** A gateway with one transport, and the clients that a case lets come. */
export class World {
  private readonly clients: Client[] = []

  private constructor(
    readonly gateway: Gateway,
    readonly time: CaseTime,
    readonly listening: Listening,
    readonly links: readonly WatchedLink[],
    /** Whatever broke the contract, beside what the case itself looks at. */
    private readonly faults: readonly string[],
  ) {}

  static async open(harness: TransportHarness, options: CaseGateway): Promise<World> {
    const time = timeOf(harness)
    const random = new Random(7)
    const faults: string[] = []
    const links: WatchedLink[] = []
    const failed = (error: unknown) => faults.push(`core: ${error}`)
    const gateway = new Gateway({ ...options, clock: time, random: (count) => random.bytes(count), failed })
    const door = watchedDoor(gateway, links, (what) => faults.push(what))
    return new World(
      gateway,
      time,
      await harness.create(door, frameBytesMax({ ...defaultLimits, ...options.limits })),
      links,
      faults,
    )
  }

  /** A client without a link. */
  client(): Client {
    const client = new Client(this.listening, this.time)
    this.clients.push(client)
    return client
  }

  /** A client that was welcomed. */
  async connected(hello: Partial<Hello> = {}): Promise<Client> {
    const client = this.client()
    await client.connect(hello)
    return client
  }

  /** Publishes from inside the gateway, past the transport. */
  publish(path: string, value: string | Uint8Array, more: Parameters<typeof publication>[2] = {}): void {
    const replies: GatewayMessage[] = []
    this.gateway.request(clerk, publication(path, value, { sequence: 1, ...more }), (reply) => replies.push(reply))
    assert.deepEqual(
      replies.map((reply) => reply.kind),
      ['accepted'],
    )
  }

  /** Removes topics, as a client that comes for nothing else. */
  async remove(selector: string): Promise<void> {
    const remover = await this.connected()
    assert.equal((await remover.ask({ kind: 'remove', selector })).kind, 'done', selector)
    remover.say({ kind: 'bye' })
    await remover.ended()
  }

  /** The client's link is cut, and the gateway has noticed. */
  async lose(client: Client): Promise<void> {
    const before = this.gateway.statistics().links
    client.cut()
    await this.time.until('a lost link', () => this.gateway.statistics().links < before)
  }

  /** The client reads nothing from now on, and its link has noticed: something is owed and there is no room. */
  async stall(client: Client): Promise<void> {
    await client.subscribe('filler')
    const before = this.gateway.statistics()
    client.stall()
    this.publish('filler', new Uint8Array(100_000).fill(1))
    await this.time.until('filler on its way', () => this.gateway.statistics().updates > before.updates)
    this.publish('filler', '')
    const isBlocked = () => this.gateway.statistics().blockedLinks > before.blockedLinks
    await this.time.until('a link without room', isBlocked)
  }

  /** Ends everything, and finds out whether the contract was kept all along. */
  async end(): Promise<void> {
    this.gateway.drain(0, () => undefined)
    await this.listening.close()
    await this.time.until('closed for every link', () => this.links.every(({ closedWith }) => closedWith !== null))
    const heard = this.clients.flatMap(({ ear }) => ear.faults)
    assert.deepEqual([...this.faults, ...heard], [], 'faults seen beside the case')
  }
}
