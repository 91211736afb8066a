import type { Clock } from '../clock.js'
import { RetainedWalk } from '../flow/retained-walk.js'
import type { Subscription } from '../flow/subscription.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import type { Session } from './session.js'
import type { StoredSessions } from './stored-sessions.js'

/** What telling retained values needs of the gateway. */
export interface RetainedHost {
  readonly clock: Clock
  readonly topics: Topics
  readonly storedSessions: StoredSessions | null
  addJob(job: Job): void
}

/** What one session is still to be told: its walks, one at a time, in the order in which it subscribed. */
interface Telling {
  readonly walks: Map<Subscription, RetainedWalk>
  /** A job goes on with them, or will once there is room. */
  isAtWork: boolean
}

/**
 * Tells subscribers of messages the retained values of what they subscribed to. [MQTT-3.3.1-6]
 *
 * However much a session subscribes to in one call, it is walked for one job's time within the call, and the rest takes the turns of
 * one job. Who subscribes anew while an earlier walk of the same subscription goes on is told from the beginning, once.
 */
export class RetainedValuesTold {
  private readonly host: RetainedHost
  private readonly telling = new WeakMap<Session, Telling>()
  /** The number of the session whose walks were last begun within a call, and until when they may go on there. */
  private caller = 0
  private untilMs = 0

  constructor(host: RetainedHost) {
    this.host = host
  }

  /** Not all that there is to tell is queued yet. */
  isTelling(session: Session, subscription: Subscription): boolean {
    return this.telling.get(session)?.walks.has(subscription) === true
  }

  /** Values up to `startOffset`, but for those with the offsets `told`; what came later comes as news. */
  tell(session: Session, subscription: Subscription, startOffset: number, told = none): void {
    const mayRead = (topic: Topic) => !subscription.isPartlyReadable || session.rights.mayRead(topic)
    const walk = new RetainedWalk(subscription, this.host.topics, startOffset, mayRead, told)
    const telling = this.telling.get(session) ?? { walks: new Map(), isAtWork: false }
    this.telling.set(session, telling)
    telling.walks.set(subscription, walk)
    if (!telling.isAtWork) this.work(session, telling, this.deadlineOf(session))
  }

  /** The subscription is over. */
  ended(session: Session, subscription: Subscription): void {
    this.telling.get(session)?.walks.delete(subscription)
  }

  /** Nobody else subscribes within a call: who did so last, and just now, goes on with the time that it had. */
  private deadlineOf(session: Session): number {
    const nowMs = this.host.clock.nowMs()
    if (this.caller === session.number && nowMs < this.untilMs + pace.jobMs) return this.untilMs
    this.caller = session.number
    this.untilMs = nowMs + pace.jobMs
    return this.untilMs
  }

  private work(session: Session, telling: Telling, deadlineMs: number): void {
    telling.isAtWork = true
    const goOn: Job = (untilMs) => {
      if (this.step(session, telling, untilMs)) {
        this.telling.delete(session)
        return true
      }
      const { messages } = session.outbox
      if (!messages || messages.hasRoom) return false
      // A queue that is full is looked at again when it has room, not before.
      messages.whenRoom(() => this.host.addJob(goOn))
      return true
    }
    if (!goOn(deadlineMs)) this.host.addJob(goOn)
  }

  /** True once nothing is left to tell. */
  private step(session: Session, { walks }: Telling, deadlineMs: number): boolean {
    const { clock, storedSessions } = this.host
    for (const [subscription, walk] of walks) {
      // With its session all of it is over.
      if (subscription.isEnded) return true
      if (!walk.step(() => clock.nowMs(), deadlineMs)) return false
      walks.delete(subscription)
      storedSessions?.changes(session)
    }
    return true
  }
}

const none: ReadonlySet<number> = new Set()
