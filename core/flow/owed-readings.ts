import { pace } from '../limits.js'
import type { Topic } from '../topics/topic.js'
import type { SharedBatch } from './batch.js'
import type { Outbox } from './outbox.js'
import type { OutboxHost } from './outbox-host.js'
import { PacedReadings } from './paced-readings.js'
import { Reading } from './reading.js'
import type { Snapshot } from './snapshot.js'
import type { Subscription } from './subscription.js'

/** A list of what is owed keeps its memory for the next flush up to so many. */
const readyPoppedMax = 64

/**
 * Of which topics one session is owed something. A reader that falls behind costs one entry per topic, however often the topic
 * changes, and always resumes at the newest value.
 *
 *     ready     may leave, in this order
 *     paced     held back by a rate until their slot
 *     resting   of readers of messages who want the latest alone, while there is no link
 */
export class OwedReadings {
  /** Readings of topics, where this session has a wildcard: those owed, and those that name their topic. */
  byTopic: Map<number, Reading> | null = null
  ready: Reading[] = []
  private readonly paced: PacedReadings
  private resting: Reading[] = []
  private hasPriorities = false
  /** Walks of which a reading was given what they waited for, in the flush at hand. */
  private complete: Snapshot[] | null = null
  private readonly outbox: Outbox
  private readonly host: OutboxHost

  constructor(outbox: Outbox, host: OutboxHost) {
    this.outbox = outbox
    this.host = host
    this.paced = new PacedReadings(outbox)
  }

  get count(): number {
    return this.ready.length + this.paced.count
  }

  get hasPaced(): boolean {
    return this.paced.count > 0
  }

  /** Held back by a rate or not. */
  get all(): Reading[] {
    return [...this.ready, ...this.paced.all]
  }

  /** What is still owed once the first so many have left. */
  behind(count: number): Reading[] {
    return [...this.ready.slice(count), ...this.paced.all]
  }

  /** Of which paths readings owe each update, and from which offset on. */
  get everyFrom(): (readonly [path: string, offset: number])[] {
    const every = this.all.filter(({ everyFrom }) => everyFrom > 0)
    return every.map(({ topic, everyFrom }) => [topic.path, everyFrom])
  }

  /** Age of the oldest change not yet given, ms. */
  oldestMs(nowMs: number): number {
    let oldest = nowMs
    for (const reading of this.all) oldest = Math.min(oldest, reading.owedSinceMs)
    return nowMs - oldest
  }

  /** Marks: a topic changed that a subscription names. */
  oweNamed(reading: Reading, firstOffset: number): void {
    const { topic, subscription } = reading
    // That it went is told by another already, found when the session resumed.
    if (topic.isRemoved && (this.byTopic?.get(topic.id) ?? reading) !== reading) return
    const fromOffset = this.fromOffset(subscription, topic, firstOffset)
    if (fromOffset > 0) this.oweChange(reading, subscription, fromOffset)
  }

  /** Marks for a wildcard: the topic changed from what every reader who kept up holds. */
  oweMatched(
    subscription: Subscription,
    topic: Topic,
    heldOffset: number,
    isKnown: boolean,
    firstOffset: number,
  ): void {
    const fromOffset = this.fromOffset(subscription, topic, firstOffset)
    if (fromOffset === 0) return
    const known = this.byTopic?.get(topic.id)
    known?.merge(subscription)
    const reading = known ?? this.newReading(subscription, topic, heldOffset, isKnown)
    subscription.snapshot?.overtake(reading, heldOffset)
    this.oweChange(reading, subscription, fromOffset)
  }

  /** From where on the subscription is owed what changed from `firstOffset` on; 0: it is owed nothing of it. */
  private fromOffset(subscription: Subscription, topic: Topic, firstOffset: number): number {
    const fromOffset = this.outbox.isOpen ? subscription.owedFrom(topic, firstOffset) : 0
    if (fromOffset === 0 || !subscription.isPartlyReadable) return fromOffset
    return this.host.mayRead(this.outbox, topic) ? fromOffset : 0
  }

  private oweChange(reading: Reading, subscription: Subscription, fromOffset: number): void {
    const { snapshot } = subscription
    // What comes while its own first snapshot waits is a part of that, but follows a history that waits. [SEM 2.5]
    if (reading.isFirst && snapshot && !subscription.isResumable && reading.isAwaitedBy(snapshot)) return
    const isConflated = reading.isOwed && !reading.keepsEvery && reading.subscription === subscription
    if (isConflated) this.outbox.counters.conflated += 1
    reading.need(fromOffset, subscription.deliveryOf(reading.topic) === 'all')
    this.hold(reading)
  }

  private newReading(subscription: Subscription, topic: Topic, heldOffset: number, hadValue: boolean): Reading {
    // Who may read what changed since that version: it may not have been given.
    const rightsOffset = Math.max(this.host.rightsOffset, this.outbox.rightsOffset)
    const isGiven = heldOffset > rightsOffset && subscription.wasGiven(heldOffset, hadValue)
    return new Reading(subscription, topic, false, heldOffset, isGiven)
  }

  /** The reading of a topic that a subscription names; what a wildcard owed of the topic already it goes on to owe. */
  name(subscription: Subscription, topic: Topic): Reading {
    const known = this.byTopic?.get(topic.id)
    known?.becomeNamed(subscription)
    const reading = known ?? new Reading(subscription, topic, true, 0, false)
    this.byTopic?.set(topic.id, reading)
    return reading
  }

