import { pace } from '../limits.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { TreeWalk } from '../topics/tree-walk.js'
import { Reading } from './reading.js'
import type { Subscription } from './subscription.js'
import { TopicSet } from './topic-set.js'

/** What a subscription is told of what came before it, or while its client was away. */
export interface Past {
  /** Current values, as a snapshot. */
  readonly values: boolean
  /** Whatever the session holds of them, they are told again. */
  readonly isAnew: boolean
  /** History that was asked for: offset of the oldest update of the topic that is told; 0: none. Null: nobody asked. */
  readonly history: ((topic: Topic) => number) | null
  /** Topics of which that history was told, shared by subscriptions that asked for the same; null: nobody else did. */
  readonly told?: TopicSet | null
  /** Topics that match and went in that time. */
  readonly removals: readonly Topic[]
  /** What a client that is back has missed. */
  readonly missed: Missed | null
}

/** What the client of a session missed; told once, however many subscriptions cover it. */
export interface Missed {
  /** Its client lacks changes of the topic and was not told yet. */
  isOf(topic: Topic): boolean
  /** Everybody in the session who goes on where the client stands is owed them. */
  tell(reading: Reading): void
  /** Selectors that were tried so far to find those; trying one takes about as long as visiting a node. */
  readonly tries: number
}

/** What a walk needs to know and tell. */
export interface SnapshotOwner {
  mayRead(topic: Topic): boolean
  completed(): void
}

/**
 * A first snapshot of a subscription, the history it asked for, or what it missed while its client was away. For wildcards a
 * walk over the matching topics that goes on only while few of them wait to be sent, so that it costs the same memory for a
 * hundred topics and for a million.
 *
 * Topics that changed since the subscription's start come by marks, unless the walk is there first. It is complete once what
 * it found was sent, whichever subscription of the session that was owed to. [SEM 2.5]
 */
export class Snapshot {
  readonly past: Past
  private readonly subscription: Subscription
  private readonly topics: Topics
  private readonly walk: TreeWalk | null
  private readonly owner: SnapshotOwner
  /** Topics with a higher id came to exist since; marks bring them. */
  private readonly newestTopicId: number
  private unsent = 0
  /** So many tries of selectors are the end of a step. */
  private triesMax = 0
  /** Topics of which history was told. */
  private readonly told: TopicSet | null
  private isWalked: boolean
  private readonly visit = (topic: Topic) =>
    this.take(topic, this.subscription.outbox.owed.byTopic?.get(topic.id) ?? null)

  /** Unless it `isWalked`, the caller takes the topics by itself. */
  constructor(subscription: Subscription, topics: Topics, isWalked: boolean, past: Past, owner: SnapshotOwner) {
    this.subscription = subscription
    this.topics = topics
    this.newestTopicId = topics.newestId
    this.walk = isWalked ? new TreeWalk(topics.tree, subscription.selector) : null
    this.isWalked = !isWalked
    this.past = past
    this.owner = owner
    this.told = past.history ? (past.told ?? new TopicSet()) : null
  }

  /** The subscription ended, or began anew. */
  get isStale(): boolean {
    return this.subscription.snapshot !== this || this.subscription.outbox.link === null
  }

  /**
   * As much is owed as may wait to be sent. What a rate holds back of others does not count: it would hold up the walk for as long. Nor may
   * topics that change faster than the link carries them hold it up for ever.
   */
  get hasEnough(): boolean {
    if (this.unsent < pace.snapshotShareMin) return false
    return this.unsent >= pace.snapshotOwedMax || this.subscription.outbox.readyCount >= pace.snapshotOwedMax
  }

  /** Goes on until the deadline or until enough is owed; true once nothing is left to find. */
  step(nowMs: () => number, deadlineMs: number): boolean {
    while (!this.isWalked && !this.isStale && !this.hasEnough) {
      this.triesMax = this.tries + pace.walkNodesPerStep
      this.isWalked = this.walk?.step(pace.walkNodesPerStep, this.visit) ?? true
      if (nowMs() > deadlineMs) break
    }
    if (this.isWalked) this.completeIfSent()
    return this.isWalked || this.isStale
  }

  /** A topic that it waited for was sent. */
  sent(): void {
    this.unsent -= 1
    this.completeIfSent()
  }

  /** Tells that it is complete if nothing is waited for. */
  completeIfSent(): void {
    if (this.isWalked && this.unsent === 0 && !this.isStale) this.owner.completed()
  }

  /** The topic of a reading changed from this version: where the walk has not come by yet, what came before is told with it. */
  overtake(reading: Reading, heldOffset: number): void {
    if (this.isWalked || heldOffset === 0 || heldOffset > this.subscription.startOffset) return
    if (this.past.missed?.isOf(reading.topic)) this.past.missed.tell(reading)
    const historyOffset = this.historyOf(reading.topic)
    if (historyOffset > 0) this.replay(reading, historyOffset)
  }

  /** Takes a topic up, if anything of it is wanted; false: enough is owed for now, or the clock is to be looked at. */
  take(topic: Topic, known: Reading | null): boolean {
    const { subscription, past } = this
    const { outbox } = subscription
    // Changed and marked: it waits with what is owed, or was sent.
    const isMarked = topic.offset > subscription.startOffset && !topic.isDirty
    const isOwed = known?.isOwed === true
    if (topic.id > this.newestTopicId || (isMarked && !isOwed) || !this.owner.mayRead(topic)) return true
    const isMissed = !isMarked && past.missed?.isOf(topic) === true
    const historyOffset = isMarked ? 0 : this.historyOf(topic)
    const isAwaited = isOwed ? past.values || past.history !== null : this.isValueWanted(topic, known)
    if (!isMissed && historyOffset === 0 && !isAwaited) return true
    const reading = known ?? new Reading(subscription, topic, false, 0, false)
    reading.merge(subscription)
    if (past.isAnew) reading.isHeld = false
    if (isMissed) past.missed?.tell(reading)
    if (historyOffset > 0) this.replay(reading, historyOffset)
    // Missed, but by nobody: all who go on began behind it.
    if (historyOffset === 0 && !isAwaited && !reading.isOwed) {
      if (known === null) reading.detach()
      return true
    }
    // Of what a rate spreads over time, the first is enough; but of a history that was asked for everything is told.
    const isEnough = reading.intervalMs > 0 && this.told?.has(topic.id) !== true
    if (reading.awaitedBy(this, isEnough ? 0 : topic.offset)) this.unsent += 1
    outbox.owed.hold(reading)
    return !this.hasEnough && this.tries < this.triesMax
  }

  private get tries(): number {
    return this.past.missed?.tries ?? 0
  }

  /** Nothing is owed of the topic: whether its value is wanted, which the session may hold through a subscription that names it. */
  private isValueWanted(topic: Topic, known: Reading | null): boolean {
    const isGiven = !this.past.isAnew && known?.isHeld === true && known.cursor === topic.offset
    return this.past.values && this.topics.hasValue(topic) && !isGiven && this.told?.has(topic.id) !== true
  }

  private historyOf(topic: Topic): number {
    return this.told?.has(topic.id) ? 0 : (this.past.history?.(topic) ?? 0)
  }

  private replay(reading: Reading, fromOffset: number): void {
    const { topic } = reading
    this.told?.add(topic.id)
    const isEach = this.subscription.deliveryOf(topic) === 'all'
    reading.replay(isEach ? fromOffset : topic.offset)
  }
}
