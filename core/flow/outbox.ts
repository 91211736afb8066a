import { pace } from '../limits.js'
import type { GatewayMessage, Position } from '../messages.js'
import type { Topic } from '../topics/topic.js'
import type { Audience, Link, Rest, Taken } from '../transport.js'
import type { SharedBatch } from './batch.js'
import type { ByteBudget } from './byte-budget.js'
import type { MessageGroup } from './message-group.js'
import type { QueuedMessage } from './message-queue.js'
import { MessageQueue } from './message-queue.js'
import type { OutboxHost } from './outbox-host.js'
import { OutboxCounters } from './outbox-host.js'
import { PacedReadings } from './paced-readings.js'
import type { ParkedWalk } from './parked-walks.js'
import { ParkedWalks } from './parked-walks.js'
import { Reading } from './reading.js'
import type { Snapshot } from './snapshot.js'
import { partlyGathered, positionOf } from './standing.js'
import type { Subscription } from './subscription.js'
import { WireShare } from './wire-share.js'

/** A list of what is owed keeps its memory for the next flush up to so many. */
const owedPoppedMax = 64

/**
 * What one session still has to be told.
 *
 * It stores topics, not messages. A reader that falls behind therefore costs one entry per topic, however often the topic
 * changes, and always resumes at the newest value.
 *
 * Invariant: with something owed it is in the FIFO of `Turns` (`isDue`), or waits for its link (`isBlocked`), or has a wake-up
 * time, or its readings are being looked through (`isRefreshing`); with no link, nothing is owed.
 */
export class Outbox {
  /** The session it belongs to; flow never looks inside. */
  owner: object | null = null
  /** For whom messages wait in it: the name of a principal. */
  ownerName = ''
  link: Link | null = null
  audience: Audience | null = null
  budget: ByteBudget | null = null
  isDue = false
  isBlocked = false
  /** Its link takes no more updates for now; answers it does. */
  isFull = false
  /** It goes on without a link: messages are queued until there is one. */
  outlivesLinks = false
  /** The session that it belongs to, as updates name it; empty: none. */
  origin = ''
  /** The groups with which it shares what they read. */
  groups: readonly MessageGroup[] = none
  /** The group for which it reads; null: it reads for a session. */
  group: MessageGroup | null = null
  /** Messages that are told as themselves, before what readings owe; null: there was none yet. */
  messages: MessageQueue | null = null
  /** Its readings do not yet serve the subscriptions that are there now: until they do no update leaves, only answers. */
  isRefreshing = false
  /** Answers, oldest first; they leave before updates. */
  readonly replies: GatewayMessage[] = []
  /** Bytes that they carry; falls once the last has left. */
  repliesBytes = 0
  /** Readings of topics, where this session has a wildcard: those owed, and those that name their topic. */
  byTopic: Map<number, Reading> | null = null
  /** Offset of the newest update that was sent and moves the position. */
  newestOffset = 0
  /** While a resume is being worked off: the position it began from; updates leave in any order until then. [SEM 1.4] */
  resumingFrom: Position | null = null
  /** Offset of the log when the rights of this session alone were last seen to change. */
  rightsOffset = 0
  /** Some reading was owed every update: what the link was given may have to be told again. */
  readsEvery = false
  /** Some subscription wants no gap: look for it before each flush. */
  forbidsGaps = false
  readonly counters = new OutboxCounters()
  private readonly host: OutboxHost
  private owed: Reading[] = []
  /** Owed, and held back by a rate until their slot. */
  private readonly paced = new PacedReadings(this)
  private hasPriorities = false
  private readonly wireShare = new WireShare()
  /** Walks of which a reading was given what they waited for, in the flush at hand. */
  private complete: Snapshot[] | null = null
  /** Owed to readers of messages who want the latest alone, while there is no link. */
  private resting: Reading[] = []
  /** Null: no walk waits until less is owed. */
  private parked: ParkedWalks | null = null

  constructor(host: OutboxHost) {
    this.host = host
  }

  get owedCount(): number {
    return this.owed.length + this.paced.all.length + this.queuedCount
  }

  /** Messages that wait in its queue. */
  get queuedCount(): number {
    return this.messages?.size ?? 0
  }

  /** Whether changes are noted: for its link, or for the one to come. */
  private get isOpen(): boolean {
    return this.link !== null || this.outlivesLinks
  }

  /** What is owed, held back by a rate or not. */
  private get everything(): Reading[] {
    return [...this.owed, ...this.paced.all]
  }

