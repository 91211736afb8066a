import type { MessageTerms } from '../messages.js'
import type { Live, Topic, TopicReader } from '../topics/topic.js'
import { liveOf } from '../topics/versions.js'
import { combined } from './message-terms.js'
import type { Outbox } from './outbox.js'
import type { Snapshot } from './snapshot.js'
import type { Subscription } from './subscription.js'

/**
 * Where one session stands with one topic; all its subscriptions that match the topic share one.
 *
 * A subscription that names the topic has a reading for as long as both live. A wildcard has one only while it owes the
 * topic, made from what the topic's other readers hold, so that watching a million topics costs nothing while they rest.
 *
 *     owedFrom    changes from here on are owed, and the position says so
 *     everyFrom   updates from here on are owed each, to a subscription to `all`, or as the past that one asked for
 *     neither     the value is owed, as part of a first snapshot
 *
 * Invariant: a cursor behind its topic implies that the reading is owed, or that the topic is on the dirty list.
 */
export class Reading implements TopicReader {
  readonly outbox: Outbox
  readonly topic: Topic
  /** The subscription that decides what happens at a bound: the one that names the topic, if one does. */
  subscription: Subscription
  /** Its subscription names the topic: it lives on when nothing is owed. */
  isNamed: boolean
  /** Offset of the version that was last given. */
  cursor: number
  /** The receiver knows the topic and holds the value at `cursor`: ids, deltas and relative numbers may be used. */
  isHeld: boolean
  /** It stands among what its outbox owes. */
  isOwed = false
  /** Offset of the oldest change not yet given; 0: there is none. */
  owedFrom = 0
  /** Offset of the oldest update that is owed as itself; 0: the newest will do. */
  everyFrom = 0
  /** When it became owed, whole ms of the monotonic clock. */
  owedSinceMs = 0
  /** When it may leave, if a rate holds it back; 0: at once. */
  slotMs = 0
  keepsEvery = false
  /** Shortest time between two updates; 0: none. */
  intervalMs = 0
  priority = 2
  /** How it gets messages; null: it reads states. */
  terms: MessageTerms | null
  /** The walks that wait for it: done with it once the version that they found was given. */
  private walks: readonly Snapshot[] = none
  private walkedOffset = 0
  private isAttached = false

  constructor(subscription: Subscription, topic: Topic, isNamed: boolean, cursor: number, isHeld: boolean) {
    this.outbox = subscription.outbox
    this.subscription = subscription
    this.topic = topic
    this.isNamed = isNamed
    this.cursor = cursor
    this.isHeld = isHeld
    this.intervalMs = subscription.options.intervalMs
    this.priority = subscription.priorityOf(topic)
    this.terms = subscription.terms
    this.keepEvery(subscription.deliveryOf(topic) === 'all')
  }

  /** Its next update belongs to a first snapshot: it moves no position. [SEM 2.2] */
  get isFirst(): boolean {
    return this.owedFrom === 0 && this.everyFrom === 0
  }

  /** Some walk waits for it: no rate holds it back. */
  get isAwaited(): boolean {
    return this.walks.length > 0
  }

  /** Updates were lost that were owed each: the newest follows, with the gap marked. [SEM 3.3] */
  get hasGap(): boolean {
    if (!this.keepsEvery || this.everyFrom === 0) return false
    const lostOffset = this.topic.live?.history?.lostOffset ?? Number.POSITIVE_INFINITY
    return lostOffset >= this.everyFrom && this.topic.previousOffset >= this.everyFrom
  }

  /** The topic changed; of its wildcards the session hears by itself. */
  owe(firstOffset: number): void {
    if (this.isNamed) this.outbox.owed.oweNamed(this, firstOffset)
  }

  /** Changes from here on are owed, each of them or at least the newest. */
  need(fromOffset: number, isEach: boolean): void {
    this.owedFrom = this.owedFrom === 0 ? fromOffset : Math.min(this.owedFrom, fromOffset)
    if (isEach) this.needEach(fromOffset)
  }

  /** What is past and no change to those who kept up is told from here on. */
  replay(fromOffset: number): void {
    this.needEach(fromOffset)
    // What the receiver holds is no base of what came before.
    if (fromOffset <= this.cursor) this.isHeld = false
  }

  private needEach(fromOffset: number): void {
    this.everyFrom = this.everyFrom === 0 ? fromOffset : Math.min(this.everyFrom, fromOffset)
  }

