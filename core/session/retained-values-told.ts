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

/** Tells subscribers of messages the retained values of what they subscribed to. [MQTT-3.3.1-6] */
export class RetainedValuesTold {
  private readonly host: RetainedHost
  private readonly telling = new WeakSet<Subscription>()

  constructor(host: RetainedHost) {
    this.host = host
  }

  /** Not all that there is to tell is queued yet. */
  isTelling(subscription: Subscription): boolean {
    return this.telling.has(subscription)
  }

  /** Values up to `startOffset`, but for those with the offsets `told`; what came later comes as news. */
  tell(session: Session, subscription: Subscription, startOffset: number, told = none): void {
    const { clock, topics } = this.host
    const mayRead = (topic: Topic) => !subscription.isPartlyReadable || session.rights.mayRead(topic)
    const walk = new RetainedWalk(subscription, topics, startOffset, mayRead, told)
    this.telling.add(subscription)
    // A queue that is full is looked at again when it has room, not before.
    const goOn: Job = (deadlineMs) => {
      if (subscription.isEnded) return true
      if (walk.step(() => clock.nowMs(), deadlineMs)) return this.over(session, subscription)
      const { messages } = subscription.outbox
      if (!messages || messages.hasRoom) return false
      messages.whenRoom(() => this.host.addJob(goOn))
      return true
    }
    if (!goOn(clock.nowMs() + pace.jobMs)) this.host.addJob(goOn)
  }

  private over(session: Session, subscription: Subscription): true {
    this.telling.delete(subscription)
    this.host.storedSessions?.changes(session)
    return true
  }
}

const none: ReadonlySet<number> = new Set()
