import type { CloseReason } from '../close-reasons.js'
import type { QueueBounds } from '../flow/queue-bounds.js'
import type { UpdateLog } from '../log/update-log.js'
import type { GatewayMessage, SessionStart } from '../messages.js'
import type { RefusalCode } from '../refusals.js'
import type { Statistics } from '../statistics.js'
import type { Topics } from '../topics/topics.js'
import type { Connection } from './connection.js'
import type { Session } from './session.js'
import type { Sessions } from './sessions.js'
import type { Subscriptions } from './subscriptions.js'

/** What the counts are taken from. */
interface Counted {
  readonly log: UpdateLog
  readonly topics: Topics
  readonly subscriptions: Subscriptions
  readonly sessions: Sessions
  readonly queueBounds: QueueBounds
}

/** What sessions counted, added up. */
function emptySums() {
  return {
    subscriptions: 0,
    owed: 0,
    blockedLinks: 0,
    published: 0,
    flushes: 0,
    updates: 0,
    bytesOut: 0,
    conflated: 0,
    gaps: 0,
  }
}

/** The gateway's counters: sessions count for themselves; those that ended are added up here, so that totals never fall. */
export class Counts {
  failures = 0
  /** Updates that left, for whoever asks often: `report` goes over all sessions. */
  delivered = 0
  /** Requests without a session that were answered. */
  answers = 0
  private resumed = 0
  private resynchronised = 0
  private readonly byReason: Partial<Record<CloseReason, number>> = {}
  private readonly byCode: Partial<Record<RefusalCode, number>> = {}
  private readonly past = emptySums()

  /** Somebody without a session, which would count for itself, was answered. */
  answered(message: GatewayMessage): void {
    this.answers += 1
    if (message.kind === 'accepted') this.past.published += 1
    else if (message.kind === 'publishRefused' || message.kind === 'refused') this.refused(message.refusal.code)
  }

  refused(code: RefusalCode): void {
    this.byCode[code] = (this.byCode[code] ?? 0) + 1
  }

  closed(reason: CloseReason): void {
    this.byReason[reason] = (this.byReason[reason] ?? 0) + 1
  }

  returned(start: SessionStart): void {
    if (start === 'resumed') this.resumed += 1
    else if (start === 'resynchronised') this.resynchronised += 1
  }

  ended(session: Session): void {
    addSession(this.past, session)
  }

  report(counted: Counted, links: ReadonlySet<Connection>, longestTurnMs: number): Statistics {
    const sums = { ...this.past }
    let count = 0
    for (const session of counted.sessions.all()) {
      count += 1
      addSession(sums, session)
      sums.owed += session.outbox.owedCount
      sums.blockedLinks += session.outbox.isHeldUp ? 1 : 0
      sums.subscriptions += counted.subscriptions.of(session).size
    }
    return {
      ...sums,
      epoch: counted.log.epoch,
      sessions: count,
      links: links.size,
      topics: counted.topics.count,
      valueBytes: counted.topics.valueBytes,
      historyBytes: counted.topics.versions.historyBytes,
      baseBytes: counted.topics.versions.baseBytes,
      dropped: counted.queueBounds.dropped,
      resumed: this.resumed,
      resynchronised: this.resynchronised,
      failures: this.failures,
      refused: { ...this.byCode },
      closed: { ...this.byReason },
      longestTurnMs,
    }
  }
}

function addSession(sums: ReturnType<typeof emptySums>, session: Session): void {
  const { counters } = session.outbox
  sums.published += session.publishes.accepted
  sums.flushes += counters.flushes
  sums.updates += counters.updates
  sums.bytesOut += counters.bytes
  sums.conflated += counters.conflated
  sums.gaps += counters.gaps
}