  /** Of which paths readings owe each update, and from which offset on. */
  get owedFrom(): (readonly [path: string, offset: number])[] {
    const owed = this.everything.filter(({ everyFrom }) => everyFrom > 0)
    return owed.map(({ topic, everyFrom }) => [topic.path, everyFrom])
  }

  /** Age of the oldest change not yet given, ms. */
  oldestOwedMs(nowMs: number): number {
    let oldest = nowMs
    for (const reading of this.everything) oldest = Math.min(oldest, reading.owedSinceMs)
    return nowMs - oldest
  }

  /** Marks: a topic changed that a subscription names. */
  oweNamed(reading: Reading, firstOffset: number): void {
    const { topic } = reading
    // That it went is told by another already, found when the session resumed.
    if (topic.isRemoved && (this.byTopic?.get(topic.id) ?? reading) !== reading) return
    const { subscription } = reading
    const fromOffset = this.isOpen ? subscription.owedFrom(topic, firstOffset) : 0
    if (fromOffset === 0 || (subscription.isPartlyReadable && !this.host.mayRead(this, topic))) return
    this.oweChange(reading, subscription, fromOffset)
  }

  /** Marks for a wildcard: the topic changed from what every reader who kept up holds. */
  oweMatched(
    subscription: Subscription,
    topic: Topic,
    heldOffset: number,
    isKnown: boolean,
    firstOffset: number,
  ): void {
    const fromOffset = this.isOpen ? subscription.owedFrom(topic, firstOffset) : 0
    if (fromOffset === 0 || (subscription.isPartlyReadable && !this.host.mayRead(this, topic))) return
    const known = this.byTopic?.get(topic.id)
    known?.merge(subscription)
    const reading = known ?? this.newReading(subscription, topic, heldOffset, isKnown)
    subscription.snapshot?.overtake(reading, heldOffset)
    this.oweChange(reading, subscription, fromOffset)
  }

  private oweChange(reading: Reading, subscription: Subscription, fromOffset: number): void {
    const { snapshot } = subscription
    // What comes while its own first snapshot waits is a part of that, but follows a history that waits. [SEM 2.5]
    if (reading.isFirst && snapshot && !subscription.isResumable && reading.isAwaitedBy(snapshot)) return
    if (reading.isOwed && !reading.keepsEvery && reading.subscription === subscription) this.counters.conflated += 1
    reading.need(fromOffset, subscription.deliveryOf(reading.topic) === 'all')
    this.hold(reading)
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
    else {
      this.owed.push(reading)
      this.becomeDue()
    }
  }

  /** The reading of a topic that a subscription names; what a wildcard owed of the topic already it goes on to owe. */
  name(subscription: Subscription, topic: Topic): Reading {
    const known = this.byTopic?.get(topic.id)
    known?.becomeNamed(subscription)
    const reading = known ?? new Reading(subscription, topic, true, 0, false)
    this.byTopic?.set(topic.id, reading)
    return reading
  }

  reply(message: GatewayMessage, carriedBytes = 0): void {
    if (this.link === null) return
    this.replies.push(message)
    this.repliesBytes += carriedBytes
    this.becomeDue()
  }

  wakeAt(timeMs: number): void {
    this.host.wakeAt(this, timeMs)
  }

  /** The link can take something again, or the time has come: readings whose slot is reached may leave. */
  ready(): void {
    this.isBlocked = false
    this.isFull = false
    for (const reading of this.paced.release(this.host.nowMs())) this.owed.push(reading)
    for (const group of this.groups) group.dispatch()
    if (this.hasUpdates || this.replies.length > 0) this.becomeDue()
  }

  /** Its link has no room for something that is owed. */
  get isHeldUp(): boolean {
    return this.isBlocked || (this.isFull && this.hasUpdates)
  }

  /** Its link would take a message now. */
  get takesMore(): boolean {
    return this.link !== null && !this.isBlocked && !this.isFull
  }

  /** A message for this reader. */
  queue(message: QueuedMessage): void {
    this.queueOf().push(message)
    this.becomeDue()
  }

  /** Where its messages wait, made on first use. */
  queueOf(): MessageQueue {
    this.messages ??= new MessageQueue(this.host.queueBounds, this.ownerName)
    return this.messages
  }

  /** A walk has found enough for now; it goes on once less is owed. */
  park(walk: ParkedWalk, goOn: () => void): void {
    this.parked ??= new ParkedWalks()
    this.parked.park(walk, goOn)
  }

