import type { Limits } from '../limits.js'
import type { CreateRecord, ValueRecord } from '../log/update-log.js'
import type { HistoryBounds, TopicProperties } from '../messages.js'
import { combine } from './properties.js'
import type { Selector } from './selector.js'
import { selectorMatches } from './selector.js'

/** Properties for all topics that a selector matches; read when a topic is made. */
export interface TopicRule {
  readonly selector: Selector
  readonly properties: Partial<TopicProperties>
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
  const isPassing = record.kind === 'value' && record.handling?.isRetained === false
  const usual = isPassing ? { removal: { ...noEnd, idleForMs: limits.passingTopicIdleMs } } : null
  const wanted = combine(usual, ruled, record.properties, history)
  const declared = record.kind === 'value' ? record.type : null
  return wanted.type === null && declared !== null ? { ...wanted, type: declared } : wanted
}

const noEnd = { afterMs: null, unsubscribedForMs: null, withSession: false } as const

/** Whose a new topic at this path is by the rules; null: they do not say. */
export function ruledOwner(rules: readonly TopicRule[], path: string): string | null {
  return ruledProperties(rules, path).owner ?? null
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
  if (rules.length === 0) return {}
  const levels = path.split('/')
  const matching = rules.filter((rule) => selectorMatches(rule.selector, levels))
  return Object.assign({}, ...matching.map((rule) => rule.properties))
}
