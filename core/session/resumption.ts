import { Reading } from '../flow/reading.js'
import type { Subscription } from '../flow/subscription.js'
import type { Position } from '../messages.js'
import type { RemovedTopic } from '../topics/removals.js'
import { ghostOf } from '../topics/removals.js'
import { selectorMatches } from '../topics/selector.js'
import type { Session } from './session.js'

/**
 * What a returning client lacks of a topic that it named is owed again: nothing if the topic stands where the client does. A
 * reader of every update whose history does not reach back has lost some: the topic joins `lost`. [SEM 1.5, 1.6]
 */
export function resumeNamed(
  session: Session,
  subscription: Subscription,
  position: Position,
  held: ReadonlyMap<number, number>,
  lost: string[],
): void {
  const { reading } = subscription
  if (!reading) return
  // That its topic went is told from the record of removals, and by nobody else: marks may be on their way to this reading.
  if (reading.topic.isRemoved) return session.outbox.drop(reading)
  const { topic } = reading
  const owedFrom = held.get(topic.id) ?? position.offset + 1
  reading.isHeld = topic.offset < owedFrom
  reading.cursor = reading.isHeld ? topic.offset : owedFrom - 1
  if (reading.isHeld) return
  const history = topic.live?.history
  const isLost = reading.keepsEvery && (!history || history.lostOffset > reading.cursor)
  if (isLost) lost.push(session.paths.outward(topic.path))
  reading.owe(owedFrom)
}

/** Topics that went while the client was away, as far as its subscriptions cover them and it may know of them. */
export function tellRemovals(
  session: Session,
  subscriptions: readonly Subscription[],
  removals: readonly RemovedTopic[],
  sinceOffset: number,
): void {
  for (const removed of removals) {
    const levels = removed.path.split('/')
    const matching = subscriptions.find((subscription) => selectorMatches(subscription.selector, levels))
    if (!matching || (matching.isPartlyReadable && !session.rights.may('subscribe', removed.path))) continue
    session.outbox.track(new Reading(matching, ghostOf(removed), false, sinceOffset, false), removed.offset)
  }
}