  private get hasUpdates(): boolean {
    return this.owed.length > 0 || this.queuedCount > 0
  }

  /** Its readings serve the subscriptions that are there now. */
  refreshed(): void {
    this.isRefreshing = false
    if (this.owed.length > 0) this.becomeDue()
  }

  /** Sends what is owed and fits, in one write; returns how many updates left. */
  flush(nowMs: number, turn: number, batch: SharedBatch, epoch: string): number {
    const { link, audience } = this
    if (!audience) return 0
    if (!link) return this.absorb(audience, batch, turn)
    const roomBytes = this.roomBytes(link, nowMs)
    if (roomBytes <= 0) return 0
    this.isFull = link.roomItems <= 0
    if (this.isFull) this.giveBack()
    if (this.isFull && this.replies.length === 0) return 0
    if (this.forbidsGaps) this.findGaps()
    if (this.isRefreshing && this.replies.length === 0) return 0
    if (this.hasPriorities) this.sortOwed()
    this.gather(audience, batch, roomBytes, turn)
    const hasItems = batch.count > 0 || this.replies.length > 0
    const updates = hasItems ? this.send(link, batch, epoch) : 0
    if (!hasItems) this.dropSettled(batch)
    if ((this.hasUpdates && !this.isRefreshing) || this.replies.length > 0) this.becomeDue()
    this.parked?.offer(this.owedCount)
    return updates
  }

  /** What waits as messages goes first: what readings owe came later. */
  private gather(audience: Audience, batch: SharedBatch, roomBytes: number, turn: number): void {
    const { messages, owed } = this
    if (this.isFull || this.isRefreshing) batch.reset(audience, turn)
    else if (messages && messages.size > 0) batch.gatherQueued(audience, messages, roomBytes, turn)
    else if (owed.length === 0) batch.reset(audience, turn)
    else if (!batch.serves(audience, owed, roomBytes, turn)) batch.gather(audience, owed, roomBytes, turn)
  }

  /** There is no link: what is owed to readers of messages waits as messages for the next. What may be lost is. [SEM 1.5] */
  private absorb(audience: Audience, batch: SharedBatch, turn: number): number {
    for (const reading of this.owed) if (!reading.keepsEvery) this.resting.push(reading)
    this.owed = this.owed.filter((reading) => reading.keepsEvery)
    if (this.owed.length > 0) batch.gather(audience, this.owed, Number.POSITIVE_INFINITY, turn)
    else batch.reset(audience, turn)
    this.queueOf().absorb(batch, this.group?.isHeard === true)
    this.dropSettled(batch)
    this.group?.dispatch()
    if (this.owed.length > 0) this.becomeDue()
    return 0
  }

  private send(link: Link, batch: SharedBatch, epoch: string): number {
    const position = this.standing(epoch, batch)
    const taken = link.send({ replies: this.replies, batch, position, rest: this.restBehind(batch) })
    const updates = this.took(taken, batch)
    for (const number of taken.dropped ?? []) this.settled(number, number)
    return updates
  }

  /** The link took something, or nothing; returns how many updates. */
  private took(taken: Taken, batch: SharedBatch): number {
    if (batch.count > 0 && this.replies.length === 0) this.wireShare.learn(taken.bytes, batch.bytes)
    if (taken.items === 0) {
      // As if there had been no room: asked again at once, it would refuse again.
      this.isBlocked = true
      return 0
    }
    const updates = Math.max(0, taken.items - this.replies.length)
    this.account(taken.bytes, updates)
    this.counters.gaps += batch.gaps
    if (batch.isQueued) return this.unqueue(batch, taken.items, updates)
    if (batch.isSettled) {
      this.queueOf().gaveOf(batch, updates)
      this.touched()
    }
    if (this.replies.length > 0) this.replies.splice(0, taken.items)
    if (this.replies.length === 0) this.repliesBytes = 0
    if (updates === batch.count) this.dropSettled(batch)
    else this.keepUntaken(batch, updates)
    return updates
  }

  /** So many messages left the queue. */
  private unqueue(batch: SharedBatch, items: number, updates: number): number {
    this.replies.splice(0, items)
    if (this.replies.length === 0) this.repliesBytes = 0
    this.messages?.taken(updates)
    this.touched()
    for (const group of this.groups) group.dispatch()
    this.newestOffset = Math.max(this.newestOffset, batch.newestOffset)
    return updates
  }

