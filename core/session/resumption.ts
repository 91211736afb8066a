import { Reading } from '../flow/reading.js'
import type { Missed } from '../flow/snapshot.js'
import type { Subscription } from '../flow/subscription.js'
import { TopicSet } from '../flow/topic-set.js'
import type { Position } from '../messages.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import type { Coverings } from './coverings.js'
import type { Effort } from './effort.js'
import { firstAbove } from './past.js'
import type { Session } from './session.js'

/** What resuming needs to know. */
export interface ResumptionHost {
  readonly topics: Topics
  readonly coverings: Coverings
}

/** What changed since the position that a returning client applied. [SEM 1.5, 1.6] */
export class Resumption implements Missed {
  private readonly session: Session
  private readonly host: ResumptionHost
  private readonly firstOf: (topic: Topic) => number
  private readonly told = new TopicSet()

  constructor(session: Session, host: ResumptionHost, position: Position) {
    this.session = session
    this.host = host
    this.firstOf = firstAbove(position, host.topics)
  }

  /** Selectors tried so far, here and elsewhere. */
  get tries(): number {
    return this.host.coverings.tries
  }

  isOf(topic: Topic): boolean {
    return topic.offset >= this.firstOf(topic) && !this.told.has(topic.id)
  }

  tell(reading: Reading): void {
    this.tellTo(this.host.coverings.of(this.session, reading.topic), reading)
  }

  private tellTo(interested: readonly Subscription[], reading: Reading): void {
    const { topic } = reading
    this.told.add(topic.id)
    const first = this.firstOf(topic)
    for (const subscription of interested) {
      if (!subscription.isResumable || topic.offset <= subscription.sinceOffset) continue
      reading.merge(subscription)
      reading.need(Math.max(first, subscription.sinceOffset + 1), subscription.deliveryOf(topic) === 'all')
    }
    if (reading.owedFrom > 0) this.session.outbox.owed.hold(reading)
  }

  /**
   * What the client lacks of topics that it named: nothing of those that stand where the client does. A reader of every update
   * whose history does not reach back has lost some: the topics' paths are returned, as the session sees them. Null: too much
   * is missed to find it in one step.
   */
  takeUpNamed(subscriptions: readonly Subscription[], effort: Effort): string[] | null {
    const lost: string[] = []
    const gone = new Set<Reading>()
    for (const subscription of subscriptions) {
      const { reading } = subscription
      const { tries } = this
      if (!reading) continue
      // That its topic went is told from the record of removals, and by nobody else: marks may be on their way to this reading.
      if (reading.topic.isRemoved) gone.add(reading)
      else if (this.takeUp(subscription, reading)) lost.push(this.session.paths.outward(reading.topic.path))
      if (!effort.goesOn(this.tries - tries)) return null
    }
    this.session.outbox.drop(gone)
    return lost
  }

  /** Whether updates were lost. */
  private takeUp(subscription: Subscription, reading: Reading): boolean {
    const { topic } = reading
    const isMissed = this.isOf(topic)
    // No snapshot gave it a value that was not asked for, not kept, or over.
    const wasGiven = subscription.wasGiven(topic.offset, this.host.topics.hasValue(topic))
    reading.isHeld = subscription.isSynced && !isMissed && wasGiven
    reading.cursor = isMissed ? 0 : topic.offset
    if (isMissed) this.tell(reading)
    return reading.hasGap
  }

  /**
   * Topics that went while the client was away, as far as its subscriptions cover them and it may know of them. They must be told
   * before what came to exist in their places, so at once; false: that takes too long, and not all were.
   */
  tellRemovals(removals: readonly Topic[], effort: Effort | null): boolean {
    for (const topic of removals) {
      if (!this.isOf(topic)) continue
      const { tries } = this
      const interested = this.host.coverings.of(this.session, topic)
      const [first] = interested
      if (first) {
        const reading = new Reading(first, topic, false, 0, false)
        // Even to those who begin anew: their client may know it from before.
        reading.need(topic.offset, false)
        this.tellTo(interested, reading)
      }
      if (effort?.goesOn(this.tries - tries) === false) return false
    }
    return true
  }
}
