import type { Clock } from '../clock.js'
import type { Job } from '../flow/turns.js'
import type { Topic } from '../topics/topic.js'
import type { Sessions } from './sessions.js'

/** Topics removed between two looks at the clock. */
const topicsPerClockRead = 64

/** What ending them needs of the gateway. */
export interface OwnTopicsHost {
  readonly clock: Clock
  readonly sessions: Sessions
  removeTopic(topic: Topic): void
  addJob(job: Job): void
}

/**
 * Topics that go with the session that created them. A few go at once; of many the rest goes in a job, whoever may have published
 * to them since, so that no session's end holds up the loop. [SEM 2.5]
 */
export class OwnTopics {
  private readonly host: OwnTopicsHost
  private readonly bySession = new Map<string, Set<Topic>>()
  /** The set in which a topic stands, so that one that goes by itself leaves it. */
  private readonly setOf = new Map<number, Set<Topic>>()

  constructor(host: OwnTopicsHost) {
    this.host = host
  }

  /** Topics that still stand here. */
  get count(): number {
    return this.setOf.size
  }

  created(topic: Topic, sessionId: string): void {
    if (!topic.properties.removal?.withSession || !this.host.sessions.withId(sessionId)) return
    const own = this.bySession.get(sessionId) ?? new Set()
    this.bySession.set(sessionId, own.add(topic))
    this.setOf.set(topic.id, own)
  }

  removed(topic: Topic): void {
    this.setOf.get(topic.id)?.delete(topic)
    this.setOf.delete(topic.id)
  }

  /** The session is gone: its topics go, too. */
  ended(sessionId: string): void {
    const own = this.bySession.get(sessionId)
    this.bySession.delete(sessionId)
    if (!own || this.removeSome(own)) return
    this.host.addJob((deadlineMs) => {
      while (!this.removeSome(own)) if (this.host.clock.nowMs() >= deadlineMs) return false
      return true
    })
  }

  /** Returns whether none is left. */
  private removeSome(own: Set<Topic>): boolean {
    let count = 0
    for (const topic of own) {
      if (count === topicsPerClockRead) return false
      own.delete(topic)
      this.host.removeTopic(topic)
      count += 1
    }
    return true
  }
}