  /** The link says that these arrived, or never will; the groups that gave them hear it. */
  settled(first: number, last: number): void {
    this.messages?.unsettled.settleRange(first, last)
    this.touched()
  }

  /** Behind answers and first snapshots more is to be expected, as it is where a rate holds something back. */
  private restBehind(batch: SharedBatch): Rest {
    if (batch.readings < this.owed.length || batch.isPartly) return batch.fillsStep ? 'follows' : 'waits'
    const isOver = batch.newestOffset > 0 && this.replies.length === 0 && this.paced.all.length === 0
    return isOver ? 'nothing' : 'waits'
  }

  /** Where the reader stands once everything sent so far is applied. */
  position(epoch: string): Position {
    const { newestOffset, resumingFrom } = this
    const { unmarkedFrom } = this.host
    const standing = { epoch, newestOffset, resumingFrom, unmarkedFrom }
    return positionOf(standing, this.everything) ?? { epoch, offset: newestOffset, held: [] }
  }

  /** Without a link nothing is owed: what is, is found again when the session resumes. [SEM 1.5] */
  detach(): void {
    this.link = null
    this.isBlocked = false
    this.isFull = false
    this.replies.length = 0
    this.repliesBytes = 0
    this.messages?.unlinked()
    this.giveBack()
    this.parked = null
    if (this.outlivesLinks) {
      this.touched()
      if (this.owed.length > 0) this.becomeDue()
      return
    }
    this.audience = null
    this.forget()
  }

  private touched(): void {
    if (this.outlivesLinks) this.host.touched(this)
  }

  /** What it has from groups is for other members to have. */
  private giveBack(): void {
    for (const group of this.groups) group.takeBack(this.messages?.removeOf(group) ?? [])
  }

  /** There is nobody any more to be told anything; what it still has of groups, left or not, others may have. */
  end(): void {
    this.outlivesLinks = false
    this.forget()
    for (const group of this.messages?.groups ?? []) group.takeBack(this.messages?.removeOf(group) ?? [])
    this.messages?.clear()
  }

  /** A link again, for what waits. */
  attach(link: Link): void {
    this.link = link
    for (const reading of this.resting) this.owed.push(reading)
    this.resting = []
  }

  /** Nothing is owed any more: it is found again by who needs it. */
  forget(): void {
    for (const reading of this.everything) this.settle(reading)
    this.owed = []
    for (const reading of this.resting) this.settle(reading)
    this.resting = []
    this.paced.clear()
    this.resumingFrom = null
  }

  /** Nothing of these readings is owed any more; those without a name end. */
  drop(readings: ReadonlySet<Reading>): void {
    this.owed = this.owed.filter((reading) => !readings.has(reading))
    this.resting = this.resting.filter((reading) => !readings.has(reading))
    this.paced.remove(readings)
    for (const reading of readings) this.settle(reading)
    this.parked?.offer(this.owedCount)
  }

  private becomeDue(): void {
    if (this.isDue || this.isBlocked || !this.isOpen) return
    if (this.isFull && this.replies.length === 0) return
    this.isDue = true
    this.host.due(this)
  }

  /** Bytes that may be gathered now, as they are expected. */
  private roomBytes(link: Link, nowMs: number): number {
    const roomBytes = link.roomBytes
    if (roomBytes <= 0) {
      this.isBlocked = true
      this.giveBack()
      return 0
    }
    if (!this.budget) return this.wireShare.expected(roomBytes)
    const budgetBytes = this.budget.availableBytes(nowMs)
    if (budgetBytes <= 0 && this.replies.length === 0) this.host.wakeAt(this, this.budget.readyMs(nowMs))
    const allowedBytes = this.replies.length > 0 ? Math.max(1, budgetBytes) : budgetBytes
    return this.wireShare.expected(Math.min(roomBytes, allowedBytes))
  }

  /** What a removed topic still owes must be gone before a new topic of its path speaks: no rate holds it back. */
  private hasten(reading: Reading): void {
    this.paced.remove(new Set([reading]))
    this.owed.push(reading)
    this.becomeDue()
  }

  /** By priority, then by the oldest owed change; a lower priority loses a bounded time only. [SEM 3.1] */
  private sortOwed(): void {
    const key = (reading: Reading) => reading.owedSinceMs + (reading.priority * pace.priorityAgeingMs) / 3
    this.owed.sort((a, b) => key(a) - key(b))
    this.hasPriorities = this.owed.some((reading) => reading.priority !== 2)
  }

