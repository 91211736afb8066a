import { Fifo } from '../fifo.js'
import { pace } from '../limits.js'
import type { MessageTerms } from '../messages.js'
import { costOf } from '../topics/history.js'
import type { Batch } from '../transport.js'
import { itemFlags, qosOf } from '../transport.js'
import type { Update } from '../update.js'
import type { MessageGroup } from './message-group.js'
import { staysWithMember } from './message-group.js'
import type { QueueBounds } from './queue-bounds.js'
import { QueueShare } from './queue-bounds.js'
import { Unsettled } from './unsettled.js'

/** One message for one reader, on its way. */
export interface QueuedMessage {
  readonly update: Update
  readonly terms: MessageTerms
  /** Bits of `itemFlags`. */
  readonly flags: number
  /** The group from which the reader has it; null: it is for this reader alone. */
  readonly group: MessageGroup | null
}

/**
 * Messages of one reader that are to be told as themselves: what came while it had no link, what its last link had not settled,
 * retained values, its share of what a group reads. References to updates, in the order in which they leave; what readings owe
 * comes behind them.
 */
export class MessageQueue {
  /** Taken by the link and not settled. */
  readonly unsettled = new Unsettled()
  /** Messages that found no room, since the beginning. */
  dropped = 0
  /** Who waits for room. */
  private awaiting: (() => void)[] = []
  private readonly waiting = new Fifo<QueuedMessage>()
  private readonly bounds: QueueBounds
  private readonly share: QueueShare

  /** `ownerName`: for whom it waits. */
  constructor(bounds: QueueBounds, ownerName: string) {
    this.bounds = bounds
    this.share = new QueueShare(ownerName, this)
  }

  /** What waits costs, bytes. */
  get bytes(): number {
    return this.share.bytes
  }

  get size(): number {
    return this.waiting.size
  }

  /** More may be queued of what can as well be found later: so little waits. */
  get hasRoom(): boolean {
    return this.size < pace.snapshotOwedMax && this.bytes < pace.queuedAheadBytes
  }

  /** Calls back once, when there is room. */
  whenRoom(task: () => void): void {
    this.awaiting.push(task)
  }

  /** The message at this place, 0 being the one that leaves next. */
  at(index: number): QueuedMessage | null {
    return this.waiting.at(index)
  }

  /** All that its reader is not done with, as the next link would be given it. */
  left(): QueuedMessage[] {
    const left = this.unsettled.all().map(again)
    for (let i = 0; i < this.size; i++) {
      const message = this.at(i)
      if (message) left.push(message)
    }
    return left
  }

  /** Joins at the end; where there is no room the oldest goes, here or where most waits. [SEM 3.3] */
  push(message: QueuedMessage): void {
    this.join(message)
    while (this.size > 1 && this.bounds.isOver(this.size, this.bytes)) this.giveWay()
    this.bounds.makeRoom(this)
  }

  /** The oldest goes for lack of room, and is counted. */
  giveWay(): void {
    const dropped = this.take()
    if (!dropped) return
    dropped.group?.release(dropped.update)
    this.dropped += 1
    this.bounds.dropped += 1
    this.callBack()
  }

  /** Was here before: stands in front again, whatever the bounds, which it was within. */
  putBack(message: QueuedMessage): void {
    this.waiting.putBack(message)
    this.grow(costOf(message.update))
  }

  /** The oldest leaves; null: there is none. */
  take(): QueuedMessage | null {
    const message = this.waiting.take()
    if (message) this.grow(-costOf(message.update))
    return message
  }

  /** The link took so many from the front. */
  taken(count: number): void {
    const given: QueuedMessage[] = []
    for (let i = 0; i < count; i++) {
      const message = this.take()
      if (message) given.push(message)
    }
    // Only now: a group that hears of it queues more, for which what is oldest may have to go, here too.
    for (const message of given) this.gave(message)
    this.callBack()
  }

  /** Where there is room, who waits for it hears so. */
  private callBack(): void {
    if (this.awaiting.length === 0 || !this.hasRoom) return
    const { awaiting } = this
    this.awaiting = []
    for (const task of awaiting) task()
  }

  /** The link took this message: where it is to arrive it is kept until it is settled. */
  gave(message: QueuedMessage): void {
    const { update, terms, group } = message
    if (qosOf(update, terms) > 0) this.unsettled.add(update, terms, message.flags, group)
    else group?.done(update)
  }

  /** The link took so many of the messages of a batch, which no group gave. */
  gaveOf({ updates, terms, flags }: Batch, count: number): void {
    for (let i = 0; i < count; i++) {
      const update = updates[i]
      const wanted = terms[i]
      if (update && wanted && qosOf(update, wanted) > 0) this.unsettled.add(update, wanted, flags[i] ?? 0, null)
    }
  }

  /** There is no link: the messages of a batch wait here. Those that may be lost are, unless `keepsLossy`. */
  absorb(batch: Batch, keepsLossy: boolean): void {
    for (let i = 0; i < batch.count; i++) {
      const message = ownMessage(batch, i)
      if (message && (keepsLossy || qosOf(message.update, message.terms) > 0)) this.push(message)
    }
  }

  /** The groups of which something waits. */
  get groups(): ReadonlySet<MessageGroup> {
    const groups = new Set<MessageGroup>()
    for (let i = 0; i < this.size; i++) {
      const group = this.at(i)?.group
      if (group) groups.add(group)
    }
    return groups
  }

  /** Takes out what the reader has from a group, oldest first. */
  removeOf(group: MessageGroup): QueuedMessage[] {
    return this.removeWhere((message) => message.group === group && !staysWithMember(message))
  }

  /** Takes out what waits and is chosen, oldest first. */
  removeWhere(isChosen: (message: QueuedMessage) => boolean): QueuedMessage[] {
    const removed: QueuedMessage[] = []
    for (let left = this.size; left > 0; left--) {
      const message = this.take()
      if (!message) break
      if (isChosen(message)) removed.push(message)
      else this.join(message)
    }
    if (this.awaiting.length > 0 && this.hasRoom) this.callBack()
    return removed
  }

  /** The link is gone: what it did not settle is to be told again, first. */
  unlinked(): void {
    const left = this.unsettled.takeAll()
    for (const message of left.reverse()) this.putBack(again(message))
  }

  /** The reader is gone. */
  clear(): void {
    while (this.take());
    this.bounds.left(this.share)
    this.unsettled.takeAll()
    this.awaiting = []
  }

  private join(message: QueuedMessage): void {
    this.waiting.push(message)
    this.grow(costOf(message.update))
  }

  private grow(bytes: number): void {
    this.bounds.grew(this.share, bytes)
  }
}

/** A message that a link was given and did not settle. */
function again(message: QueuedMessage): QueuedMessage {
  return { ...message, flags: message.flags | itemFlags.again }
}

/** A message of a batch, for the reader alone; null: it is a state. */
function ownMessage({ updates, terms, flags }: Batch, index: number): QueuedMessage | null {
  const update = updates[index]
  const wanted = terms[index]
  return update && wanted ? { update, terms: wanted, flags: flags[index] ?? 0, group: null } : null
}
