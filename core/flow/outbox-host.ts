import type { Topic } from '../topics/topic.js'
import type { Outbox } from './outbox.js'
import type { QueueBounds } from './queue-bounds.js'
import type { Reading } from './reading.js'

/** What an outbox asks of those around it. */
export interface OutboxHost {
  /** The outbox has something to send and its link can take it. */
  due(outbox: Outbox): void
  /** Something may leave at this time, monotonic ms. */
  wakeAt(outbox: Outbox, timeMs: number): void
  nowMs(): number
  readonly queueBounds: QueueBounds
  /** What an outbox that outlives links has told, or must still tell, has changed. */
  touched(outbox: Outbox): void
  /** Offset of the oldest change of which nobody has been told yet that he owes it; infinity: there is none. */
  readonly unmarkedFrom: number
  /** Offset of the log when rights changed last: whatever is older may not have been given to whom it may be given now. */
  readonly rightsOffset: number
  /** May this session be told of the topic? Asked where a wildcard is only partly allowed. */
  mayRead(outbox: Outbox, topic: Topic): boolean
  /** A reader that wants no gaps fell behind what is kept. */
  overflowed(outbox: Outbox, reading: Reading): void
}

/** Counters of one session, for "why did I not get this?". [SEM 3.7] */
export class OutboxCounters {
  flushes = 0
  updates = 0
  bytes = 0
  conflated = 0
  gaps = 0
}
