import { pace } from '../limits.js'
import type { Topic } from '../topics/topic.js'
import type { TopicTree } from '../topics/topic-tree.js'
import { TreeWalk } from '../topics/tree-walk.js'
import { Reading } from './reading.js'
import type { Subscription } from './subscription.js'

/**
 * A first snapshot of a wildcard subscription, or what it missed while its client was away: a walk over the matching topics that
 * goes on only while few of them wait to be sent, so that it costs the same memory for a hundred topics and for a million.
 *
 * Topics that changed since the subscription's start are left to the marks, which carry the newest value anyway.
 */
export class Snapshot {
  /** A resume: only what changed above this offset is owed; -1: a first snapshot. */
  readonly sinceOffset: number
  private readonly subscription: Subscription
  private readonly walk: TreeWalk | null
  private readonly completed: (snapshot: Snapshot) => void
  private readonly mayRead: (topic: Topic) => boolean
  private unsent = 0
  private isWalked: boolean
  private readonly visit = (topic: Topic) => this.take(topic)

  /** Without a tree there is nothing to walk: the caller takes the topics by itself. */
  constructor(
    subscription: Subscription,
    tree: TopicTree | null,
    sinceOffset: number,
    mayRead: (topic: Topic) => boolean,
    completed: (snapshot: Snapshot) => void,
  ) {
    this.subscription = subscription
    this.walk = tree ? new TreeWalk(tree, subscription.selector) : null
    this.isWalked = tree === null
    this.sinceOffset = sinceOffset
    this.mayRead = mayRead
    this.completed = completed
  }

  /** Goes on until the deadline or until enough is owed; true once nothing is left to find. */
  step(nowMs: () => number, deadlineMs: number): boolean {
    while (!this.isWalked && !this.isStale && this.subscription.outbox.owedCount < pace.snapshotOwedMax) {
      this.isWalked = this.walk?.step(pace.walkNodesPerStep, this.visit) ?? true
      if (nowMs() > deadlineMs) break
    }
    if (this.isWalked) this.completeIfSent()
    return this.isWalked || this.isStale
  }

  /** Another topic belongs to it; `sent` follows once it left. */
  expect(): void {
    this.unsent += 1
  }

  sent(): void {
    this.unsent -= 1
    this.completeIfSent()
  }

  /** Tells that it is complete if nothing was found. */
  completeIfSent(): void {
    if (this.isWalked && this.unsent === 0 && !this.isStale) this.completed(this)
  }

  /** The subscription ended, or began anew. */
  private get isStale(): boolean {
    return this.subscription.snapshot !== this || this.subscription.outbox.link === null
  }

  private take(topic: Topic): boolean {
    const { subscription } = this
    const { outbox } = subscription
    const isResume = this.sinceOffset >= 0
    const isForMarks = topic.offset > subscription.startOffset || outbox.byTopic?.has(topic.id)
    const isUnchanged = isResume ? topic.offset <= this.sinceOffset : !topic.hasValue
    if (isForMarks || isUnchanged || !this.mayRead(topic)) return true
    const reading = new Reading(subscription, topic, false, isResume ? this.sinceOffset : 0, false)
    this.expect()
    reading.snapshot = this
    outbox.track(reading, topic.offset)
    return outbox.owedCount < pace.snapshotOwedMax
  }
}
