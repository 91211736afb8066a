import type { Clock } from '../clock.js'
import { RetainedWalk } from '../flow/retained-walk.js'
import type { Subscription } from '../flow/subscription.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import type { Session } from './session.js'

/** What telling retained values needs of the gateway. */
export interface RetainedHost {
  readonly clock: Clock
  readonly log: UpdateLog
  readonly topics: Topics
  addJob(job: Job): void
}

/** Tells subscribers of messages the retained values of what they subscribed to. [MQTT-3.3.1-6] */
export class RetainedValuesTold {
  private readonly host: RetainedHost

  constructor(host: RetainedHost) {
    this.host = host
  }

  tell(session: Session, subscription: Subscription): void {
    const { clock, topics, log } = this.host
    const mayRead = (topic: Topic) => !subscription.isPartlyReadable || session.rights.mayRead(topic)
    const walk = new RetainedWalk(subscription, topics, log.offset, mayRead)
    // A queue that is full is looked at again when it has room, not before.
    const goOn: Job = (deadlineMs) => {
      if (subscription.isEnded || walk.step(() => clock.nowMs(), deadlineMs)) return true
      const { messages } = subscription.outbox
      if (!messages || messages.hasRoom) return false
      messages.whenRoom(() => this.host.addJob(goOn))
      return true
    }
    if (!goOn(clock.nowMs() + pace.jobMs)) this.host.addJob(goOn)
  }
}
