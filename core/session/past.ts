import type { Clock } from '../clock.js'
import type { Past } from '../flow/snapshot.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Position, Since, SubscribeOptions } from '../messages.js'
import { everyTopic, lowest } from '../positions.js'
import type { History } from '../topics/history.js'
import type { Selector } from '../topics/selector.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'

/** What deciding where the past begins needs to know. */
export interface PastHost {
  readonly clock: Clock
  readonly log: UpdateLog
  readonly topics: Topics
}

/** Whether everything of the selectors' topics that changed since the position can still be told. [SEM 1.6] */
export function reachesBack(position: Position, selectors: readonly Selector[], { log, topics }: PastHost): boolean {
  if (position.epoch !== log.epoch || position.offset > log.offset) return false
  return lowest(position) >= topics.removals.lostOffset && topics.lives?.reachesBack(position, selectors) !== false
}

/** What comes from now on is enough. */
export const nothing: Past = { values: false, history: null, isAnew: false, removals: [], missed: null }

/** Current values. */
export const values: Past = { ...nothing, values: true }

/** Current values, for a client that was told that it holds none of them. [SEM 1.6] */
export const valuesAnew: Past = { ...values, isAnew: true }

/** What a new subscription asks for, where its position reaches back, but for the removals. [SEM 2.3] */
export function askedFor({ since, snapshot }: SubscribeOptions, host: PastHost): Past {
  if (since.kind === 'now') return snapshot ? values : nothing
  return { ...nothing, values: snapshot && since.kind !== 'position', history: beginning(since, host) }
}

/** What is asked for now, beside what is still to be told. */
export function both(asked: Past, before: Past): Past {
  return {
    values: asked.values || before.values,
    isAnew: asked.isAnew || before.isAnew,
    history: asked.history ?? before.history,
    removals: asked.removals,
    missed: before.missed,
  }
}

/** Offset of the oldest change of a topic that a reader at this position may lack. */
export function firstAbove(position: Position, { lives }: Topics): (topic: Topic) => number {
  const { offset, held } = lives?.inThisLife(position) ?? position
  const heldBack = new Map(held.map((topic) => [topic.topicId, topic.offset]))
  const rest = heldBack.get(everyTopic) ?? offset + 1
  return (topic) => heldBack.get(topic.id) ?? rest
}

function beginning(since: Exclude<Since, { kind: 'now' }>, host: PastHost): (topic: Topic) => number {
  switch (since.kind) {
    case 'position': {
      const first = firstAbove(since.position, host.topics)
      return (topic) => (topic.offset >= first(topic) ? first(topic) : 0)
    }
    case 'duration': {
      const fromMs = host.clock.timeMs() - since.ms
      return (topic) => historyFrom(host, topic, topic.acceptedMs >= fromMs, (history) => history.indexSince(fromMs))
    }
    case 'count':
      return (topic) => historyFrom(host, topic, since.count > 0, (history) => Math.max(0, history.count - since.count))
  }
}

/** Where to begin in the topic's history; where it has none, with the newest value if that `isWanted`. */
function historyFrom(
  { topics }: PastHost,
  topic: Topic,
  isWanted: boolean,
  indexIn: (history: History) => number,
): number {
  const history = topic.live?.history
  if (history && history.count > 0) return history.at(indexIn(history))?.offset ?? 0
  return isWanted && topics.hasValue(topic) ? topic.offset : 0
}
