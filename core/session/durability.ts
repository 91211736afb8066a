import { DurableLog } from '../log/durable-log.js'
import { InProcessLog, newEpoch } from '../log/in-process-log.js'
import type { UpdateLog } from '../log/update-log.js'
import { EarlierLives } from '../topics/earlier-lives.js'
import { StoredMessages } from '../topics/stored-messages.js'
import { StoredRemovals } from '../topics/stored-removals.js'
import { StoredTopics } from '../topics/stored-topics.js'
import type { Topics } from '../topics/topics.js'
import type { GatewayOptions } from './gateway-options.js'
import type { StoredSessionsHost } from './stored-sessions.js'
import { StoredSessions } from './stored-sessions.js'

/** The log of a gateway: one whose life goes on, and topics that are stored, where there is a store. [SEM 1.2] */
export function logFor(topics: Topics, { random, durable }: GatewayOptions): UpdateLog {
  const epoch = durable?.life?.epoch ?? newEpoch(random)
  if (!durable) return new InProcessLog(epoch, topics)
  const { store, life, answersWait } = durable
  const offset = life?.offset ?? 0
  topics.messages = new StoredMessages(store.sequence('messages'))
  topics.lives = new EarlierLives(store.records('lives'), offset)
  topics.stored = new StoredTopics(store.records('topics'), topics.lives)
  // Until the store has said otherwise.
  topics.removals.lostOffset = offset
  topics.removals.stored = new StoredRemovals(store)
  return new DurableLog({ epoch, offset }, topics, store, answersWait)
}

/** Who keeps the sessions of a gateway over restarts, where there is a store; null: nobody does. */
export function storedSessionsFor(
  host: StoredSessionsHost & { readonly topics: Topics },
  { durable }: GatewayOptions,
): StoredSessions | null {
  const { messages } = host.topics
  return durable && messages ? new StoredSessions(host, durable.store, messages, durable.answersWait) : null
}
