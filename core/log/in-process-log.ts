import type { RandomBytes } from '../clock.js'
import { hexOf } from '../hex.js'
import type { LogReader, LogRecord, Ticket, UpdateLog } from './update-log.js'

/** One life of a log without a durable store: 8 random bytes as hex. [SEM 1.2] */
export function newEpoch(random: RandomBytes): string {
  return hexOf(random(8))
}

/**
 * The log of a single process: it applies at once and remembers nothing, so that a restart is a new epoch.
 *
 * A record with an objection takes no offset, so that offsets count the changes that happened.
 */
export class InProcessLog implements UpdateLog {
  readonly epoch: string
  private readonly reader: LogReader
  private newest: number

  /** Offsets go on from `newest`. */
  constructor(epoch: string, reader: LogReader, newest = 0) {
    this.newest = newest
    this.epoch = epoch
    this.reader = reader
  }

  get offset(): number {
    return this.newest
  }

  append(record: LogRecord, ticket: Ticket): void {
    const objection = this.reader.objection(record)
    if (objection) {
      ticket.refused(objection)
      return
    }
    this.newest += 1
    const offset = this.newest
    const previous = this.reader.applied(record, offset)
    ticket.accepted(offset, previous)
  }
}
