import type { Selector, SelectorLevel } from '../core/index.js'
import { levelMatches } from '../core/index.js'

/** Whether some path may match both. False is always right; true errs where two regular expressions meet. */
export function selectorsMeet(one: Selector, other: Selector): boolean {
  const depth = Math.max(one.levels.length, other.levels.length)
  for (let index = 0; index < depth; index += 1) {
    const [here, there] = [one.levels[index], other.levels[index]]
    // `a/#` matches `a` too, so that behind the first level it meets whatever follows, or nothing.
    if (index > 0 && (here?.kind === 'rest' || there?.kind === 'rest')) return true
    if (here === undefined || there === undefined || !levelsMeet(here, there, index === 0)) return false
    if (here.kind === 'rest' || there.kind === 'rest') return true
  }
  return true
}

function levelsMeet(one: SelectorLevel, other: SelectorLevel, isFirst: boolean): boolean {
  const names = namesOf(one) ?? namesOf(other)
  if (names === null) return true
  return names.some((name) => levelMatches(one, name, isFirst) && levelMatches(other, name, isFirst))
}

/** The names that a level lists; null where it describes them. */
function namesOf(level: SelectorLevel): readonly string[] | null {
  if (level.kind === 'literal') return [level.name]
  return level.kind === 'alternatives' ? [...level.names] : null
}
