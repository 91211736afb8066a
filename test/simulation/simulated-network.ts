import type { FromClientReceiver } from '../../codecs/protobuf/index.js'
import { decodeFromClient, FrameEncoder } from '../../codecs/protobuf/index.js'
import type {
  Acknowledge,
  ClientMessage,
  CloseReason,
  Flush,
  Link,
  LinkOwner,
  LinkTraits,
  Taken,
} from '../../core/index.js'
import { closeReasons, Gateway } from '../../core/index.js'
import type { ClientSocket, SocketConstructor, SocketEvent } from '../../sdk/index.js'
import type { Random } from '../support/random.js'
import type { SimulatedClock } from '../support/simulated-clock.js'

const terms = { acknowledgeBytes: 1_000, acknowledgeMs: 50 }
const nothingTaken: Taken = { items: 0, bytes: 0 }

/** What a socket needs to be joined to a link. */
export interface Medium {
  readonly clock: SimulatedClock
  readonly random: Random
  readonly gateway: Gateway
  readonly isDown: boolean
  readonly latencyMsMax: number
  readonly windowBytes: number
}

/** One direction of a connection: late by a time of its own for each message, but never out of order. */
class Lane {
  private lastMs = 0

  constructor(private readonly medium: Medium) {}

  carry(task: () => void): void {
    const { clock, random, latencyMsMax } = this.medium
    this.lastMs = Math.max(this.lastMs, clock.nowMs() + random.below(latencyMsMax + 1))
    clock.after(this.lastMs - clock.nowMs(), task)
  }
}

/** The gateway's end: frames by the codec, a window of unacknowledged bytes, as the real transport has it. [PROTOCOL 5] */
class SimulatedLink implements Link, FromClientReceiver {
  readonly traits: LinkTraits = { ordered: true, reliable: true, settles: false, upstream: true }
  readonly roomItems = Number.POSITIVE_INFINITY
  readonly peer = 'simulated'
  private readonly owner: LinkOwner
  private readonly encoder = new FrameEncoder()
  private sentBytes = 0
  private acknowledgedBytes = 0
  /** A flush did not fit, and will not before the next acknowledgement. */
  private isStarved = false
  private isEnded = false

  constructor(
    private readonly medium: Medium,
    private readonly socket: SimulatedSocket,
  ) {
    this.owner = medium.gateway.attach(this, 'simulated', this.peer)
  }

  get roomBytes(): number {
    if (this.isStarved) return 0
    return Math.max(0, this.medium.windowBytes - (this.sentBytes - this.acknowledgedBytes))
  }

  send({ replies, batch, position }: Flush): Taken {
    const own = this.encoder.encodeReplies(replies, position, terms)
    const updates = this.encoder.encodeBatch(batch, () => own.length)
    updates.set(own)
    const isFirst = this.sentBytes === this.acknowledgedBytes
    this.isStarved = !isFirst && updates.length > this.roomBytes
    if (this.isEnded || this.isStarved) return nothingTaken
    this.sentBytes += updates.length
    this.socket.deliver(updates)
    return { items: replies.length + batch.count, bytes: updates.length }
  }

  pause(): void {
    throw new Error('the simulation does not go that far')
  }

  resume(): void {
    throw new Error('the simulation does not go that far')
  }

  close(reason: CloseReason): void {
    if (this.isEnded) return
    this.isEnded = true
    this.socket.closedBy(closeReasons[reason].code)
  }

  heard(frame: Uint8Array): void {
    if (this.isEnded) return
    const outcome = decodeFromClient(frame, this)
    if (outcome.kind === 'malformed') throw new Error(`the SDK sent something malformed: ${outcome.why}`)
  }

  received(message: ClientMessage): void {
    if (!this.isEnded) this.owner.received(message)
  }

  acknowledged(bytes: number, message: Acknowledge): void {
    if (bytes > this.sentBytes) throw new Error('the SDK acknowledged more than was sent')
    this.acknowledgedBytes = bytes
    this.isStarved = false
    this.received(message)
    if (!this.isEnded) this.owner.writable()
  }

  lost(): void {
    if (this.isEnded) return
    this.isEnded = true
    this.owner.closed('linkLost')
  }
}

/** The client's end of a connection that is late, and breaks when the test says so. */
export class SimulatedSocket implements ClientSocket {
  binaryType = 'blob'
  private readonly listeners: { readonly type: string; readonly listener: (event: SocketEvent) => void }[] = []
  private readonly up: Lane
  private readonly down: Lane
  private link: SimulatedLink | null = null
  private isClosed = false

  constructor(private readonly medium: Medium) {
    this.up = new Lane(medium)
    this.down = new Lane(medium)
    this.up.carry(() => this.opened())
  }

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.listeners.push({ type, listener })
  }

  send(data: Uint8Array): void {
    const frame = data.slice()
    this.up.carry(() => this.link?.heard(frame))
  }

  /** The client leaves. */
  close(): void {
    this.isClosed = true
    this.up.carry(() => this.link?.lost())
  }

  deliver(frame: Uint8Array): void {
    const data = new Uint8Array(frame).buffer
    this.down.carry(() => this.emit({ type: 'message', data }))
  }

  closedBy(code: number): void {
    this.down.carry(() => this.end(code))
  }

  /** The network fails: what is on its way is lost. */
  cut(): void {
    this.link?.lost()
    this.link = null
    this.end(closeReasons.linkLost.code)
  }

  private opened(): void {
    if (this.isClosed) return
    if (this.medium.isDown) {
      this.end(closeReasons.linkLost.code)
      return
    }
    this.link = new SimulatedLink(this.medium, this)
    this.emit({ type: 'open' })
  }

  private end(code: number): void {
    this.emit({ type: 'close', code })
    this.isClosed = true
  }

  private emit(event: SocketEvent): void {
    if (this.isClosed) return
    for (const { type, listener } of this.listeners) if (type === event.type) listener(event)
  }
}

/** A gateway that can be restarted, and the connections to it. */
export class SimulatedNetwork implements Medium {
  gateway: Gateway
  isDown = false
  latencyMsMax = 20
  windowBytes = 65_536
  readonly failures: unknown[] = []
  private readonly sockets = new Set<SimulatedSocket>()

  constructor(
    readonly clock: SimulatedClock,
    readonly random: Random,
  ) {
    this.gateway = this.newGateway()
  }

  /** A WebSocket constructor of its own for each client, and a way to break its newest connection. */
  clientEnd(): { readonly webSocket: SocketConstructor; cut(): void } {
    const network = this
    let newest: SimulatedSocket | null = null
    const webSocket = class extends SimulatedSocket {
      constructor() {
        super(network)
        newest = this
        network.sockets.add(this)
      }
    }
    return { webSocket, cut: () => newest?.cut() }
  }

  /** Another life: everything is forgotten. */
  restart(): void {
    for (const socket of this.sockets) socket.cut()
    this.sockets.clear()
    this.gateway = this.newGateway()
  }

  private newGateway(): Gateway {
    return new Gateway({
      clock: this.clock,
      random: (count) => this.random.bytes(count),
      failed: (error) => this.failures.push(error),
    })
  }
}
