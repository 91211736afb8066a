import { Reading } from '../flow/reading.js'
import type { Missed } from '../flow/snapshot.js'
import type { Subscription } from '../flow/subscription.js'
import { TopicSet } from '../flow/topic-set.js'
import type { Position } from '../messages.js'
import { selectorMatches } from '../topics/selector.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { firstAbove } from './past.js'
import type { Session } from './session.js'

/** The subscriptions of a session that cover a topic and may read it, the one that names it first. */
export function covering(session: Session, subscriptions: Iterable<Subscription>, topic: Topic): Subscription[] {
  const levels = topic.path.split('/')
  const found: Subscription[] = []
  for (const subscription of subscriptions) {
    const { selector, isPartlyReadable } = subscription
    if (!selectorMatches(selector, levels) || (isPartlyReadable && !session.rights.mayRead(topic))) continue
    if (selector.literalPath !== null) found.unshift(subscription)
    else found.push(subscription)
  }
  return found
}

/** What changed since the position that a returning client applied. [SEM 1.5, 1.6] */
export class Resumption implements Missed {
  private readonly session: Session
  private readonly subscriptions: ReadonlyMap<string, Subscription>
  private readonly topics: Topics
  private readonly firstOf: (topic: Topic) => number
  private readonly told = new TopicSet()

  constructor(session: Session, subscriptions: ReadonlyMap<string, Subscription>, topics: Topics, position: Position) {
    this.session = session
    this.topics = topics
    this.subscriptions = subscriptions
    this.firstOf = firstAbove(position)
  }

  isOf(topic: Topic): boolean {
    return topic.offset >= this.firstOf(topic) && !this.told.has(topic.id)
  }

  tell(reading: Reading): void {
    const { topic } = reading
    this.told.add(topic.id)
    const first = this.firstOf(topic)
    for (const subscription of covering(this.session, this.subscriptions.values(), topic)) {
      if (!subscription.isResumable || topic.offset <= subscription.sinceOffset) continue
      reading.merge(subscription)
      reading.need(Math.max(first, subscription.sinceOffset + 1), subscription.deliveryOf(topic) === 'all')
    }
    if (reading.owedFrom > 0) this.session.outbox.hold(reading)
  }

  /**
   * What the client lacks of a topic that it named: nothing if the topic stands where the client does. A reader of every update
   * whose history does not reach back has lost some: the topic's path is returned, as the session sees it.
   */
  takeUp(subscription: Subscription): string | null {
    const { reading, isSynced } = subscription
    if (!reading) return null
    const { session } = this
    const { topic } = reading
    // That its topic went is told from the record of removals, and by nobody else: marks may be on their way to this reading.
    if (topic.isRemoved) {
      session.outbox.drop(new Set([reading]))
      return null
    }
    const isMissed = this.isOf(topic)
    // No snapshot gave it a value that was not asked for, not kept, or over.
    reading.isHeld = isSynced && !isMissed && subscription.wasGiven(topic.offset, this.topics.hasValue(topic))
    reading.cursor = isMissed ? 0 : topic.offset
    if (isMissed) this.tell(reading)
    return reading.hasGap ? session.paths.outward(topic.path) : null
  }

  /** Topics that went while the client was away, as far as its subscriptions cover them and it may know of them. */
  tellRemovals(removals: readonly Topic[]): void {
    for (const topic of removals) {
      const [first] = covering(this.session, this.subscriptions.values(), topic)
      if (!first || !this.isOf(topic)) continue
      const reading = new Reading(first, topic, false, 0, false)
      // Even to those who begin anew: their client may know it from before.
      reading.need(topic.offset, false)
      this.tell(reading)
    }
  }
}
