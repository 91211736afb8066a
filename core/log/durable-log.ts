import type { Records, Store } from '../store.js'
import { InProcessLog } from './in-process-log.js'
import type { LogReader, LogRecord, Ticket, UpdateLog } from './update-log.js'

/** A life of the log that goes on over restarts. [SEM 1.2] */
export interface LogLife {
  readonly epoch: string
  /** No offset above this was ever given. */
  readonly offset: number
}

/** Offsets that are reserved at once: so many at most are left out after an unclean stop. */
const reservedOffsets = 1_000_000

/** Under which the store keeps the log's life. */
const lifeKey = 'life'

/**
 * The log of a single process with a store: its epoch goes on, and no offset is given twice, whatever became of the process. What
 * the records leave behind is for others to store.
 *
 * Invariant: half of what is reserved is left, so that the next reservation is stored long before it is used.
 */
export class DurableLog implements UpdateLog {
  private readonly inner: InProcessLog
  private readonly store: Store
  private readonly records: Records
  private readonly answersWait: boolean
  private reserved: number

  /** `answersWait`: a record counts as accepted once the store has committed what it left behind. */
  constructor(life: LogLife, reader: LogReader, store: Store, answersWait: boolean) {
    this.inner = new InProcessLog(life.epoch, reader, life.offset)
    this.store = store
    this.records = store.records('log')
    this.answersWait = answersWait
    this.reserved = life.offset
    this.reserve()
  }

  get epoch(): string {
    return this.inner.epoch
  }

  get offset(): number {
    return this.inner.offset
  }

  append(record: LogRecord, ticket: Ticket): void {
    this.inner.append(record, this.answersWait ? this.waiting(ticket) : ticket)
    if (this.reserved - this.offset < reservedOffsets / 2) this.reserve()
  }

  private waiting(ticket: Ticket): Ticket {
    return {
      accepted: (offset, previous) => this.store.committed(() => ticket.accepted(offset, previous)),
      refused: (refusal) => this.store.committed(() => ticket.refused(refusal)),
    }
  }

  private reserve(): void {
    this.reserved = this.offset + reservedOffsets
    const life: LogLife = { epoch: this.epoch, offset: this.reserved }
    this.records.put(lifeKey, new TextEncoder().encode(JSON.stringify(life)))
  }
}

/** The life that a store holds; null where these are not the bytes of one. */
export function logLifeOf(bytes: Uint8Array): LogLife | null {
  const life: unknown = JSON.parse(new TextDecoder().decode(bytes))
  if (typeof life !== 'object' || life === null || !('epoch' in life) || !('offset' in life)) return null
  const { epoch, offset } = life
  return typeof epoch === 'string' && typeof offset === 'number' ? { epoch, offset } : null
}
