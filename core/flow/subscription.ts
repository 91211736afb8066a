import type { Delivery, Priority, SubscribeOptions } from '../messages.js'
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
  /** Offset of the log when it began: changes up to here belong to the snapshot. */
  startOffset: number
  /** Where it names a topic that exists: how the session stands with that topic. */
  reading: Reading | null = null
  /** Its first snapshot, or what a resume owes, while that is being sent. */
  snapshot: Snapshot | null = null
  /** The first snapshot was complete once; a resume may then build on it. */
  isSynced = false
  /** It began with a snapshot: a reader who kept up was given the value of every topic, and later changes can build on it. */
  readonly gaveSnapshot: boolean
  /** Only some of the matching topics may be read: ask for each. [SEM 6.2] */
  isPartlyReadable = false

  constructor(outbox: Outbox, id: number, selector: Selector, options: SubscribeOptions, startOffset: number) {
    this.outbox = outbox
    this.id = id
    this.selector = selector
    this.options = options
    this.startOffset = startOffset
    this.gaveSnapshot = options.snapshot && options.since.kind === 'now'
  }

  deliveryOf(topic: Topic): Delivery {
    return this.options.delivery ?? topic.properties.delivery
  }

  priorityOf(topic: Topic): Priority {
    return this.options.priority ?? topic.properties.priority
  }
}