  /** Takes up a reading of which something is owed. */
  hold(reading: Reading): void {
    const isUrgent = reading.topic.isRemoved || reading.isAwaited
    if (reading.isOwed) {
      if (isUrgent && reading.slotMs > 0) this.hasten(reading)
      return
    }
    if (!reading.isNamed) {
      this.byTopic ??= new Map()
      this.byTopic.set(reading.topic.id, reading)
    }
    const nowMs = this.host.nowMs()
    reading.becomeOwed(nowMs)
    if (reading.priority !== 2) this.hasPriorities = true
    if (reading.intervalMs > 0 && !isUrgent) this.paced.hold(reading, nowMs)
    else this.mayLeave(reading)
  }

  /** No rate holds it back any more, as what a removed topic owes: that must be gone before a new topic of its path speaks. */
  private hasten(reading: Reading): void {
    this.paced.remove(reading)
    this.mayLeave(reading)
  }

  /** The rate has changed that holds the reading back. */
  repace(reading: Reading): void {
    if (reading.intervalMs > 0) this.paced.hold(reading, this.host.nowMs())
    else this.hasten(reading)
  }

  private mayLeave(reading: Reading): void {
    this.ready.push(reading)
    this.outbox.becomeDue()
  }

  /** Those whose slot has come may leave; the caller makes the outbox due. */
  release(nowMs: number): void {
    for (const reading of this.paced.release(nowMs)) this.ready.push(reading)
  }

  /** By priority, then by the oldest owed change; a lower priority loses a bounded time only. [SEM 3.1] */
  sort(): void {
    if (!this.hasPriorities) return
    const key = (reading: Reading) => reading.owedSinceMs + (reading.priority * pace.priorityAgeingMs) / 3
    this.ready.sort((a, b) => key(a) - key(b))
    this.hasPriorities = this.ready.some((reading) => reading.priority !== 2)
  }

  /** Everything gathered was taken. */
  leave(batch: SharedBatch): void {
    const { ready } = this
    let left = 0
    for (let i = 0; i < ready.length; i++) {
      const reading = ready[i]
      if (!reading) continue
      const isGathered = i < batch.readings
      if (isGathered && !this.given(reading, batch.cursors[i] ?? reading.cursor, batch.leftFrom[i] ?? 0)) continue
      ready[left] = reading
      left += 1
    }
    this.keepFirst(left)
  }

  /** The link took only so many items from the front: the rest stays owed. Returns the offset of the newest that was taken; 0: none was. */
  leavePartly(batch: SharedBatch, taken: number): number {
    const given: number[] = []
    const leftFrom = batch.leftFrom.slice(0, batch.readings)
    let newestOffset = 0
    for (let i = batch.count - 1; i >= 0; i--) {
      const owner = batch.owners[i] ?? 0
      const offset = batch.updates[i]?.offset ?? 0
      if (i >= taken) leftFrom[owner] = offset
      else given[owner] = Math.max(given[owner] ?? 0, offset)
      if (i < taken) newestOffset = Math.max(newestOffset, offset)
    }
    this.ready = this.ready.filter((reading, index) => {
      const isTaken = given[index] !== undefined || leftFrom[index] === 0
      // Of what was gathered without an item, as of a topic that is there again, all was given.
      const cursor = given[index] ?? batch.cursors[index] ?? reading.cursor
      return !isTaken || this.given(reading, cursor, leftFrom[index] ?? 0)
    })
    return newestOffset
  }

  /** Drops what lies behind the first `left`. One by one where there are few: a list whose length is set loses its memory. */
  private keepFirst(left: number): void {
    if (this.ready.length > readyPoppedMax) this.ready.length = left
    else while (this.ready.length > left) this.ready.pop()
  }

  /** The reading was given everything up to `cursor`; whether the rest, from `leftFrom` on, is still owed and may leave. */
  private given(reading: Reading, cursor: number, leftFrom: number): boolean {
    for (const walk of reading.gave(cursor, leftFrom)) this.completes(walk)
    if (leftFrom === 0) this.settle(reading)
    else if (reading.intervalMs > 0 && !reading.topic.isRemoved) this.paced.hold(reading, this.host.nowMs())
    else return true
    return false
  }

  private completes(walk: Snapshot): void {
    this.complete ??= []
    this.complete.push(walk)
  }

  /** Once everything is in its place again, and the newest offset known: walks that are complete ask where the reader stands. */
  completeWalks(): void {
    const { complete } = this
    this.complete = null
    if (complete) for (const walk of complete) walk.sent()
  }

  /** What may be lost rests until there is a link again. */
  rest(): void {
    for (const reading of this.ready) if (!reading.keepsEvery) this.resting.push(reading)
    this.ready = this.ready.filter((reading) => reading.keepsEvery)
  }

  /** There is a link again; the caller makes the outbox due. */
  wake(): void {
    for (const reading of this.resting) this.ready.push(reading)
    this.resting = []
  }

  /** Nothing of these readings is owed any more; those without a name end. */
  drop(readings: ReadonlySet<Reading>): void {
    this.ready = this.ready.filter((reading) => !readings.has(reading))
    this.resting = this.resting.filter((reading) => !readings.has(reading))
    for (const reading of readings) {
      this.paced.remove(reading)
      for (const walk of reading.giveUp()) this.completes(walk)
      this.settle(reading)
    }
  }

  /** Nothing is owed any more: it is found again by who needs it. */
  clear(): void {
    for (const reading of this.all) this.settle(reading)
    this.ready = []
    for (const reading of this.resting) this.settle(reading)
    this.resting = []
    this.paced.clear()
  }

  private settle(reading: Reading): void {
    reading.settle()
    if (reading.isNamed && !reading.topic.isRemoved) return
    if (this.byTopic?.get(reading.topic.id) === reading) this.byTopic.delete(reading.topic.id)
    reading.detach()
  }
}
