import type { Outbox } from '../flow/outbox.js'
import type { Subscription } from '../flow/subscription.js'
import type { Session } from './session.js'

/** One session in a list. */
export function briefReport(session: Session) {
  return {
    id: session.sessionId,
    client: session.name,
    principal: session.rights.principal.name,
    transport: session.medium,
    peer: session.connection?.peer ?? null,
    agent: session.agent,
    state: session.connection ? 'live' : 'waiting',
    startedMs: session.startedMs,
  }
}

/** Everything about one session that answers "why did I not get this?". [SEM 3.7] */
export function fullReport(session: Session, subscriptions: Iterable<Subscription>, nowMs: number) {
  const { outbox } = session
  return {
    ...briefReport(session),
    roles: session.rights.principal.roles,
    root: session.paths.root,
    sessionTimeoutMs: session.timeoutMs,
    published: session.publishes.accepted,
    refused: session.counts.refused,
    resumed: session.counts.resumed,
    appliedOffset: session.applied.offset,
    link: linkReport(outbox),
    owed: outbox.owedCount,
    oldestOwedMs: Math.round(outbox.owed.oldestMs(nowMs)),
    queued: outbox.queuedCount,
    dropped: outbox.messages?.dropped ?? 0,
    ...outbox.counters,
    subscriptions: Array.from(subscriptions, (subscription) => ({
      id: subscription.id,
      selector: session.paths.outwardSelector(subscription.selector.text),
      synced: subscription.isSynced,
      options: subscription.options,
    })),
  }
}

function linkReport(outbox: Outbox) {
  if (!outbox.link) return { state: 'none' }
  return {
    state: outbox.isBlocked ? 'blocked' : 'open',
    roomBytes: outbox.link.roomBytes,
    replies: outbox.replies.length,
  }
}
