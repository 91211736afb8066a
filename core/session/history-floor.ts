import type { Subscription } from '../flow/subscription.js'
import { lowest } from './past.js'
import type { Session } from './session.js'

/**
 * The offset above which history must stay for the client of this session, which may come back by another link; infinity: it
 * needs none. What its link owes it while there is one is kept by itself. [SEM 1.5]
 *
 * Not topic by topic: the position that a client states may fall back, but never behind the oldest that is held. [SEM 1.4]
 */
export function historyFloor({ applied, connection, outbox }: Session, subscriptions: Iterable<Subscription>): number {
  const isBehind = applied.offset < outbox.newestOffset || applied.held.length > 0
  const isWanted = connection === null || (outbox.readsEvery && isBehind)
  const position = outbox.resumingFrom ?? (isWanted ? applied : null)
  return position ? Math.max(beginningOf(subscriptions), lowest(position)) : Number.POSITIVE_INFINITY
}

/** Nothing before is ever told: the beginning of the oldest subscription, or 0 where one asked for the past. Infinity: there is none. */
function beginningOf(subscriptions: Iterable<Subscription>): number {
  let beginning = Number.POSITIVE_INFINITY
  for (const { options, sinceOffset } of subscriptions) {
    beginning = Math.min(beginning, options.since.kind === 'now' ? sinceOffset : 0)
  }
  return beginning
}
