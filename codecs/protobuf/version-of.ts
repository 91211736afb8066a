import type { Version } from '../../core/index.js'
import type { WireUpdate } from './update-reader.js'

/** The version of a topic that a client holds. [PROTOCOL 4.7] */
export interface HeldVersion {
  readonly offset: number
  readonly timeMs: number
}

/**
 * Which version an update is, to a client that holds `held` of its topic (null: nothing). Null where the two do not fit, so
 * that the client must begin anew. [PROTOCOL 4.3, 4.4, 4.12]
 */
export function versionOf(update: WireUpdate, held: HeldVersion | null): (Version & HeldVersion) | null {
  const { back } = update
  if (update.offset !== 0) return checked(update.offset, back === 0 ? 0 : update.offset - back, update.timeMs)
  if (held === null) return null
  const offset = held.offset + update.skipped + 1
  return checked(offset, back === 0 ? held.offset : offset - back, held.timeMs + update.elapsedMs)
}

function checked(offset: number, previous: number, timeMs: number): (Version & HeldVersion) | null {
  const fits = Number.isSafeInteger(offset) && previous >= 0 && Number.isSafeInteger(timeMs)
  return fits ? { offset, previous, timeMs } : null
}
