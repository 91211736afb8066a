import type { Attributes, Expectation, Handling, TopicProperties, ValueType } from '../messages.js'
import type { Refusal } from '../refusals.js'

/** A new value; the ordinary record. */
export interface ValueRecord {
  readonly kind: 'value'
  readonly path: string
  /** The topic's id where the writer resolved the path before; 0: unknown. Only a short cut: the path decides. */
  readonly topicId: number
  readonly value: Uint8Array
  /** What the writer declared; null: guess. [SEM 4.4] */
  readonly type: ValueType | null
  readonly merge: boolean
  /** The source's own time, or that of acceptance. */
  readonly timeMs: number
  /** When the gateway took it; lifetimes and the age of history go by this, whatever the source's clock says. [SEM 1.7] */
  readonly acceptedMs: number
  readonly expiresAtMs: number
  /** Name of the principal that wrote. */
  readonly publisher: string
  /** The session that wrote, for topics that go with their session; empty: none. */
  readonly sessionId: string
  readonly attributes: Attributes | null
  /** Null: as updates are handed on of which the publisher says nothing. [SEM 4.7] */
  readonly handling: Handling | null
  readonly expect: Expectation | null
  readonly properties: Partial<TopicProperties> | null
}

/** A topic comes to exist, with or without a value to follow. */
export interface CreateRecord {
  readonly kind: 'create'
  readonly path: string
  readonly properties: Partial<TopicProperties>
  readonly timeMs: number
  readonly publisher: string
  readonly sessionId: string
}

/** A topic goes. With `ifOffset` only if that is still its version: expiry and tidy-up must not hit a newer value. */
export interface RemoveRecord {
  readonly kind: 'remove'
  readonly path: string
  readonly timeMs: number
  readonly ifOffset: number | null
  /** Readers of messages were told already: by the empty message that cleared the topic. [SEM 4.5] */
  readonly isTold: boolean
  /** Name of the principal that removes; null: the gateway itself, or who looks after it, whom no owner stops. */
  readonly remover: string | null
}

/** Everything that changes topics is one of these. [SEM 1.1] */
export type LogRecord = ValueRecord | CreateRecord | RemoveRecord

/** What the writer of a record is told, once, in the order of its records. */
export interface Ticket {
  /** The record is in the log, with this version of the topic. */
  accepted(offset: number, previous: number): void
  refused(refusal: Refusal): void
}

/** The fold of the log: the same on every node. */
export interface LogReader {
  /** Why this record would change nothing; null: it may be applied. */
  objection(record: LogRecord): Refusal | null
  /** Folds the record in; it must not have an objection. Returns the topic's previous offset, 0 for none. */
  applied(record: LogRecord, offset: number): number
}

/**
 * Orders everything that changes topics. `append` returns at once; the reader's and the ticket's calls come back before it
 * returns (in-process) or later (a log elsewhere), and in the order of the log either way. [SEM 1.1]
 */
export interface UpdateLog {
  /** One life of the log, 16 hex digits. [SEM 1.2] */
  readonly epoch: string
  /** Offset of the newest record that was applied here; 0: none yet. */
  readonly offset: number
  append(record: LogRecord, ticket: Ticket): void
}
