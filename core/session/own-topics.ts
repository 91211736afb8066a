import type { Clock } from '../clock.js'
import { Fifo } from '../fifo.js'
import type { Job } from '../flow/turns.js'
import type { Topic } from '../topics/topic.js'
import type { Sessions } from './sessions.js'

/** Topics removed between two looks at the clock; one with thousands of readers takes as long as many without. */
const topicsPerClockRead = 8

/** What ending them needs of the gateway. */
export interface OwnTopicsHost {
  readonly clock: Clock
  readonly sessions: Sessions
  removeTopic(topic: Topic): void
  addJob(job: Job): void
  failed(error: unknown, session: null): void
}

/**
 * Topics that go with the session that created them, whoever may have published to them since: in one job for all sessions that
 * ended, so that no end of a session holds up the loop, nor do many at once. [SEM 2.5]
 */
export class OwnTopics {
  private readonly host: OwnTopicsHost
  private readonly bySession = new Map<string, Set<Topic>>()
  /** The set in which a topic stands, so that one that goes by itself leaves it. */
  private readonly setOf = new Map<number, Set<Topic>>()
  /** Topics of sessions that are gone. */
  private readonly leaving = new Fifo<Set<Topic>>()

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

  /** The session is gone: its topics go, too, soon. */
  ended(sessionId: string): void {
    const own = this.bySession.get(sessionId)
    this.bySession.delete(sessionId)
    if (!own?.size) return
    this.leaving.push(own)
    if (this.leaving.size === 1) this.host.addJob(this.removeLeaving)
  }

  /** Removes a few of each session in turn. */
  private readonly removeLeaving: Job = (deadlineMs) => {
    do {
      const own = this.leaving.take()
      if (own && !this.removeSome(own)) this.leaving.push(own)
    } while (this.leaving.size > 0 && this.host.clock.nowMs() < deadlineMs)
    return this.leaving.size === 0
  }

  /** Returns whether none is left. */
  private removeSome(own: Set<Topic>): boolean {
    let count = 0
    for (const topic of own) {
      if (count === topicsPerClockRead) return false
      own.delete(topic)
      this.remove(topic)
      count += 1
    }
    return true
  }

  /** A mistake at one topic must not keep those of others. */
  private remove(topic: Topic): void {
    try {
      this.host.removeTopic(topic)
    } catch (error) {
      this.host.failed(error, null)
    }
  }
}
