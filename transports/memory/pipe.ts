import type {
  ClientMessage,
  CloseReason,
  Flush,
  GatewayMessage,
  Link,
  LinkOwner,
  LinkTraits,
  Position,
  Taken,
  ValueType,
} from '../../core/index.js'
import { assert, itemFlags } from '../../core/index.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: false, upstream: true }

const encoder = new TextEncoder()

/** An update as it arrives at the far end. */
export interface ArrivedUpdate {
  readonly kind: 'update'
  readonly topicId: number
  readonly path: string
  readonly value: Uint8Array
  readonly type: ValueType
  readonly offset: number
  readonly previous: number
  readonly timeMs: number
  readonly isSnapshot: boolean
  readonly isRemoved: boolean
  readonly isGap: boolean
  /** It came as a change to what the far end holds. */
  readonly isDelta: boolean
}

/** Where the reader stands, written beside the updates when something older is held back. */
export interface ArrivedPosition {
  readonly kind: 'position'
  readonly position: Position
}

/** Anything that arrives at the far end. */
export type Arrived = ArrivedUpdate | ArrivedPosition | GatewayMessage

/** The far end of a pipe. */
export interface PipeEnd {
  arrived(item: Arrived): void
  closed(reason: CloseReason): void
}

/** What the far end of a pipe knows of a topic. */
interface Held {
  readonly path: string
  readonly offset: number
  readonly value: Uint8Array
}

/**
 * A link without a medium: the reference to copy for a new transport, and what tests put on a simulated network.
 *
 * It plays both ends. At the near end it is a `Link`; at the far end it keeps what a client's copy of the topics would hold, and
 * insists that core keeps its promises: a topic is bound before it is used, and a change is told against what is really held.
 * What does not fit `windowBytes` waits at core; what was sent occupies the window until `drain` says that it arrived.
 */
export class MemoryLink implements Link {
  readonly traits = traits
  private owner: LinkOwner | null = null
  private end: PipeEnd | null
  private readonly windowBytes: number
  private usedBytes = 0
  private isPaused = false
  private isAwaited = false
  private waiting: ClientMessage[] = []
  private readonly held: Map<number, Held>

  /** `held`: what the far end kept from an earlier link of the same epoch. */
  constructor(end: PipeEnd, windowBytes: number, held: Map<number, Held> = new Map()) {
    this.end = end
    this.windowBytes = windowBytes
    this.held = held
  }

  /** Joins the near end; called once, before anything is sent. */
  join(owner: LinkOwner): void {
    this.owner = owner
  }

  /** What the far end holds, to be taken along to the next link. */
  get copies(): Map<number, Held> {
    return this.held
  }

  get roomBytes(): number {
    const roomBytes = this.end === null ? 0 : Math.max(0, this.windowBytes - this.usedBytes)
    if (roomBytes === 0) this.isAwaited = true
    return roomBytes
  }

  send(flush: Flush): Taken {
    if (this.end === null) return { items: 0, bytes: 0 }
    let bytes = 0
    for (const reply of flush.replies) {
      this.end.arrived(reply)
      bytes += 32
    }
    for (let i = 0; i < flush.batch.count; i++) bytes += this.deliver(flush, i)
    if (flush.position) this.end.arrived({ kind: 'position', position: flush.position })
    this.usedBytes += bytes
    return { items: flush.replies.length + flush.batch.count, bytes }
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    const waiting = this.waiting
    this.waiting = []
    for (const message of waiting) this.push(message)
  }

  close(reason: CloseReason): void {
    const end = this.end
    if (end === null) return
    this.end = null
    end.closed(reason)
    this.owner?.closed(reason)
  }

  /** The far end says something. */
  push(message: ClientMessage): void {
    if (this.end === null) return
    if (this.isPaused) this.waiting.push(message)
    else this.owner?.received(message)
  }

  /** So many bytes arrived: their place is free again. */
  drain(bytes: number): void {
    this.usedBytes = Math.max(0, this.usedBytes - bytes)
    if (!this.isAwaited || this.usedBytes >= this.windowBytes || this.end === null) return
    this.isAwaited = false
    this.owner?.writable()
  }

  /** The network is cut: neither end is asked. */
  cut(): void {
    const end = this.end
    if (end === null) return
    this.end = null
    end.closed('linkLost')
    this.owner?.closed('linkLost')
  }

  private deliver(flush: Flush, index: number): number {
    const update = flush.batch.updates[index]
    const base = flush.batch.bases[index] ?? null
    const flags = flush.batch.flags[index] ?? 0
    assert(update !== undefined, 'a batch has as many updates as it says')
    const known = this.held.get(update.topic.id)
    const isBound = (flags & itemFlags.bind) !== 0
    assert(isBound || known !== undefined, 'a topic is bound before it is used without its path')
    const path = isBound ? flush.batch.audience.outwardPath(update.topic.path) : (known?.path ?? '')
    if (base)
      assert(
        known?.offset === base.version.offset && isEqual(known.value, base.value),
        'a base is what the far end holds',
      )
    if (flags & itemFlags.follows)
      assert(known?.offset === update.version.previous, 'what follows follows what is held')
    const isRemoved = update.content === 'removed'
    if (isRemoved) this.held.delete(update.topic.id)
    else this.held.set(update.topic.id, { path, offset: update.version.offset, value: update.value })
    this.end?.arrived({
      kind: 'update',
      topicId: update.topic.id,
      path,
      value: update.value,
      type: update.type,
      offset: update.version.offset,
      previous: update.version.previous,
      timeMs: update.timeMs,
      isSnapshot: (flags & itemFlags.snapshot) !== 0,
      isRemoved,
      isGap: (flags & itemFlags.gap) !== 0,
      isDelta: base !== null,
    })
    return 16 + (base ? 8 : update.value.length) + (isBound ? encoder.encode(path).length : 0)
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
