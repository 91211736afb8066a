import type { Limits } from '../limits.js'
import { BySize, Ranked } from './by-size.js'

/** A queue as far as it must be known to decide which gives way. */
interface Queue {
  readonly size: number
  /** The oldest goes for lack of room. */
  giveWay(): void
}

/** Whose queues these are, and what waits in them together. */
class Owner {
  readonly name: string
  readonly ranked = new Ranked<Owner>(this)
  readonly queues = new BySize<Queue>()
  bytes = 0
  /** Queues that count for it. */
  shares = 0

  constructor(name: string) {
    this.name = name
  }
}

/** What one queue has of all that waits. */
export class QueueShare {
  /** Bytes. */
  bytes = 0
  readonly ownerName: string
  readonly ranked: Ranked<Queue>
  /** Found when something waits first, and kept: to have it made anew for each message would cost more than all else here. */
  owner: Owner | null = null

  constructor(ownerName: string, queue: Queue) {
    this.ownerName = ownerName
    this.ranked = new Ranked(queue)
  }
}

/**
 * How much the queues of readers may hold, each and together.
 *
 * Together they are bounded as sessions that wait are (`Waiting`): whoever has most gives way, from its longest queue. Who leaves
 * many full queues behind, by mistake or by intent, loses its own messages, and others keep theirs.
 */
export class QueueBounds {
  /** What waits in all queues costs, bytes; a message in several queues counts in each. */
  bytes = 0
  /** Messages that found no room in some queue, since the beginning. */
  dropped = 0
  private readonly limits: Limits
  private readonly byName = new Map<string, Owner>()
  private readonly owners = new BySize<Owner>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Whether a queue of so many messages and bytes must let its oldest go, whatever the others hold. */
  isOver(count: number, bytes: number): boolean {
    return count > this.limits.queueUpdatesMax || bytes > this.limits.queueBytesMax
  }

  /** A queue holds so many bytes more, or less. */
  grew(share: QueueShare, bytes: number): void {
    this.bytes += bytes
    share.bytes += bytes
    const owner = share.owner ?? this.ownerOf(share)
    owner.bytes += bytes
    owner.queues.resized(share.ranked, share.bytes)
    this.owners.resized(owner.ranked, owner.bytes)
  }

  /** The queue is empty, and its reader gone. */
  left(share: QueueShare): void {
    const { owner } = share
    if (owner === null) return
    share.owner = null
    owner.queues.remove(share.ranked)
    owner.shares -= 1
    if (owner.shares > 0) return
    this.owners.remove(owner.ranked)
    this.byName.delete(owner.name)
  }

  /** A message was pushed to this queue, and stays: until the bound holds, others go. */
  makeRoom(pushed: Queue): void {
    while (this.bytes > this.limits.queuesBytesMax) {
      const longest = this.owners.biggest()?.queues.biggest()
      if (!longest || (longest === pushed && pushed.size === 1)) return
      longest.giveWay()
    }
  }

  private ownerOf(share: QueueShare): Owner {
    const owner = this.byName.get(share.ownerName) ?? new Owner(share.ownerName)
    this.byName.set(owner.name, owner)
    owner.shares += 1
    share.owner = owner
    return owner
  }
}
