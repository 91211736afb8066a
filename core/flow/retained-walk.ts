import { pace } from '../limits.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { TreeWalk } from '../topics/tree-walk.js'
import { itemFlags } from '../transport.js'
import type { Subscription } from './subscription.js'

/**
 * Queues the retained values of what a subscription matches. It goes on only while the queue has room, so that it costs the same
 * memory for a hundred topics and for a million; what changed since it began came as a message.
 */
export class RetainedWalk {
  private readonly subscription: Subscription
  private readonly topics: Topics
  private readonly walk: TreeWalk
  private readonly mayRead: (topic: Topic) => boolean
  private readonly startOffset: number
  private readonly told: ReadonlySet<number>
  private readonly visit = (topic: Topic) => {
    this.take(topic)
    return this.hasRoom
  }

  /** `told`: offsets of values that need not be told. */
  constructor(
    subscription: Subscription,
    topics: Topics,
    startOffset: number,
    mayRead: (topic: Topic) => boolean,
    told: ReadonlySet<number>,
  ) {
    this.subscription = subscription
    this.topics = topics
    this.startOffset = startOffset
    this.told = told
    this.walk = new TreeWalk(topics.tree, subscription.selector)
    this.mayRead = mayRead
  }

  private get hasRoom(): boolean {
    return this.subscription.outbox.messages?.hasRoom !== false
  }

  /** Goes on until the deadline or until the queue is full; true once nothing is left to find. */
  step(nowMs: () => number, deadlineMs: number): boolean {
    let isWalked = false
    while (!isWalked && this.hasRoom && nowMs() < deadlineMs)
      isWalked = this.walk.step(pace.walkNodesPerStep, this.visit)
    return isWalked
  }

  private take(topic: Topic): void {
    const { outbox, terms } = this.subscription
    const update = this.topics.retained.of(topic)
    if (!update || !terms || update.offset > this.startOffset || this.told.has(update.offset) || !this.mayRead(topic))
      return
    outbox.queue({ update, terms, flags: itemFlags.bind | itemFlags.snapshot, group: null })
  }
}
