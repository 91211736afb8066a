import type { Limits } from '../limits.js'
import type { CreateRecord, ValueRecord } from '../log/update-log.js'
import type { HistoryBounds, TopicProperties } from '../messages.js'
import { combine, isSame } from './properties.js'
import type { Selector } from './selector.js'
import { selectorMatches } from './selector.js'

/** Properties for all topics that a selector matches; read when a topic is made. */
export interface TopicRule {
  readonly selector: Selector
  readonly properties: Partial<TopicProperties>
  /** Whether readers of messages are told that a topic was removed other than by a message; unsaid: they are. Read when one goes. [SEM 4.6] */
  readonly tellsRemovals?: boolean
}

/**
 * The properties of the topic that this record makes: the defaults, then rules, then what the creator asks for. Where these leave
 * the type open, one that the value declares binds. [SEM 4.4] Bounds of history that only a rule may raise are cut to what it
 * allows. [SEM 3.3]
 */
export function propertiesOfNew(
  record: CreateRecord | ValueRecord,
  rules: readonly TopicRule[],
  limits: Limits,
): TopicProperties {
  const ruled = ruledProperties(rules, record.path)
  const asked = record.properties?.history
  const history = asked ? { history: allowed(asked, ruled.history ?? null, limits) } : null
  const usual = isPassing(record) ? usualEnd(limits) : null
  const wanted = combine(usual, ruled, record.properties, history)
  const declared = record.kind === 'value' ? record.type : null
  return wanted.type === null && declared !== null ? { ...wanted, type: declared } : wanted
}

/** Whether a topic that begins with this record is there for messages that are not to be retained. */
function isPassing(record: CreateRecord | ValueRecord): boolean {
  return record.kind === 'value' && record.handling?.isRetained === false
}

/** Whether a topic that this record made may go to make room, the longest idle first. [SEM 4.8] */
export function mayMakeRoom(record: CreateRecord | ValueRecord, { removal }: TopicProperties): boolean {
  return isPassing(record) && removal !== null && removal.idleForMs !== null
}

/**
 * What a topic is that such a message made, from its first retained value on: that is kept for as long as nobody clears it, unless
 * a rule or the creator said when the topic goes. [MQTT-3.3.1-5]
 */
export function propertiesOnceRetained(
  properties: TopicProperties,
  record: ValueRecord,
  rules: readonly TopicRule[],
  limits: Limits,
): TopicProperties {
  const hasUsualEnd = isSame(properties, { ...properties, ...usualEnd(limits) })
  return hasUsualEnd ? { ...properties, removal: propertiesOfNew(record, rules, limits).removal } : properties
}

const usualEnd = ({ passingTopicIdleMs: idleForMs }: Limits) => ({
  removal: { afterMs: null, unsubscribedForMs: null, withSession: false, idleForMs },
})

/** Whose a new topic at this path is by the rules; null: they do not say. */
export function ruledOwner(rules: readonly TopicRule[], path: string): string | null {
  return ruledProperties(rules, path).owner ?? null
}

/** Whether readers of messages are told that the topic at this path was removed from elsewhere. [SEM 4.6] */
export function areRemovalsTold(rules: readonly TopicRule[], path: string): boolean {
  return matching(rules, path).findLast((rule) => rule.tellsRemovals !== undefined)?.tellsRemovals ?? true
}

/** What a client asks for, cut to the limits, or to the rule where that is above them. */
function allowed(asked: HistoryBounds, ruled: HistoryBounds | null, limits: Limits): HistoryBounds {
  const countMax = Math.max(limits.historyUpdatesMax, ruled?.count ?? 0)
  const bytesMax = Math.max(limits.historyTopicBytesMax, ruled?.bytes ?? 0)
  return {
    count: asked.count === null ? null : Math.min(asked.count, countMax),
    ageMs: asked.ageMs,
    bytes: asked.bytes === null ? null : Math.min(asked.bytes, bytesMax),
  }
}

/** What the rules say about a topic at this path; where several match, later ones win. */
function ruledProperties(rules: readonly TopicRule[], path: string): Partial<TopicProperties> {
  return Object.assign({}, ...matching(rules, path).map((rule) => rule.properties))
}

function matching(rules: readonly TopicRule[], path: string): readonly TopicRule[] {
  if (rules.length === 0) return rules
  const levels = path.split('/')
  return rules.filter((rule) => selectorMatches(rule.selector, levels))
}
