import type { Delivery, MessageTerms, Priority, SubscribeOptions } from '../messages.js'
import type { Selector } from '../topics/selector.js'
import type { Topic } from '../topics/topic.js'
import type { Outbox } from './outbox.js'
import type { Reading } from './reading.js'
import type { Snapshot } from './snapshot.js'

/** One session's wish to be told of all topics that a selector matches. */
export class Subscription {
  readonly outbox: Outbox
  /** Numbers the subscription within its session. */
  readonly id: number
  readonly selector: Selector
  options: SubscribeOptions
  /** Every change above this offset is owed to it: from its beginning on, or from that of the one whose place it took. */
  sinceOffset: number
  /** Offset of the log when its walk began: what changes later is marked, the rest is found by the walk. */
  startOffset: number
  /** Where it names a topic that exists: how the session stands with that topic. */
  reading: Reading | null = null
  /** Its first snapshot, or what a resume owes, while that is being sent. */
  snapshot: Snapshot | null = null
  /** The first snapshot was complete once; a resume may then build on it. */
  isSynced = false
  /** `synced` is still to be said. */
  owesSynced = true
  /** It took the place of one that was synced: its reader is owed the changes too that come while its own snapshot is on its way. */
  continues = false
  /** Only some of the matching topics may be read: ask for each. [SEM 6.2] */
  isPartlyReadable = false
  /**
   * Its reader, who could read some of the topics only, came back with other rights and is not yet heard to have been welcomed:
   * whatever it says, it lacks the values of what it may read now.
   */
  isWidened = false
  /** It is over: nothing is told of it any more. */
  isEnded = false
  /** What the newest subscription was numbered when it ended; 0: it did not. */
  issuedAtEnd = 0
  /** A reader who kept up was given the value of every topic that had one. */
  gaveValues = false

  constructor(outbox: Outbox, id: number, selector: Selector, options: SubscribeOptions, startOffset: number) {
    this.outbox = outbox
    this.id = id
    this.selector = selector
    this.options = options
    // Readers of messages are told retained values apart: what they read begins at once.
    if (options.messages) {
      this.isSynced = true
      this.owesSynced = false
    }
    this.sinceOffset = startOffset
    this.startOffset = startOffset
  }

  /** What came before is told, or was: a resume may build on the position that its reader applied. */
  get isResumable(): boolean {
    return this.isSynced || this.continues
  }

  /** How it gets messages; null: it reads states. */
  get terms(): MessageTerms | null {
    return this.options.messages?.terms ?? null
  }

  /** Readers of messages want each unless somebody says otherwise. */
  deliveryOf(topic: Topic): Delivery {
    const usual = this.options.messages ? 'all' : 'latest'
    return this.options.delivery ?? topic.properties.delivery ?? usual
  }

  /** Whether there can be a topic of which it wants each change although the topic does not say so. */
  get mayWantEvery(): boolean {
    return this.options.delivery === 'all' || (this.options.delivery === null && this.terms !== null)
  }

  priorityOf(topic: Topic): Priority {
    return this.options.priority ?? topic.properties.priority
  }

  /** A topic changed, first at this offset: from where on that is owed; 0: it came before the beginning, or the walk finds it. */
  owedFrom(topic: Topic, firstOffset: number): number {
    const before = this.snapshot?.past.missed ? this.startOffset : this.sinceOffset
    // No snapshot says that a topic went; its client may know it from before.
    if (topic.offset <= before) return topic.isRemoved ? topic.offset : 0
    return Math.max(firstOffset, this.sinceOffset + 1)
  }

  /**
   * Whether a reader who kept up was given this version of a topic: every one that followed a change, and those that the walk
   * found. `hadValue`: there was a value to give.
   */
  wasGiven(offset: number, hadValue: boolean): boolean {
    if (offset > this.startOffset) return true
    if (this.snapshot !== null || !this.isSynced || offset === 0) return false
    return offset > this.sinceOffset || (this.gaveValues && hadValue)
  }
}
