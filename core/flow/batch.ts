import { pace } from '../limits.js'
import type { MessageTerms } from '../messages.js'
import type { History } from '../topics/history.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import type { Audience, Batch } from '../transport.js'
import { itemFlags, qosOf } from '../transport.js'
import type { HeldVersion, Update } from '../update.js'
import type { MessageQueue } from './message-queue.js'
import type { Reading } from './reading.js'

/** The audience before the first flush: equal to none. */
const nobody: Audience = { features: { deltas: false, deflate: false }, outwardPath: (path) => path }

/**
 * The updates of one flush, gathered from what a session is owed; and, as long as the next sessions of the same slice owe the
 * same, their updates too: then nothing is gathered or encoded again. One object, filled over and over: columns are never cut,
 * since each would need new memory for the next batch; what lies behind `count` and `readings` is left over from longer ones.
 */
export class SharedBatch implements Batch {
  audience: Audience = nobody
  count = 0
  readonly updates: Update[] = []
  readonly terms: (MessageTerms | null)[] = []
  readonly bases: (HeldVersion | null)[] = []
  readonly flags: number[] = []
  /** For each item, which of the gathered readings it belongs to. */
  readonly owners: number[] = []
  /** Expected size on the wire. */
  bytes = 0
  /** Offset of the newest update that moves the position; 0: none does. */
  newestOffset = 0
  /** Some reading was given only the first of the updates that it is owed. */
  isPartly = false
  /** How many readings were gathered, from the front. */
  readings = 0
  /** For each of them the offset it will have been given. */
  readonly cursors: number[] = []
  /** For each of them the offset of the next update that did not fit; 0: it was gathered whole. */
  readonly leftFrom: number[] = []
  private readonly topics: Topics
  private readonly keyTopics: (Topic | null)[] = []
  private readonly keyCursors: number[] = []
  private readonly keyEvery: number[] = []
  private readonly keyBits: number[] = []
  private readonly keyTerms: (MessageTerms | null)[] = []
  /** What was gathered is for one reader alone. */
  private isPrivate = false
  /** Readings of which updates were lost that were owed each. */
  gaps = 0
  /** Some of it is kept until the link has settled it. */
  isSettled = false
  /** It was gathered of what waits as messages. */
  isQueued = false
  private turn = -1
  /** More was owed than one flush may have, whatever the room. */
  private isCut = false
  /** What was gathered, counted as `pace.flushUpdatesMax` counts. */
  private effort = 0
  /** Finished frames, and the codecs that made them; the first `frameCount` are of this batch. */
  private readonly frames: Uint8Array[] = []
  private readonly codecs: object[] = []
  private frameCount = 0

  constructor(topics: Topics) {
    this.topics = topics
  }

  frameOf(codec: object): Uint8Array | null {
    for (let i = 0; i < this.frameCount; i++) if (this.codecs[i] === codec) return this.frames[i] ?? null
    return null
  }

  keepFrame(codec: object, frame: Uint8Array): void {
    this.frames[this.frameCount] = frame
    this.codecs[this.frameCount] = codec
    this.frameCount += 1
  }

  /**
   * Whether what was gathered last serves these readings too: same audience, same topics from the same versions, all of it fits.
   * Where more is owed than a flush may have it serves as many from the front.
   */
  serves(audience: Audience, readings: readonly Reading[], roomBytes: number, turn: number): boolean {
    if (this.isPrivate || this.turn !== turn || this.audience !== audience || this.bytes > roomBytes) return false
    if (this.isCut ? this.readings > readings.length : this.readings !== readings.length) return false
    for (let i = 0; i < this.readings; i++) {
      const reading = readings[i]
      if (!reading || reading.topic !== this.keyTopics[i]) return false
      if (reading.cursor !== this.keyCursors[i] || reading.everyFrom !== this.keyEvery[i]) return false
      if (reading.terms !== this.keyTerms[i] || bitsOf(reading) !== this.keyBits[i]) return false
    }
    return true
  }

