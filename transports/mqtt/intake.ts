import type { Reason } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { Slice } from '../../net/index.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { Cut, TakePacket } from './packet-stream.js'
import { PacketStream } from './packet-stream.js'
import type { Wire } from './wire.js'

/** Who does what packets ask. */
interface Worker {
  /** The last one takes several goes: those behind it wait. */
  readonly isAtWork: boolean
  /** Takes the next step of it. */
  workOn(): void
}

/** Who takes what an intake reads. */
export interface IntakeOwner {
  /** Nothing is wanted any more. */
  readonly isEnding: boolean
  /** Who does what packets ask; null: nobody yet. */
  readonly live: Worker | null
  /** One whole packet, good during the call only. */
  packetCame(chunk: Uint8Array, at: number, end: number): void
  /** What was there to be handed over in one go is. */
  goEnded(): void
  /** The client broke the protocol. */
  fail(reason: Reason, why: string): void
}

/** Why nothing is handed over for a while; bits. */
export const stops = {
  /** Core has enough to do with what came. */
  core: 1,
  /** Whether the client is let in is not known. [MQTT-3.1.4-6] */
  welcome: 2,
  /** The client does not read what it is answered. */
  answers: 4,
  /** It has as many publishes unanswered as it may. */
  unanswered: 8,
} as const

/** One of `stops`. */
export type Stop = (typeof stops)[keyof typeof stops]

/**
 * Reads one wire, a little at a time: packets are handed over until somebody stops it or the slice of time is used up. The rest
 * waits in the stream, and the wire is not read.
 */
export class Intake {
  private readonly stream = new PacketStream(limits.connectBytesMax)
  /** Bits of `stops`. */
  private stopped = 0
  private isPlanned = false
  /** Something is handed over: whether the wire is to be read on is looked at once, behind it. */
  private isInGo = false
  /** What is handed over in this go is so much that it takes time. */
  private isTimed = false
  /** Bytes that were handed over since the clock was read. */
  private untimedBytes = 0
  private readonly take: TakePacket = (chunk, at, end) => {
    this.owner.packetCame(chunk, at, end)
    return this.isFree && !this.isAtWork && this.hasTime(end - at)
  }

  constructor(
    private readonly wire: Wire,
    private readonly slice: Slice,
    private readonly owner: IntakeOwner,
  ) {}

  /** Longest packet from now on, bytes. */
  set bytesMax(bytes: number) {
    this.stream.bytesMax = bytes
  }

  received(chunk: Uint8Array): void {
    if (this.owner.isEnding) return
    if (!this.isFree || this.isPlanned) return this.stream.hold(chunk)
    this.begin(chunk.length > limits.untimedBytesMax)
    this.isInGo = true
    this.came(this.stream.take(chunk, this.take))
  }

  stop(why: Stop): void {
    this.stopped |= why
    // What the peer of a link that ends still sends is read away, or its end would not be seen.
    if (!this.isInGo && !this.owner.isEnding) this.wire.pause()
  }

  /** This is no reason any more. */
  release(why: Stop): void {
    const wasStopped = this.stopped !== 0
    this.stopped &= ~why
    if (!wasStopped || !this.isFree || this.isInGo) return
    // Later, since the owner is at work and its calls must not overlap.
    if (this.hasWork) this.plan()
    else this.wire.resume()
  }

  private begin(isTimed: boolean): void {
    this.isTimed = isTimed
    if (isTimed) this.slice.begin()
  }

  /** Whether more may be handed over in this go. */
  private hasTime(bytes: number): boolean {
    if (!this.isTimed) return true
    this.untimedBytes += bytes
    if (this.untimedBytes < limits.untimedBytesMax) return true
    this.untimedBytes = 0
    return this.slice.hasTime()
  }

  private get isFree(): boolean {
    return this.stopped === 0 && !this.owner.isEnding
  }

  private get isAtWork(): boolean {
    return this.owner.live?.isAtWork === true
  }

  /** Something came that was not handed over, or is not done. */
  private get hasWork(): boolean {
    return this.stream.isHolding || this.isAtWork
  }

  private came(cut: Cut): void {
    if (cut === 'malformed') this.owner.fail(reasons.malformedPacket, 'a length of more than four bytes')
    else if (cut === 'tooLarge') this.owner.fail(reasons.packetTooLarge, 'a packet above the maximum')
    this.owner.goEnded()
    this.isInGo = false
    if (this.owner.isEnding) return
    const isLeft = cut === 'waits' && this.hasWork
    if (isLeft || !this.isFree) this.wire.pause()
    if (isLeft && this.isFree) this.plan()
  }

  private plan(): void {
    if (this.isPlanned) return
    this.isPlanned = true
    setImmediate(() => this.catchUp())
  }

  private catchUp(): void {
    this.isPlanned = false
    if (!this.isFree) return
    this.begin(true)
    if (this.isAtWork) return this.workOn()
    this.isInGo = true
    const cut = this.stream.goOn(this.take)
    this.came(cut)
    if (this.isFree && !this.isPlanned) this.wire.resume()
  }

  private workOn(): void {
    this.owner.live?.workOn()
    this.owner.goEnded()
    if (this.isFree) this.plan()
  }
}
