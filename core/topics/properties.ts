import type { TopicProperties } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'

/** What a topic is when nobody says otherwise. */
export const defaultProperties: TopicProperties = {
  type: null,
  delivery: null,
  history: null,
  keep: true,
  deltas: true,
  priority: 2,
  persist: null,
  owner: null,
  removal: null,
}

/** Why these properties cannot be; null: they can. */
export function propertiesProblem(properties: TopicProperties): Refusal | null {
  const counts = [properties.history?.count, properties.history?.bytes]
  const ageMs = properties.history?.ageMs ?? 0
  const times = [properties.removal?.afterMs, properties.removal?.idleForMs, properties.removal?.unsubscribedForMs]
  const isBad = (value: number | null | undefined) => value != null && !(Number.isSafeInteger(value) && value > 0)
  if (counts.some(isBad)) return refuse('invalidProperties', 'history: count and bytes are whole numbers above 0')
  if (ageMs !== 0 && isBad(ageMs)) return refuse('invalidProperties', 'history: age is whole milliseconds, 0 or more')
  if (times.some(isBad)) return refuse('invalidProperties', 'removal: times are whole milliseconds above 0')
  if (![0, 1, 2, 3].includes(properties.priority)) return refuse('invalidProperties', 'priority is 0, 1, 2 or 3')
  return null
}

/** Whether the topic keeps more than is owed: at an age of 0 its history says only how much may be owed. */
export function keepsPast({ history }: TopicProperties): boolean {
  return history !== null && history.ageMs !== 0
}

/**
 * Equal properties as one object: 200,000 topics made by one rule share one.
 *
 * Bounded by `kindsMax`; beyond it, topics simply get objects of their own.
 */
export class PropertyKinds {
  private readonly kinds = new Map<string, TopicProperties>()
  private static readonly kindsMax = 10_000

  /** The object that stands for these properties. */
  kindOf(properties: TopicProperties): TopicProperties {
    const key = keyOf(properties)
    const known = this.kinds.get(key)
    if (known) return known
    if (this.kinds.size < PropertyKinds.kindsMax) this.kinds.set(key, properties)
    return properties
  }
}

/** Equal for equal properties. A fifth of the time that JSON takes, since thousands of topics may be made at once; the owner comes last, whatever its name holds. */
function keyOf(properties: TopicProperties): string {
  const { type, delivery, history, keep, deltas, priority, persist, owner, removal } = properties
  const kept = history && `${history.count},${history.ageMs},${history.bytes}`
  const end = removal && `${removal.afterMs},${removal.unsubscribedForMs},${removal.idleForMs},${removal.withSession}`
  return `${type} ${delivery} ${keep} ${deltas} ${priority} ${persist} ${kept} ${end} ${owner === null ? '' : `of ${owner}`}`
}

/** Whether two say the same. */
export function isSame(a: TopicProperties, b: TopicProperties): boolean {
  return keyOf(a) === keyOf(b)
}

/** The defaults, then what rules say, then what the creator asked for: later ones win. */
export function combine(...layers: readonly (Partial<TopicProperties> | null)[]): TopicProperties {
  return Object.assign({ ...defaultProperties }, ...layers)
}
