import type { GatewayMessage, Position } from '../messages.js'
import type { Audience, Link, Rest, Taken } from '../transport.js'
import type { SharedBatch } from './batch.js'
import type { ByteBudget } from './byte-budget.js'
import type { MessageGroup } from './message-group.js'
import type { QueuedMessage } from './message-queue.js'
import { MessageQueue } from './message-queue.js'
import type { OutboxHost } from './outbox-host.js'
import { OutboxCounters } from './outbox-host.js'
import { OwedReadings } from './owed-readings.js'
import type { ParkedWalk } from './parked-walks.js'
import { ParkedWalks } from './parked-walks.js'
import type { Reading } from './reading.js'
import { partlyGathered, positionOf } from './standing.js'
import { WireShare } from './wire-share.js'

/**
 * What one session still has to be told.
 *
 * In this order: answers, messages that are told as themselves, and what its readings owe.
 *
 * Invariant: with something owed it is in the FIFO of `Turns` (`isDue`), or waits for its link (`isBlocked`) or the end of a go of
 * that (`isInGo`), or has a wake-up time, or its readings are being looked through (`isRefreshing`); with no link, nothing is owed.
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
  /** Its link hands over what came, and says when that is over: answers wait for it. */
  isInGo = false
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
  readonly owed: OwedReadings
  private readonly host: OutboxHost
  private readonly wireShare = new WireShare()
  /** Null: no walk waits until less is owed. */
  private parked: ParkedWalks | null = null

  constructor(host: OutboxHost) {
    this.host = host
    this.owed = new OwedReadings(this, host)
  }

  get owedCount(): number {
    return this.owed.count + this.queuedCount
  }

  /** What waits for its link alone, and for no slot: how far ahead of the link walks are. */
  get readyCount(): number {
    return this.owed.ready.length + this.queuedCount
  }

  /** Messages that wait in its queue. */
  get queuedCount(): number {
    return this.messages?.size ?? 0
  }

  /** Whether changes are noted: for its link, or for the one to come. */
  get isOpen(): boolean {
    return this.link !== null || this.outlivesLinks
  }

  reply(message: GatewayMessage, carriedBytes = 0): void {
    if (this.link === null) return
    this.replies.push(message)
    this.repliesBytes += carriedBytes
    if (!this.isInGo) this.becomeDue()
  }

  /** A go of its link is over. Returns whether it is owed answers and nothing else, so that they need not wait for its turn. */
  endGo(): boolean {
    this.isInGo = false
    if (this.replies.length === 0) return false
    if (!this.isDue && !this.isBlocked && !this.hasUpdates) return true
    this.becomeDue()
    return false
  }

  wakeAt(timeMs: number): void {
    this.host.wakeAt(this, timeMs)
  }

  /** The link can take something again, or the time has come: readings whose slot is reached may leave. */
  ready(): void {
    this.isBlocked = false
    this.isFull = false
    this.owed.release(this.host.nowMs())
    for (const group of this.groups) group.dispatch()
    if (this.hasUpdates || (this.replies.length > 0 && !this.isInGo)) this.becomeDue()
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
    return this.owed.ready.length > 0 || this.queuedCount > 0
  }

  /** Its readings serve the subscriptions that are there now. */
  refreshed(): void {
    this.isRefreshing = false
    if (this.hasUpdates) this.becomeDue()
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
    this.owed.sort()
    this.gather(audience, batch, roomBytes, turn)
    const hasItems = batch.count > 0 || this.replies.length > 0
    const updates = hasItems ? this.send(link, batch, epoch) : 0
    if (!hasItems) this.leftWhole(batch)
    if ((this.hasUpdates && !this.isRefreshing) || this.replies.length > 0) this.becomeDue()
    this.parked?.offer()
    return updates
  }

  /** What waits as messages goes first: what readings owe came later. */
  private gather(audience: Audience, batch: SharedBatch, roomBytes: number, turn: number): void {
    const { messages } = this
    const { ready } = this.owed
    if (this.isFull || this.isRefreshing) batch.reset(audience, turn)
    else if (messages && messages.size > 0) batch.gatherQueued(audience, messages, roomBytes, turn)
    else if (ready.length === 0) batch.reset(audience, turn)
    else if (!batch.serves(audience, ready, roomBytes, turn)) batch.gather(audience, ready, roomBytes, turn)
  }

  /** There is no link: what is owed to readers of messages waits as messages for the next. What may be lost is. [SEM 1.5] */
  private absorb(audience: Audience, batch: SharedBatch, turn: number): number {
    const { owed } = this
    owed.rest()
    if (owed.ready.length > 0) batch.gather(audience, owed.ready, Number.POSITIVE_INFINITY, turn)
    else batch.reset(audience, turn)
    this.queueOf().absorb(batch, this.group?.isHeard === true)
    this.leftWhole(batch)
    this.group?.dispatch()
    if (owed.ready.length > 0) this.becomeDue()
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
    if (updates === batch.count) this.leftWhole(batch)
    else this.left(this.owed.leavePartly(batch, updates))
    return updates
  }

  /** Everything gathered was taken. */
  private leftWhole(batch: SharedBatch): void {
    this.owed.leave(batch)
    this.left(batch.newestOffset)
  }

  private left(newestOffset: number): void {
    this.newestOffset = Math.max(this.newestOffset, newestOffset)
    this.owed.completeWalks()
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
    if (batch.readings < this.owed.ready.length || batch.isPartly) return batch.fillsStep ? 'follows' : 'waits'
    const isOver = batch.newestOffset > 0 && this.replies.length === 0 && !this.owed.hasPaced
    return isOver ? 'nothing' : 'waits'
  }

  /** Where the reader stands once everything sent so far is applied. */
  position(epoch: string): Position {
    const { newestOffset, resumingFrom } = this
    const { unmarkedFrom } = this.host
    const standing = { epoch, newestOffset, resumingFrom, unmarkedFrom }
    return positionOf(standing, this.owed.all) ?? { epoch, offset: newestOffset, held: [] }
  }

  /** Without a link nothing is owed: what is, is found again when the session resumes. [SEM 1.5] */
  detach(): void {
    this.link = null
    this.isBlocked = false
    this.isFull = false
    this.isInGo = false
    this.replies.length = 0
    this.repliesBytes = 0
    this.messages?.unlinked()
    this.giveBack()
    this.parked = null
    if (this.outlivesLinks) {
      this.touched()
      if (this.owed.ready.length > 0) this.becomeDue()
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
    this.owed.wake()
  }

  /** Nothing is owed any more: it is found again by who needs it. */
  forget(): void {
    this.owed.clear()
    this.resumingFrom = null
  }

  /** Nothing of these readings is owed any more; those without a name end. */
  drop(readings: ReadonlySet<Reading>): void {
    this.owed.drop(readings)
    this.owed.completeWalks()
    this.parked?.offer()
  }

  /** Something may leave, if its link lets it. */
  becomeDue(): void {
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

  private findGaps(): void {
    for (const reading of this.owed.ready.slice()) {
      // Once its subscription has ended, the readings must first be looked through.
      if (this.isRefreshing) return
      if (reading.hasGap && reading.subscription.options.overflow !== 'conflate') this.host.overflowed(this, reading)
    }
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
    const { owed } = this
    const isWhole = batch.readings === owed.count && resumingFrom === null
    const newestOffset = Math.max(this.newestOffset, batch.newestOffset)
    const { unmarkedFrom } = this.host
    if (isWhole && !batch.isPartly && unmarkedFrom > newestOffset) return null
    const partly = partlyGathered(batch, owed.ready)
    return positionOf({ epoch, newestOffset, resumingFrom, unmarkedFrom }, owed.behind(batch.readings), partly)
  }
}

const none: readonly never[] = []