  private findGaps(): void {
    for (const reading of this.owed.slice()) {
      // Once its subscription has ended, the readings must first be looked through.
      if (this.isRefreshing) return
      if (reading.hasGap && reading.subscription.options.overflow !== 'conflate') this.host.overflowed(this, reading)
    }
  }

  /** Everything gathered was taken. */
  private dropSettled(batch: SharedBatch): void {
    const { owed } = this
    let left = 0
    for (let i = 0; i < owed.length; i++) {
      const reading = owed[i]
      if (!reading) continue
      const isGathered = i < batch.readings
      if (isGathered && !this.given(reading, batch.cursors[i] ?? reading.cursor, batch.leftFrom[i] ?? 0)) continue
      owed[left] = reading
      left += 1
    }
    this.newestOffset = Math.max(this.newestOffset, batch.newestOffset)
    this.keepOwed(left)
    this.completeWalks()
  }

  /** The link took only the first items: the rest stays owed. */
  private keepUntaken(batch: SharedBatch, taken: number): void {
    const given: number[] = []
    const leftFrom = batch.leftFrom.slice(0, batch.readings)
    for (let i = batch.count - 1; i >= 0; i--) {
      const owner = batch.owners[i] ?? 0
      const offset = batch.updates[i]?.offset ?? 0
      if (i >= taken) leftFrom[owner] = offset
      else given[owner] = Math.max(given[owner] ?? 0, offset)
      if (i < taken) this.newestOffset = Math.max(this.newestOffset, offset)
    }
    this.owed = this.owed.filter((reading, index) => {
      const isTaken = given[index] !== undefined || leftFrom[index] === 0
      return !isTaken || this.given(reading, given[index] ?? reading.cursor, leftFrom[index] ?? 0)
    })
    this.completeWalks()
  }

  /** Drops what lies behind the first `left`. One by one where there are few: a list whose length is set loses its memory. */
  private keepOwed(left: number): void {
    if (this.owed.length > owedPoppedMax) this.owed.length = left
    else while (this.owed.length > left) this.owed.pop()
  }

  /** The reading was given everything up to `cursor`; whether the rest, from `leftFrom` on, is still owed and may leave. */
  private given(reading: Reading, cursor: number, leftFrom: number): boolean {
    const walks = reading.gave(cursor, leftFrom)
    if (walks.length > 0) this.complete ??= []
    for (const walk of walks) this.complete?.push(walk)
    if (leftFrom === 0) this.settle(reading)
    else if (reading.intervalMs > 0 && !reading.topic.isRemoved) this.paced.hold(reading, this.host.nowMs())
    else return true
    return false
  }

  /** Once everything is in its place again: walks that are complete ask where the reader stands. */
  private completeWalks(): void {
    const { complete } = this
    this.complete = null
    if (complete) for (const walk of complete) walk.sent()
  }

  private newReading(subscription: Subscription, topic: Topic, heldOffset: number, hadValue: boolean): Reading {
    // Who may read what changed since that version: it may not have been given.
    const rightsOffset = Math.max(this.host.rightsOffset, this.rightsOffset)
    const isGiven = heldOffset > rightsOffset && subscription.wasGiven(heldOffset, hadValue)
    return new Reading(subscription, topic, false, heldOffset, isGiven)
  }

  private settle(reading: Reading): void {
    reading.settle()
    if (reading.isNamed && !reading.topic.isRemoved) return
    if (this.byTopic?.get(reading.topic.id) === reading) this.byTopic.delete(reading.topic.id)
    reading.detach()
  }

  private account(bytes: number, updates: number): void {
    this.budget?.spend(bytes)
    this.counters.flushes += 1
    this.counters.updates += updates
    this.counters.bytes += bytes
  }

  /** The position to write, if something older than the newest update of this flush stays behind. [SEM 1.4] */
  private standing(epoch: string, batch: SharedBatch): Position | null {
    const { resumingFrom } = this
    if (batch.newestOffset === 0 && resumingFrom === null) return null
    const isWhole = batch.readings === this.owed.length && this.paced.all.length === 0 && resumingFrom === null
    const newestOffset = Math.max(this.newestOffset, batch.newestOffset)
    const { unmarkedFrom } = this.host
    if (isWhole && !batch.isPartly && unmarkedFrom > newestOffset) return null
    const left = [...this.owed.slice(batch.readings), ...this.paced.all]
    return positionOf({ epoch, newestOffset, resumingFrom, unmarkedFrom }, left, partlyGathered(batch, this.owed))
  }
}

const none: readonly never[] = []