  /** Gathers from the front until about `roomBytes` are used, or so many updates that more would take too long; at least one. */
  gather(audience: Audience, readings: readonly Reading[], roomBytes: number, turn: number): void {
    this.reset(audience, turn)
    for (const reading of readings) {
      if (this.isFull(roomBytes)) break
      // Its readers have yet to be marked: what is sent now they would be sent again.
      if (reading.topic.isDirty) break
      this.keyTopics[this.readings] = reading.topic
      this.keyCursors[this.readings] = reading.cursor
      this.keyEvery[this.readings] = reading.everyFrom
      this.keyBits[this.readings] = bitsOf(reading)
      this.keyTerms[this.readings] = reading.terms
      if (reading.terms?.excludesOwn) this.isPrivate = true
      this.gatherOne(reading, roomBytes)
      this.readings += 1
    }
    this.isCut = this.fillsStep && this.readings < readings.length
    if (!this.isOrdered()) this.order()
  }

  /** Takes messages as they wait, in their order; at least one. */
  gatherQueued(audience: Audience, queue: MessageQueue, roomBytes: number, turn: number): void {
    this.reset(audience, turn)
    this.isPrivate = true
    this.isQueued = true
    for (let i = 0; i < queue.size && !this.isFull(roomBytes); i++) {
      const message = queue.at(i)
      if (message) this.add(message.update, null, message.flags, message.terms)
    }
  }

  /** Nothing but replies. */
  reset(audience: Audience, turn: number): void {
    this.audience = audience
    this.turn = turn
    this.count = 0
    this.bytes = 0
    this.newestOffset = 0
    this.readings = 0
    this.isPartly = false
    this.isCut = false
    this.isPrivate = false
    this.isQueued = false
    this.isSettled = false
    this.gaps = 0
    this.effort = 0
    this.frameCount = 0
  }

  private isFull(roomBytes: number): boolean {
    return this.count > 0 && (this.bytes >= roomBytes || this.fillsStep)
  }

  /** As much as one step may hold. */
  get fillsStep(): boolean {
    return this.effort >= pace.flushUpdatesMax
  }

  private gatherOne(reading: Reading, roomBytes: number): void {
    this.cursors[this.readings] = reading.topic.offset
    this.leftFrom[this.readings] = 0
    const history = reading.topic.live?.history
    const isEvery = reading.keepsEvery && reading.everyFrom > 0
    if (reading.hasGap) this.gaps += 1
    // Of messages that are lost the oldest are: the rest is told as if nothing had been. [SEM 3.3]
    const isWhole = reading.terms !== null || (history && history.lostOffset < reading.everyFrom)
    if (isEvery && history && isWhole) this.gatherEvery(reading, history, roomBytes)
    else this.gatherNewest(reading)
  }

  private gatherNewest(reading: Reading): void {
    const { topic } = reading
    // Created again before this reader was told: it gets the new value in full instead, and if that goes too, its removal: a
    // removal therefore speaks for its path, and is sent to readers who may never have heard of the topic. [SEM 3.6]
    if (topic.isRemoved && !reading.keepsEvery && this.topics.tree.find(topic.path)) return
    const update = this.topics.versions.current(topic)
    if (reading.terms !== null && !isFor(reading, reading.terms, update)) return
    const isFollowing = reading.isHeld && update.previous === reading.cursor && update.previousTimeMs > 0
    const flags =
      (reading.isHeld ? 0 : itemFlags.bind) |
      (reading.isFirst ? itemFlags.snapshot : 0) |
      (reading.hasGap ? itemFlags.gap : 0) |
      (isFollowing ? itemFlags.follows : 0)
    this.add(update, this.baseFor(reading, update), flags, reading.terms)
  }

