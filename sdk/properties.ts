import type { HistoryBounds, Removal, TopicProperties } from '../core/index.js'
import type { Names } from './arguments.js'
import { noOthers, oneOf, wholeNumber } from './arguments.js'

/** What a topic shall be; what is left out is left to the gateway's rules. */
export interface PropertiesWanted extends Partial<Omit<TopicProperties, 'history' | 'removal'>> {
  readonly history?: Partial<HistoryBounds> | null
  readonly removal?: Partial<Removal> | null
}

const noHistory: HistoryBounds = { count: null, ageMs: null, bytes: null }
const noRemoval: Removal = { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: false }

const names: Names<PropertiesWanted> = {
  type: 1,
  delivery: 1,
  persist: 1,
  keep: 1,
  deltas: 1,
  priority: 1,
  owner: 1,
  history: 1,
  removal: 1,
}

/** The properties with each bound filled in. Throws `invalidArgument`. */
export function completeProperties(wanted: PropertiesWanted): Partial<TopicProperties> {
  const { history, removal, ...rest } = wanted
  noOthers(wanted, names)
  noOthers(history ?? {}, noHistory)
  noOthers(removal ?? {}, noRemoval)
  if (rest.priority !== undefined) oneOf(rest.priority, 'priority', [0, 1, 2, 3])
  for (const [name, bound] of [...Object.entries(history ?? {}), ...Object.entries(removal ?? {})]) {
    if (typeof bound === 'number') wholeNumber(bound, name)
  }
  return {
    ...rest,
    ...(history !== undefined && { history: history && { ...noHistory, ...history } }),
    ...(removal !== undefined && { removal: removal && { ...noRemoval, ...removal } }),
  }
}
