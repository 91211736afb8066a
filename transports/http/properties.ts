import type { HistoryBounds, Priority, Removal, TopicProperties } from '../../core/index.js'
import { isValueType } from './media.js'
import { shown } from './target.js'

/** What was asked of a new topic, or what is wrong with it. */
export type ReadProperties =
  | { readonly kind: 'properties'; readonly properties: Partial<TopicProperties> | null }
  | { readonly kind: 'wrong'; readonly why: string }

/** The words of `topics.rules` and `rivulet publish --create`, one parameter each. */
export const propertyNames = [
  'delivery',
  'history.count',
  'history.age',
  'history.bytes',
  'keep',
  'deltas',
  'priority',
  'owner',
  'persist',
  'removal.after',
  'removal.unsubscribedFor',
  'removal.idleFor',
  'removal.withSession',
] as const

type Name = (typeof propertyNames)[number]

class Wrong extends Error {}

/** Reads properties from parameters such as `delivery=all`, `history.age=1h`; null where none is named. Others are not looked at. */
export function propertiesIn(given: ReadonlyMap<string, string>): ReadProperties {
  if (given.size === 0 || !propertyNames.some((name) => given.has(name)))
    return { kind: 'properties', properties: null }
  const reader = new PropertyReader(given)
  try {
    return { kind: 'properties', properties: reader.properties() }
  } catch (error) {
    if (error instanceof Wrong) return { kind: 'wrong', why: error.message }
    throw error
  }
}

/** Reads the properties of a document, `{"type":"json","history":{"count":10}}`: the same words, nested. */
export function propertiesFrom(document: object): ReadProperties {
  const flat = new Map<string, string>()
  for (const [name, value] of Object.entries(document)) {
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value)
    const inner: [string, unknown][] = isNested
      ? Object.entries(value).map(([key, each]) => [`${name}.${key}`, each])
      : [[name, value]]
    for (const [key, each] of inner) flat.set(key, typeof each === 'string' ? each : JSON.stringify(each))
  }
  const unknown = [...flat.keys()].find((key) => key !== 'type' && !propertyNames.some((name) => name === key))
  if (unknown !== undefined) return { kind: 'wrong', why: `${shown(unknown)} is no property` }
  const type = flat.get('type')
  if (type !== undefined && !isValueType(type)) return { kind: 'wrong', why: `type: ${shown(type)} is no type` }
  const read = propertiesIn(flat)
  if (read.kind === 'wrong' || type === undefined) return read
  return { kind: 'properties', properties: { ...read.properties, type } }
}

class PropertyReader {
  constructor(private readonly given: ReadonlyMap<string, string>) {}

  properties(): Partial<TopicProperties> {
    const { given } = this
    const named: Partial<Record<keyof TopicProperties, unknown>> = {
      delivery: this.choice('delivery', ['latest', 'all'] as const),
      history: this.history(),
      keep: this.truth('keep'),
      deltas: this.truth('deltas'),
      priority: this.priority(),
      owner: given.get('owner'),
      persist: this.truth('persist'),
      removal: this.removal(),
    }
    return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  }

  private history(): HistoryBounds | undefined {
    const [count, ageMs, bytes] = [
      this.whole('history.count'),
      this.duration('history.age', 0),
      this.whole('history.bytes'),
    ]
    if (count === undefined && ageMs === undefined && bytes === undefined) return undefined
    return { count: count ?? null, ageMs: ageMs ?? null, bytes: bytes ?? null }
  }

  private removal(): Removal | undefined {
    const names = ['removal.after', 'removal.unsubscribedFor', 'removal.idleFor', 'removal.withSession'] as const
    if (!names.some((name) => this.given.has(name))) return undefined
    return {
      afterMs: this.duration('removal.after', 1) ?? null,
      unsubscribedForMs: this.duration('removal.unsubscribedFor', 1) ?? null,
      idleForMs: this.duration('removal.idleFor', 1) ?? null,
      withSession: this.withSession(),
    }
  }

  private withSession(): boolean {
    if (this.truth('removal.withSession') !== true) return false
    throw new Wrong('removal.withSession: a call has no session with which the topic could go')
  }

  private priority(): Priority | undefined {
    const named = this.choice('priority', ['0', '1', '2', '3'] as const)
    return named === undefined ? undefined : priorities[named]
  }

  private truth(name: Name): boolean | undefined {
    const said = this.choice(name, ['true', 'false'] as const)
    return said === undefined ? undefined : said === 'true'
  }

  private choice<const Choice extends string>(name: Name, choices: readonly Choice[]): Choice | undefined {
    const said = this.given.get(name)
    if (said === undefined) return undefined
    const found = choices.find((choice) => choice === said)
    if (found === undefined) throw new Wrong(`${name}: expected one of ${choices.join(', ')}, found ${shown(said)}`)
    return found
  }

  private whole(name: Name): number | undefined {
    const said = this.given.get(name)
    if (said === undefined) return undefined
    const count = /^\d{1,16}$/.test(said) ? Number(said) : 0
    if (count < 1 || !Number.isSafeInteger(count))
      throw new Wrong(`${name}: expected a whole number from 1, found ${shown(said)}`)
    return count
  }

  private duration(name: Name, leastMs: number): number | undefined {
    const said = this.given.get(name)
    if (said === undefined) return undefined
    const ms = durationMs(said)
    if (ms === null || ms < leastMs)
      throw new Wrong(`${name}: expected a duration such as 500ms, 30s, 12h or 7d, found ${shown(said)}`)
    return ms
  }
}

const priorities = { '0': 0, '1': 1, '2': 2, '3': 3 } as const

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s` → 30000; null: no duration, or one too short to be told from 0. */
export function durationMs(text: string): number | null {
  const [, count, unit] = /^(\d{1,12}(?:\.\d{1,12})?)(ms|s|m|h|d)$/.exec(text) ?? []
  const ms = Math.round(Number(count) * (unitMs[unit ?? ''] ?? 0))
  return count === undefined || (ms === 0 && Number(count) > 0) ? null : ms
}