  /** A walk waits until this version was given, or anything if that is 0. False: it does already. */
  awaitedBy(walk: Snapshot, offset: number): boolean {
    this.walkedOffset = this.isAwaited ? Math.max(this.walkedOffset, offset) : offset
    if (this.walks.includes(walk)) return false
    this.walks = [...this.walks, walk]
    return true
  }

  isAwaitedBy(walk: Snapshot): boolean {
    return this.walks.includes(walk)
  }

  /** Everything up to this offset was given; from `leftFrom` on the rest is still owed, 0: nothing is. Returns the walks that it completes. */
  gave(offset: number, leftFrom: number): readonly Snapshot[] {
    this.cursor = offset
    this.isHeld = true
    this.owedFrom = this.owedFrom === 0 || leftFrom === 0 ? 0 : Math.max(this.owedFrom, leftFrom)
    this.everyFrom = this.everyFrom === 0 ? 0 : leftFrom
    return offset < this.walkedOffset ? none : this.giveUp()
  }

  /** No walk waits for it any more; returns those that did. */
  giveUp(): readonly Snapshot[] {
    const { walks } = this
    this.walks = none
    return walks
  }

  /** Another subscription of the session covers the topic: all before latest, the highest rate, the first priority. [SEM 2.1] */
  merge(other: Subscription): void {
    if (other === this.subscription) return
    if (other.deliveryOf(this.topic) === 'all' && !this.keepsEvery) this.keepEvery(true)
    this.pace(Math.min(this.intervalMs, other.options.intervalMs))
    this.priority = Math.min(this.priority, other.priorityOf(this.topic))
    this.terms = combined(this.terms, other.terms)
  }

  /** A subscription names the topic from now on, beside those that it serves already. */
  becomeNamed(subscription: Subscription): void {
    this.merge(subscription)
    this.isNamed = true
    this.subscription = subscription
    this.keepEvery(this.keepsEvery)
  }

  /** From now on it is there for these subscriptions alone, the one that names the topic being the first. */
  serve(subscriptions: readonly Subscription[]): void {
    const [own] = subscriptions
    // While it is known what it was counted as.
    this.detach()
    this.isNamed = own?.reading === this
    this.walks = this.walks.filter((walk) => !walk.isStale)
    this.subscription = own ?? this.subscription
    this.pace(
      subscriptions.reduce((least, { options }) => Math.min(least, options.intervalMs), own?.options.intervalMs ?? 0),
    )
    this.priority = own?.priorityOf(this.topic) ?? 2
    this.terms = own?.terms ?? null
    this.keepEvery(subscriptions.some((subscription) => subscription.deliveryOf(this.topic) === 'all'))
    for (const other of subscriptions) this.merge(other)
  }

  private pace(intervalMs: number): void {
    if (intervalMs === this.intervalMs) return
    this.intervalMs = intervalMs
    if (this.slotMs > 0) this.outbox.owed.repace(this)
  }

  /** There is no reason any more that it should be owed, or exist. */
  get isIdle(): boolean {
    return this.isOwed ? this.isFirst && !this.isAwaited : !this.isNamed
  }

  /** It joins what is owed. */
  becomeOwed(nowMs: number): void {
    this.isOwed = true
    this.owedSinceMs = Math.floor(nowMs)
    liveOf(this.topic).owing += 1
  }

  /** Nothing is owed any more. */
  settle(): void {
    if (this.isOwed) this.topic.settled()
    this.isOwed = false
    this.owedFrom = 0
    this.everyFrom = 0
    this.slotMs = 0
    this.walks = none
  }

  /** Ends the reading: the topic forgets it. */
  detach(): void {
    const { live } = this.topic
    if (!live || !this.isAttached) return
    this.isAttached = false
    const at = live.readers.indexOf(this)
    const last = live.readers.pop()
    if (last && last !== this) live.readers[at] = last
    if (this.keepsEvery) this.countIn(live, -1)
    this.topic.forgetUnused()
  }

  private keepEvery(isEvery: boolean): void {
    this.detach()
    this.keepsEvery = isEvery
    if (isEvery) this.outbox.readsEvery = true
    if (!this.isNamed && !isEvery) return
    const live = liveOf(this.topic)
    live.readers.push(this)
    if (isEvery) this.countIn(live, 1)
    this.isAttached = true
  }

  /** A session reads either messages or states, so that which it is does not change. */
  private countIn(live: Live, change: number): void {
    live.everyReaders += change
    if (this.terms !== null) live.messageReaders += change
  }
}

const none: readonly never[] = []
