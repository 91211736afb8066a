import type { TopicProperties } from '../core/index.js'
import { defaultProperties } from '../core/index.js'

/** Properties as `--create` spells them, `history.count` → `3`; those that are not set are left out. */
function spelledProperties(properties: Partial<TopicProperties>): Map<string, string> {
  const { history, removal, ...others } = properties
  const milliseconds = (value: number | null | undefined) => (value == null ? null : `${value}ms`)
  const all = {
    ...others,
    // To an SDK client, which reads states.
    ...(others.delivery === null && { delivery: 'latest' }),
    'history.count': history?.count,
    'history.age': milliseconds(history?.ageMs),
    'history.bytes': history?.bytes,
    'removal.after': milliseconds(removal?.afterMs),
    'removal.unsubscribedFor': milliseconds(removal?.unsubscribedForMs),
    'removal.idleFor': milliseconds(removal?.idleForMs),
    'removal.withSession': removal?.withSession || null,
  }
  return new Map(Object.entries(all).flatMap(([key, value]) => (value == null ? [] : [[key, String(value)] as const])))
}

const usual = spelledProperties(defaultProperties)

/** `delivery=all`, `priority=0`: what differs from a topic that nobody configured. */
export function unusualProperties(properties: TopicProperties): string[] {
  return [...spelledProperties(properties)].flatMap(([key, value]) =>
    usual.get(key) === value ? [] : [`${key}=${value}`],
  )
}

/** In words, how a topic is other than it was wanted; what was not named is wanted as usual. */
export function differences(wanted: Partial<TopicProperties>, found: TopicProperties): string[] {
  const [named, real] = [spelledProperties(wanted), spelledProperties(found)]
  return [...new Set([...named.keys(), ...real.keys()])].flatMap((key) => {
    const [want, is = 'not set'] = [named.get(key) ?? usual.get(key), real.get(key)]
    return want === is ? [] : [`${key} is ${is}${want === undefined ? '' : `, not ${want}`}`]
  })
}
