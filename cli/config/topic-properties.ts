import { z } from 'zod'
import type { HistoryBounds, Removal, TopicProperties } from '../../core/index.js'
import { choice, duration, durationOrNone, section, text, truth, wholeNumber } from './fields.js'

const countMax = Number.MAX_SAFE_INTEGER

const history = section({
  count: wholeNumber(1, countMax, 'updates').optional(),
  age: durationOrNone().optional(),
  bytes: wholeNumber(1, countMax, 'bytes').optional(),
}).transform(
  ({ count, age, bytes }): HistoryBounds => ({ count: count ?? null, ageMs: age ?? null, bytes: bytes ?? null }),
)

const removal = section({
  after: duration().optional(),
  unsubscribedFor: duration().optional(),
  idleFor: duration().optional(),
  withSession: truth().optional(),
}).transform(
  (given): Removal => ({
    afterMs: given.after ?? null,
    unsubscribedForMs: given.unsubscribedFor ?? null,
    idleForMs: given.idleFor ?? null,
    withSession: given.withSession ?? false,
  }),
)

const priorities = [0, 1, 2, 3] as const

/** The properties of a topic, as the configuration and `--create` spell them: `history: {count: 100, age: 1h}`. */
export const topicPropertyFields = {
  type: choice(['json', 'string', 'int64', 'double', 'binary']).optional(),
  delivery: choice(['latest', 'all']).optional(),
  history: history.optional(),
  keep: truth().optional(),
  deltas: truth().optional(),
  priority: z.literal(priorities, { error: '0 (leaves first), 1, 2 or 3' }).optional(),
  owner: text('the name of a principal').optional(),
  removal: removal.optional(),
  persist: truth().optional(),
}

/** The properties that were named, and none of the others. */
export function namedProperties(
  given: { readonly [Name in keyof typeof topicPropertyFields]?: TopicProperties[Name] | undefined },
): Partial<TopicProperties> {
  return Object.fromEntries(Object.keys(topicPropertyFields).flatMap((name) => entryOf(given, name)))
}

function entryOf(given: object, name: string): [string, unknown][] {
  const value: unknown = Reflect.get(given, name)
  return value === undefined ? [] : [[name, value]]
}
