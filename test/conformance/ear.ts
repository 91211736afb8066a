import type { CloseReason, GatewayMessage, Position, Resume, ValueType } from '../../core/index.js'
import type { Heard, HeardUpdate } from './harness.js'

/** What a peer holds of one topic. [PROTOCOL 4.7] */
export interface Held {
  readonly path: string
  readonly offset: number
  readonly timeMs: number
  readonly type: ValueType
  readonly value: Uint8Array
}

/** A message of one kind. */
export type Reply<Kind extends GatewayMessage['kind']> = Extract<GatewayMessage, { readonly kind: Kind }>

const nowhere: Position = { epoch: '', offset: 0, held: [] }

/** All that a peer has heard, over all its links, and what a client keeps of it in order to come back. */
export class Ear {
  readonly heard: Heard[] = []
  /** By topic id. Deltas and relative numbers of later updates count from here. */
  readonly held = new Map<number, Held>()
  /** Current values by path, as an application would see them. */
  readonly values = new Map<string, Uint8Array>()
  /** Why the link ended; null while it lives. */
  closedFor: CloseReason | null = null
  /** What no correct gateway does to a client; a case fails if there is any. */
  readonly faults: string[] = []
  token: Uint8Array | null = null
  /** The position that is applied. [PROTOCOL 4.13] */
  position: Position = nowhere
  readonly synced = new Set<number>()
  private stated: Position | null = null
  private newestOffset = 0

  /** A new link: what was held stays. */
  linked(): void {
    this.closedFor = null
  }

  /** What a client says to return to its session. */
  get resume(): Resume | null {
    return this.token && { token: this.token, position: this.position, synced: [...this.synced] }
  }

  /** The next item of a frame. */
  hear(item: Heard): void {
    if (this.closedFor !== null) this.faults.push(`${item.kind} was heard after the link had closed`)
    this.heard.push(item)
    if (item.kind === 'update') this.apply(item)
    else if (item.kind === 'position') this.stated = item.position
    else this.note(item)
  }

  /** The frame is complete: it moves the position to where it says, or else to its newest update. [PROTOCOL 4.13] */
  frameHeard(): void {
    if (this.stated) this.position = this.stated
    else if (this.newestOffset > 0) {
      const offset = Math.max(this.position.offset, this.newestOffset)
      this.position = { ...this.position, offset, held: [] }
    }
    this.stated = null
    this.newestOffset = 0
  }

  /** The link ended. */
  closed(reason: CloseReason): void {
    if (this.closedFor !== null) this.faults.push(`closed for ${reason} after it had closed for ${this.closedFor}`)
    this.closedFor = reason
  }

  /** Something came that cannot be understood. [PROTOCOL 4.12] */
  puzzled(why: string): void {
    this.faults.push(why)
  }

  get updates(): HeardUpdate[] {
    return this.heard.filter((item) => item.kind === 'update')
  }

  replies<Kind extends GatewayMessage['kind']>(kind: Kind): Reply<Kind>[] {
    return this.heard.filter((item): item is Reply<Kind> => item.kind === kind)
  }

  private note(message: GatewayMessage): void {
    if (message.kind === 'welcome') this.welcomed(message)
    else if (message.kind === 'resynchronised') this.forget({ ...this.position, offset: 0, held: [] })
    else if (message.kind === 'synced') this.caughtUp(message)
  }

  private welcomed({ token, start, epoch }: Reply<'welcome'>): void {
    this.token = token
    if (start !== 'new' && epoch === this.position.epoch) return
    this.forget({ epoch, offset: 0, held: [] })
    this.held.clear()
  }

  private caughtUp({ subscription, position }: Reply<'synced'>): void {
    this.synced.add(subscription)
    if (position.offset >= this.position.offset) this.position = position
  }

  /** What was held cannot be built upon: the gateway tells everything again. [SEM 1.6] */
  private forget(position: Position): void {
    this.position = position
    this.synced.clear()
    this.values.clear()
  }

  private apply(update: HeardUpdate): void {
    const { topicId, path, value } = update
    if (update.isRemoved) this.held.delete(topicId)
    else this.held.set(topicId, update)
    if (!update.isSnapshot) this.advance(update)
    // A removal may be told after the new topic of its path. [SEM 3.6]
    if (this.isSuperseded(topicId, path)) return
    if (update.hasValue) this.values.set(path, value)
    else this.values.delete(path)
  }

  /** Those of one frame stand in the order of their offsets. [PROTOCOL 4.11] */
  private advance({ path, offset }: HeardUpdate): void {
    if (offset <= this.newestOffset) this.faults.push(`${path} at ${offset} stands behind ${this.newestOffset}`)
    this.newestOffset = Math.max(this.newestOffset, offset)
  }

  private isSuperseded(topicId: number, path: string): boolean {
    for (const [id, held] of this.held) if (id > topicId && held.path === path) return true
    return false
  }
}
