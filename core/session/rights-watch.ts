import type { Authorizer } from '../access.js'
import type { Clock } from '../clock.js'
import type { Job } from '../flow/turns.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Session } from './session.js'
import type { Sessions } from './sessions.js'
import type { Subscriptions } from './subscriptions.js'

/** What watching the rights needs of the gateway. */
export interface RightsWatchHost {
  readonly clock: Clock
  readonly log: UpdateLog
  readonly authorizer: Authorizer
  readonly sessions: Sessions
  readonly subscriptions: Subscriptions
  addJob(job: Job): void
}

/** Notices that the rules of who may read what have changed, and then checks again all subscriptions of sessions that are there, or of whom messages wait. [SEM 6.1] */
export class RightsWatch {
  /** Offset of the log when a change was last seen. */
  changedOffset = 0
  private readonly host: RightsWatchHost
  private generation: number

  constructor(host: RightsWatchHost) {
    this.host = host
    this.generation = host.authorizer.generation
  }

  look(): void {
    const { authorizer, log, sessions, clock } = this.host
    if (this.generation === authorizer.generation) return
    this.generation = authorizer.generation
    this.changedOffset = log.offset
    const left = [...sessions.all()]
    this.host.addJob((deadlineMs) => {
      while (left.length > 0 && clock.nowMs() < deadlineMs) {
        const session = left.pop()
        // Of others who are away nothing waits.
        if (session?.connection || session?.outbox.outlivesLinks) this.check(session)
      }
      return left.length === 0
    })
  }

  /** Before anything leaves to a session, whose turn to be looked at may not have come yet. */
  check(session: Session): void {
    if (!session.rights.isChecked) this.host.subscriptions.rechecking.recheck(session)
  }
}
