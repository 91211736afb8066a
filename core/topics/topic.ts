import type { Attributes, Handling, TopicProperties, ValueType } from '../messages.js'
import type { Update, UpdateTopic } from '../update.js'
import { silent } from './handlings.js'
import type { HeldValue } from './held-value.js'
import type { History } from './history.js'
import type { IdlePlace } from './idle-order.js'
import type { TreeNode } from './topic-tree.js'
import type { ValuePlace } from './value-store.js'
import { nowhere } from './value-store.js'

/** One session's interest in one topic, as far as the topic must know it. */
export interface TopicReader {
  /** Offset of the oldest update that is owed as itself: from here on history must stay. 0: the newest will do. */
  readonly everyFrom: number
  /** The topic changed; `firstOffset` is the oldest change that this reader has not been told of. */
  owe(firstOffset: number): void
}

/**
 * What is true of one path. A million of these must fit in memory, so it holds numbers and a place in the `ValueStore`;
 * what only readers need is in `Live`, which most topics of a big tree do not have.
 *
 * Changed by `Topics` alone, when it folds a record of the log.
 */
export class Topic implements UpdateTopic {
  readonly id: number
  readonly node: TreeNode
  properties: TopicProperties
  /** Version of the newest record, and of the one before; 0: none. */
  offset = 0
  previousOffset = 0
  timeMs = 0
  /**
   * When the gateway took the newest record; never the source's time. A number from the start: a field that is `undefined`
   * until the constructor sets it gets a new heap number with each update, and those do not die young.
   */
  acceptedMs = 0
  /** Null until somebody asks for the type of a value that came without one. */
  type: ValueType | null = null
  valuePlace: ValuePlace = nowhere
  valueLength = 0
  attributes: Attributes | null = null
  handling: Handling = silent
  /** The session that wrote the newest record; empty: none. */
  origin = ''
  expiresAtMs = 0
  /** On the dirty list: changed since its readers were last marked. */
  isDirty = false
  /** Gone from the tree; readers may still have to be told. */
  isRemoved = false
  /** The newest version was given to a reader: it becomes a base of deltas once there is a newer one. */
  isGiven = false
  live: Live | null = null
  /** Among the topics that may go to make room; null: it is none of these. */
  idle: IdlePlace | null = null

  constructor(id: number, node: TreeNode, properties: TopicProperties, acceptedMs: number) {
    this.id = id
    this.acceptedMs = acceptedMs
    this.node = node
    this.properties = properties
  }

  /** Made from the tree at each call: a million paths would cost more than their names. */
  get path(): string {
    return this.node.path
  }

  /** Whether there is a value to show to those who come later. */
  get hasValue(): boolean {
    return this.valuePlace !== nowhere && this.properties.keep
  }

  /** One reader less is owed something. Who comes later has the update made anew. */
  settled(): void {
    const { live } = this
    if (live === null) return
    live.owing -= 1
    if (live.owing === 0) live.current = null
    this.forgetUnused()
  }

  /** What only readers need goes when nothing is in it: told once, in a snapshot say, it dies young. */
  forgetUnused(): void {
    if (this.live?.isUnused) this.live = null
  }
}

/** What the readers of a topic need beyond its newest value. */
export class Live {
  /** Subscriptions that name this topic, and wildcard readings that owe each of its updates. */
  readonly readers: TopicReader[] = []
  /** How many of them need every update. */
  everyReaders = 0
  /** Of these, those that read messages: they come back to what waits for them in a queue. */
  messageReaders = 0
  history: History | null = null
  /** How many readers owe a change of the topic to their client. */
  owing = 0
  /** The newest version as an update: made when several are owed it, gone when nobody is any more. */
  current: Update | null = null
  /** Earlier versions that a reader was given, oldest first; bases for deltas. [SEM 3.4] */
  readonly bases: HeldValue[] = []
  /** When the newest base was made, monotonic ms. */
  basedMs = 0
  /** The topic stands in `Versions.kept`. */
  isKept = false

  /** Nobody reads the topic or is owed it, and nothing is kept of it. */
  get isUnused(): boolean {
    return this.owing === 0 && this.readers.length === 0 && !this.isKept
  }
}