  private gatherEvery(reading: Reading, history: History, roomBytes: number): void {
    let base: HeldVersion | null = reading.isHeld ? this.topics.versions.base(reading.topic, reading.cursor) : null
    let heldOffset = reading.isHeld ? reading.cursor : -1
    const { terms } = reading
    const from = history.indexAfter(reading.everyFrom - 1)
    const end = reading.intervalMs > 0 && !reading.topic.isRemoved ? Math.min(history.count, from + 1) : history.count
    let next = from
    for (; next < end && !this.isFull(roomBytes); next++) {
      const update = history.at(next)
      if (!update) break
      const isFollowing = update.previous === heldOffset && update.previousTimeMs > 0
      const flags = heldOffset === -1 ? itemFlags.bind : isFollowing ? itemFlags.follows : 0
      if (terms === null || isFor(reading, terms, update)) this.add(update, this.deltaBase(base, update), flags, terms)
      base = isGoodForDelta(update) ? update : null
      heldOffset = update.offset
    }
    this.cursors[this.readings] = heldOffset === -1 ? reading.cursor : heldOffset
    const leftFrom = history.at(next)?.offset ?? 0
    this.leftFrom[this.readings] = leftFrom
    if (leftFrom > 0) this.isPartly = true
  }

  private baseFor(reading: Reading, update: Update): HeldVersion | null {
    if (!reading.isHeld) return null
    return this.deltaBase(this.topics.versions.base(reading.topic, reading.cursor), update)
  }

  private deltaBase(base: HeldVersion | null, update: Update): HeldVersion | null {
    if (base === null || !this.audience.features.deltas || base.type !== update.type) return null
    const isLong = update.value.length >= pace.deltaBytesMin
    return isLong && update.content === 'value' ? base : null
  }

  private add(update: Update, base: HeldVersion | null, flags: number, terms: MessageTerms | null): void {
    this.updates[this.count] = update
    this.terms[this.count] = terms
    if (terms !== null && qosOf(update, terms) > 0) this.isSettled = true
    this.bases[this.count] = base
    this.flags[this.count] = flags
    this.owners[this.count] = this.readings
    this.count += 1
    this.effort += update.isShared ? 1 : pace.ownUpdateCounts
    this.bytes +=
      pace.updateOverheadBytes + (base ? Math.min(pace.deltaGuessBytes, update.value.length) : update.value.length)
    if ((flags & itemFlags.snapshot) === 0) this.newestOffset = Math.max(this.newestOffset, update.offset)
  }

  private isOrdered(): boolean {
    for (let i = 1; i < this.count; i++) if (this.offsetAt(i) < this.offsetAt(i - 1)) return false
    return true
  }

  private offsetAt(index: number): number {
    return this.updates[index]?.offset ?? 0
  }

  /** Within a flush, updates leave in the order of their offsets. [SEM 1.4] */
  private order(): void {
    const order = Array.from({ length: this.count }, (_, index) => index).sort(
      (a, b) => this.offsetAt(a) - this.offsetAt(b),
    )
    reorder(this.updates, order)
    reorder(this.terms, order)
    reorder(this.bases, order)
    reorder(this.flags, order)
    reorder(this.owners, order)
  }
}

function reorder<T>(column: T[], order: readonly number[]): void {
  const before = column.slice()
  for (const [to, from] of order.entries()) {
    const item = before[from]
    if (item !== undefined) column[to] = item
  }
}

/**
 * Whether a reader of messages is told of this change: it is a message, and not one that it wants to hear from others only. Who reads
 * the latest was not told the message that removed the topic, only that it is removed.
 */
function isFor({ outbox, keepsEvery }: Reading, { excludesOwn }: MessageTerms, update: Update): boolean {
  const isMessage = update.handling.isMessage || (update.content === 'removed' && !keepsEvery)
  return isMessage && !(excludesOwn && update.origin !== '' && update.origin === outbox.origin)
}

/** Whether a delta can be made against it. */
function isGoodForDelta(update: Update): boolean {
  return update.content === 'value' && update.value.length >= pace.deltaBytesMin
}

/** What else decides about the bytes, beside topic and cursor. */
function bitsOf(reading: Reading): number {
  return (
    (reading.isHeld ? 1 : 0) |
    (reading.keepsEvery ? 2 : 0) |
    (reading.isFirst ? 4 : 0) |
    (reading.intervalMs > 0 ? 8 : 0)
  )
}
