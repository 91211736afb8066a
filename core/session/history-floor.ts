import type { Subscription } from '../flow/subscription.js'
import { lowest } from '../positions.js'
import type { Session } from './session.js'

/**
 * The offset above which history must stay for the client of this session, which may come back by another link; infinity: it
 * needs none. What its link owes it while there is one is kept by itself. [SEM 1.5]
 *
 * Not topic by topic: the position that a client states may fall back, but never behind the oldest that is held. [SEM 1.4]
 */
export function historyFloor(session: Session, subscriptions: ReadonlyMap<string, Subscription>): number {
  const { applied, connection, outbox } = session
  const isWanted = connection === null || (outbox.readsEvery && isBehind(session, subscriptions))
  const position = outbox.resumingFrom ?? (isWanted ? applied : null)
  return position ? Math.max(beginningOf(subscriptions.values()), lowest(position)) : Number.POSITIVE_INFINITY
}

/** It was given what may not have arrived, or is given a first snapshot, which moves no position. */
function isBehind({ applied, outbox }: Session, subscriptions: ReadonlyMap<string, Subscription>): boolean {
  if (applied.offset < outbox.newestOffset || applied.held.length > 0) return true
  return [...subscriptions.values()].some(({ isSynced }) => !isSynced)
}

/** Nothing before is ever told: the beginning of the oldest subscription, or 0 where one asked for the past. Infinity: there is none. */
function beginningOf(subscriptions: Iterable<Subscription>): number {
  let beginning = Number.POSITIVE_INFINITY
  for (const { options, sinceOffset } of subscriptions) {
    beginning = Math.min(beginning, options.since.kind === 'now' ? sinceOffset : 0)
  }
  return beginning
}
