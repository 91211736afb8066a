import type {
  Attributes,
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
import { assert, copyOfBytes, itemFlags } from '../../core/index.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: false, upstream: true }

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
  readonly attributes: Attributes | null
  /** False: the topic exists without a value, or does not exist any more. */
  readonly hasValue: boolean
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

/** What one write carried, and the room that it takes until it has been read. */
export interface ArrivedFrame {
  readonly items: readonly Arrived[]
  readonly bytes: number
}

/** The far end of a pipe. */
export interface PipeEnd {
  arrived(frame: ArrivedFrame): void
  closed(reason: CloseReason): void
}

/** What a client holds of a topic. */
export interface HeldCopy {
  readonly path: string
  readonly offset: number
  readonly value: Uint8Array
}

/**
 * A link without a medium: the reference to copy for a new transport, and what tests put on a simulated network.
 *
 * It insists that core keeps its promises: a topic is bound before it is used, and a change is told against what the far end
 * holds. What does not fit `windowBytes` waits at core; what was sent occupies the window until `drain` says that it was read.
 */
export class MemoryLink implements Link {
  readonly traits = traits
  readonly roomItems = Number.POSITIVE_INFINITY
  private owner: LinkOwner | null = null
  private end: PipeEnd | null
  private readonly windowBytes: number
  private usedBytes = 0
  private isPaused = false
  private isAwaited = false
  private waiting: ClientMessage[] = []
  /** What the far end will hold once it has read everything. */
  private readonly held: Map<number, HeldCopy>

  /** `held`: what the far end kept from an earlier link of the same epoch. */
  constructor(end: PipeEnd, windowBytes: number, held: ReadonlyMap<number, HeldCopy> = new Map()) {
    this.end = end
    this.windowBytes = windowBytes
    this.held = new Map(held)
  }

  /** Joins the near end; called once, before anything is sent. */
  join(owner: LinkOwner): void {
    this.owner = owner
  }

  get roomBytes(): number {
    const roomBytes = this.end === null ? 0 : Math.max(0, this.windowBytes - this.usedBytes)
    if (roomBytes === 0) this.isAwaited = true
    return roomBytes
  }

  send(flush: Flush): Taken {
    if (this.end === null) return { items: 0, bytes: 0 }
    const items: Arrived[] = [...flush.replies]
    for (let i = 0; i < flush.batch.count; i++) items.push(this.carry(flush, i))
    // The far end may answer at once: what is replied to that is not taken yet.
    const taken = items.length
    if (flush.position) items.push({ kind: 'position', position: flush.position })
    const bytes = items.reduce((sum, item) => sum + sizeOf(item), 0)
    this.usedBytes += bytes
    this.end.arrived({ items, bytes })
    return { items: taken, bytes }
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

  private carry(flush: Flush, index: number): ArrivedUpdate {
    const update = flush.batch.updates[index]
    const base = flush.batch.bases[index] ?? null
    const flags = flush.batch.flags[index] ?? 0
    assert(update !== undefined, 'a batch has as many updates as it says')
    const known = this.held.get(update.topic.id)
    const isBound = (flags & itemFlags.bind) !== 0
    assert(isBound || known !== undefined, 'a topic is bound before it is used without its path')
    if (base) assert(known?.offset === base.offset && isEqual(known.value, base.value), 'a base is what is held')
    if (flags & itemFlags.follows) assert(known?.offset === update.previous, 'what follows follows what is held')
    const path = isBound ? flush.batch.audience.outwardPath(update.topic.path) : (known?.path ?? '')
    const isRemoved = update.content === 'removed'
    const value = update.isShared ? update.value : copyOfBytes(update.value)
    if (isRemoved) this.held.delete(update.topic.id)
    else this.held.set(update.topic.id, { path, offset: update.offset, value })
    return {
      kind: 'update',
      topicId: update.topic.id,
      path,
      value,
      type: update.type,
      offset: update.offset,
      previous: update.previous,
      timeMs: update.timeMs,
      attributes: update.attributes,
      hasValue: update.content === 'value',
      isSnapshot: (flags & itemFlags.snapshot) !== 0,
      isRemoved,
      isGap: (flags & itemFlags.gap) !== 0,
      isDelta: base !== null,
    }
  }
}

/** What an item takes of the window: about what a wire would need. */
function sizeOf(item: Arrived): number {
  return item.kind === 'update' ? 24 + (item.isDelta ? 8 : item.value.length) : 32
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
