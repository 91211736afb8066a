import type { LevelRead } from './level-syntax.js'
import { readLevel, readPlainLevel } from './level-syntax.js'
import { pathLevelsMax, patternLevelsMax, selectorCharactersMax } from './limits.js'
import type { Malformed } from './malformed.js'
import { malformed } from './malformed.js'
import type { SelectorLevel } from './selector-level.js'
import { isSpecial, levelCovers, levelMatches } from './selector-level.js'

/** Names topics: one, or all of a kind. Made by `parseSelector` or `parsePlainSelector`, never changed. */
export interface Selector {
  /** Its spelling in the selector language; reading it again gives the same selector. */
  readonly text: string
  readonly levels: readonly SelectorLevel[]
  /** The one path it matches; null where it could match several. */
  readonly literalPath: string | null
  /** Index of the level that is the first for its reader: above 0 where that sees only what is below some path. [SEM 5.1] */
  readonly first: number
}

/** What reading a selector gives. */
export type ParsedSelector = { readonly kind: 'selector'; readonly selector: Selector } | Malformed

/** Reads a selector of the gateway's own language. [SEM 5.3] */
export function parseSelector(text: string): ParsedSelector {
  return parse(text, readLevel)
}

/** Reads a selector of a dialect that knows `+` and `#` only; its `text` may therefore differ from what was read. [SEM 5.3] */
export function parsePlainSelector(text: string): ParsedSelector {
  return parse(text, readPlainLevel)
}

/** Whether the selector matches the path in the first `depth` entries of `levels`. */
export function selectorMatches(selector: Selector, levels: readonly string[], depth: number = levels.length): boolean {
  if (isEmptyInView(selector, levels, depth)) return false
  let index = 0
  for (const level of selector.levels) {
    if (level.kind === 'rest' && index > selector.first) return true // `a/#` matches `a` too.
    const name = index < depth ? levels[index] : undefined
    if (name === undefined || !levelMatches(level, name, index === selector.first)) return false
    if (level.kind === 'rest') return true
    index += 1
  }
  return index === depth
}

/** For a path that the selector matches as seen from the root of all topics: whether it does as its reader sees it, too. */
export function matchesInView(selector: Selector, names: readonly string[], depth: number): boolean {
  const { levels, first } = selector
  if (first === 0) return true
  if (isEmptyInView(selector, names, depth)) return false
  const level = levels[first]
  const name = first < depth ? names[first] : undefined
  return level !== undefined && name !== undefined && (!isSpecial(name) || levelMatches(level, name, true))
}

/** Whether the path is the empty one to the selector's reader; no path is empty. [SEM 5.1] */
function isEmptyInView({ first }: Selector, names: readonly string[], depth: number): boolean {
  return first > 0 && depth === first + 1 && names[first] === ''
}

/**
 * Whether `wide` matches every path that `narrow` matches, both as seen from the root of all topics. True is always right; false is exact as long as
 * neither holds a regular expression, and errs on the safe side where one does (see `levelCovers`).
 */
export function selectorCovers(wide: Selector, narrow: Selector): boolean {
  for (const [index, level] of wide.levels.entries()) {
    const under = narrow.levels[index]
    if (level.kind === 'rest' && index > 0) return true
    if (under === undefined || !levelCovers(level, under, index === 0)) return false
    if (level.kind === 'rest') return true
    // Only at the first level does `#` need a level to be there: `#` is `+/#`.
    if (under.kind === 'rest') return index === 0 && wide.levels[1]?.kind === 'rest'
  }
  return narrow.levels.length === wide.levels.length
}

type ReadLevel = (selector: string, at: number) => LevelRead

function parse(text: string, read: ReadLevel): ParsedSelector {
  const unusable = findUnusable(text)
  if (unusable !== null) return unusable
  const levels: SelectorLevel[] = []
  for (let at = 0; at <= text.length; ) {
    const outcome = read(text, at)
    if (outcome.kind === 'malformed') return outcome
    const wrong = findMisplaced(levels, outcome.level, outcome.end === text.length)
    if (wrong !== null) return malformed(wrong, at)
    levels.push(outcome.level)
    at = outcome.end + 1
  }
  return finish(levels)
}

/** What no path can hold. */
function findUnusable(text: string): Malformed | null {
  if (text === '') return malformed('expected a selector, found nothing', 0)
  if (text.length > selectorCharactersMax) {
    return malformed(`expected at most ${selectorCharactersMax} characters`, selectorCharactersMax)
  }
  const unusable = text.search(/[\0\p{Surrogate}]/u)
  return unusable === -1 ? null : malformed('no path holds NUL or half of a surrogate pair', unusable)
}

/** What is wrong with this level behind those before it. */
function findMisplaced(before: readonly SelectorLevel[], level: SelectorLevel, isLast: boolean): string | null {
  if (level.kind === 'rest' && !isLast) return 'expected # at the end only'
  if (before.length === pathLevelsMax) return `expected at most ${pathLevelsMax} levels`
  if (!isPattern(level) || before.filter(isPattern).length < patternLevelsMax) return null
  return `expected at most ${patternLevelsMax} levels with alternatives or regular expressions`
}

function isPattern(level: SelectorLevel): boolean {
  return level.kind === 'alternatives' || level.kind === 'regex'
}

function finish(levels: readonly SelectorLevel[]): ParsedSelector {
  const text = levels.map((level) => level.text).join('/')
  if (text === '') return malformed('expected a name: no path is empty', 0)
  const names = levels.flatMap((level) => (level.kind === 'literal' ? [level.name] : []))
  const literalPath = names.length === levels.length ? names.join('/') : null
  return { kind: 'selector', selector: { text, levels, literalPath, first: 0 } }
}
