import type { Limits } from '../limits.js'

/** How much the queues of readers may hold, each and together. */
export class QueueBounds {
  /** What waits in all queues costs, bytes; a message in several queues counts in each. */
  bytes = 0
  /** Messages that found no room in some queue, since the beginning. */
  dropped = 0
  private readonly limits: Limits

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Whether a queue of so many messages and bytes must let its oldest go. */
  isOver(count: number, bytes: number): boolean {
    const { queueUpdatesMax, queueBytesMax, queuesBytesMax } = this.limits
    return count > queueUpdatesMax || bytes > queueBytesMax || this.bytes > queuesBytesMax
  }
}
