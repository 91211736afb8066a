import type { Topic, TopicReader } from '../topics/topic.js'
import { liveOf } from '../topics/versions.js'
import type { Outbox } from './outbox.js'
import type { Snapshot } from './snapshot.js'
import type { Subscription } from './subscription.js'

/**
 * Where one session stands with one topic.
 *
 * A subscription that names the topic has a reading for as long as both live. A wildcard has one only while it owes the
 * topic, made from what the topic's other readers hold, so that watching a million topics costs nothing while they rest.
 *
 * Invariant: a cursor behind its topic implies that the reading is owed, or that the topic is on the dirty list.
 */
export class Reading implements TopicReader {
  readonly outbox: Outbox
  readonly topic: Topic
  /** The subscription that decides what happens at a bound. */
  subscription: Subscription
  /** Made by a subscription that names the topic; lives on when nothing is owed. */
  readonly isNamed: boolean
  /** Offset of the version that was last given. */
  cursor: number
  /** The receiver knows the topic and holds the value at `cursor`: ids, deltas and relative numbers may be used. */
  isHeld: boolean
  /** Offset of the oldest change not yet given; 0: nothing is owed. */
  owedFrom = 0
  /** When that became so, whole ms of the monotonic clock. */
  owedSinceMs = 0
  /** When it may leave, if a rate holds it back; 0: at once. */
  slotMs = 0
  keepsEvery = false
  /** Shortest time between two updates; 0: none. */
  intervalMs = 0
  priority = 2
  /** The snapshot, or the resume, of which its next update is a part. */
  snapshot: Snapshot | null = null

  constructor(subscription: Subscription, topic: Topic, isNamed: boolean, cursor: number, isHeld: boolean) {
    this.outbox = subscription.outbox
    this.subscription = subscription
    this.topic = topic
    this.isNamed = isNamed
    this.cursor = cursor
    this.isHeld = isHeld
    this.applyOptions(subscription)
    if (isNamed || this.keepsEvery) this.attach()
  }

  /** Its next update belongs to a first snapshot: it moves no position. [SEM 2.2] */
  get isFirst(): boolean {
    return this.snapshot !== null && this.snapshot.sinceOffset < 0
  }

  owe(firstOffset: number): void {
    this.outbox.owe(this, firstOffset)
  }

  /** Another subscription of the session covers the topic: all before latest, the highest rate, the first priority. [SEM 2.1] */
  merge(other: Subscription): void {
    if (other === this.subscription) return
    if (other.deliveryOf(this.topic) === 'all' && !this.keepsEvery) this.keepEvery()
    this.intervalMs = Math.min(this.intervalMs, other.options.intervalMs)
    this.priority = Math.min(this.priority, other.priorityOf(this.topic))
  }

  /** Back to the options of its own subscription; merged ones come back with the next change. */
  reset(): void {
    const wasAttached = this.isNamed || this.keepsEvery
    if (wasAttached) this.detach()
    this.applyOptions(this.subscription)
    if (this.isNamed || this.keepsEvery) this.attach()
  }

  private applyOptions(subscription: Subscription): void {
    this.keepsEvery = subscription.deliveryOf(this.topic) === 'all'
    this.intervalMs = subscription.options.intervalMs
    this.priority = subscription.priorityOf(this.topic)
  }

  /** From now on a change is owed, the oldest at this offset. */
  becomeOwed(firstOffset: number, nowMs: number): void {
    this.owedFrom = firstOffset
    this.owedSinceMs = Math.floor(nowMs)
    liveOf(this.topic).owing += 1
  }

  /** Nothing is owed any more. */
  settle(): void {
    if (this.owedFrom !== 0) this.topic.live?.settled()
    this.owedFrom = 0
    this.slotMs = 0
    this.snapshot = null
  }

  /** Ends the reading: the topic forgets it. */
  detach(): void {
    const live = this.topic.live
    const at = live?.readers.indexOf(this) ?? -1
    if (!live || at === -1) return
    const last = live.readers.pop()
    if (last && last !== this) live.readers[at] = last
    if (this.keepsEvery) live.everyReaders -= 1
  }

  private keepEvery(): void {
    const wasAttached = this.isNamed
    this.keepsEvery = true
    if (wasAttached) liveOf(this.topic).everyReaders += 1
    else this.attach()
  }

  private attach(): void {
    const live = liveOf(this.topic)
    live.readers.push(this)
    if (this.keepsEvery) live.everyReaders += 1
  }
}
