/** How a value's bytes are to be read. `int64` and `double` are shortest decimal text. [SEM 4.4] */
export type ValueType = 'json' | 'string' | 'int64' | 'double' | 'binary'

/** `latest`: the newest value wins. `all`: each update, in order. [SEM 2.4] */
export type Delivery = 'latest' | 'all'

/** How surely a message is handed on: 0 at most once, 1 at least once, 2 exactly once. */
export type Qos = 0 | 1 | 2

/** How an update came, and is to be handed on to readers of messages. One object for all updates that came alike. */
export interface Handling {
  /** How surely its publisher handed it over; readers get it no more surely. */
  readonly qos: Qos
  /** It is what later readers of messages are told first. [SEM 4.5] */
  readonly isRetained: boolean
  /** Readers of messages are told; false: it is news to readers of states alone. */
  readonly isMessage: boolean
}

/** 0 leaves first, 3 last. [SEM 3.1] */
export type Priority = 0 | 1 | 2 | 3

/** What travels beside a value, unchanged over every transport; at most `attributesBytesMax`. [SEM 1.7] */
export interface Attributes {
  /** Name and value, in the publisher's order; a name may repeat. */
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly contentType: string | null
  /** The publisher says that the value is UTF-8 text. */
  readonly isText: boolean
  readonly replyPath: string | null
  readonly correlation: Uint8Array | null
}

/** How much of the past a topic keeps beyond what its readers are owed, nothing at an age of 0; a bound of null is the default of [SEM 3.3]. */
export interface HistoryBounds {
  readonly count: number | null
  readonly ageMs: number | null
  readonly bytes: number | null
}

/** When a topic goes by itself; a null member never removes. */
export interface Removal {
  readonly afterMs: number | null
  readonly unsubscribedForMs: number | null
  readonly idleForMs: number | null
  /** The topic goes when the session that created it ends. */
  readonly withSession: boolean
}

/** What a topic is, beyond its value: the table in docs/operating/configuration.md. */
export interface TopicProperties {
  /** A binding type; null lets each update have its own. [SEM 4.4] */
  readonly type: ValueType | null
  /** Null: readers of states get the latest, readers of messages each. */
  readonly delivery: Delivery | null
  readonly history: HistoryBounds | null
  readonly keep: boolean
  readonly deltas: boolean
  readonly priority: Priority
  /** Written to the store, where there is one; null: what its publishers ask to be retained is. */
  readonly persist: boolean | null
  /** The one principal that may publish; null: whoever has the right. */
  readonly owner: string | null
  readonly removal: Removal | null
}

/** The version of a topic within the epoch of its log; 0 stands for "none". [SEM 1.2] */
export interface Version {
  readonly offset: number
  readonly previous: number
}

/**
 * "Everything up to here has been delivered to this reader", except what `held` names. [SEM 1.3, 1.4]
 * Offsets are safe integers.
 */
export interface Position {
  readonly epoch: string
  readonly offset: number
  /** Topics older than `offset` still owed: the topic's id and the offset owed. At most 16. */
  readonly held: readonly HeldTopic[]
}

/** One topic that a position leaves out: everything of it up to, but without, `offset` was delivered. */
export interface HeldTopic {
  readonly topicId: number
  readonly offset: number
}

/** What a link's protocol lets its client do with updates; part of the key under which bytes are shared. */
export interface ClientFeatures {
  /** The client can apply deltas. */
  readonly deltas: boolean
  /** The client can inflate values (raw deflate). [SEM 3.5] */
  readonly deflate: boolean
}
