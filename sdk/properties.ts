import type { HistoryBounds, Removal, TopicProperties } from '../core/index.js'

/** What a topic shall be; what is left out is left to the gateway's rules. */
export interface PropertiesWanted extends Partial<Omit<TopicProperties, 'history' | 'removal'>> {
  readonly history?: Partial<HistoryBounds> | null
  readonly removal?: Partial<Removal> | null
}

const noHistory: HistoryBounds = { count: null, ageMs: null, bytes: null }
const noRemoval: Removal = { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: false }

/** The properties with each bound filled in. */
export function completeProperties({ history, removal, ...rest }: PropertiesWanted): Partial<TopicProperties> {
  return {
    ...rest,
    ...(history !== undefined && { history: history && { ...noHistory, ...history } }),
    ...(removal !== undefined && { removal: removal && { ...noRemoval, ...removal } }),
  }
}
