import type { Clock } from '../clock.js'
import type { Reading } from '../flow/reading.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Position, Since } from '../messages.js'

/** What deciding where the past begins needs to know. */
export interface PastHost {
  readonly clock: Clock
  readonly log: UpdateLog
}

/** The offset up to which the reader certainly has everything. */
export function lowest(position: Position): number {
  return Math.min(position.offset, ...position.held.map((topic) => topic.offset - 1))
}

/** From which offset a wildcard is read again; -1: from the current values. */
export function sinceOffset(since: Since, log: UpdateLog): number {
  if (since.kind === 'position' && since.position.epoch === log.epoch) return lowest(since.position)
  return -1
}

/** From where in its history a named topic is read. */
export function startCursor(reading: Reading, since: Since, host: PastHost): number {
  const history = reading.topic.live?.history
  if (!history) return 0
  const before = (index: number) => {
    const update = history.at(index)
    return update ? Math.max(history.lostOffset, update.previous) : reading.topic.offset
  }
  switch (since.kind) {
    case 'now':
      return 0
    case 'position':
      return since.position.epoch === host.log.epoch ? lowest(since.position) : before(0)
    case 'duration':
      return before(history.indexSince(host.clock.timeMs() - since.ms))
    case 'count':
      return before(Math.max(0, history.count - since.count))
  }
}
