import type { LevelRegex } from './level-regex.js'

/**
 * One level of a selector. `text` is its one spelling in the selector language: equal texts, equal levels. [SEM 5.3]
 *
 * `one` is `+`, `rest` is `#`. A literal and alternatives know every name that they match, so a tree or an
 * index looks the names up; only `one`, `rest` and `regex` must be tried on each child.
 */
export type SelectorLevel =
  | { readonly kind: 'literal'; readonly text: string; readonly name: string }
  | { readonly kind: 'alternatives'; readonly text: string; readonly names: ReadonlySet<string> }
  | { readonly kind: 'regex'; readonly text: string; readonly regex: LevelRegex }
  | { readonly kind: 'one'; readonly text: '+' }
  | { readonly kind: 'rest'; readonly text: '#' }

/** `+` */
export const oneLevel: SelectorLevel = { kind: 'one', text: '+' }

/** `#` */
export const restLevel: SelectorLevel = { kind: 'rest', text: '#' }

/** The level that matches this name and nothing else, quoted where the language needs it. */
export function literalLevel(name: string): SelectorLevel {
  const needsQuotes = name.includes('{') || /^[~="']/.test(name)
  return { kind: 'literal', name, text: needsQuotes ? `="${name.replace(/["\\]/g, '\\$&')}"` : name }
}

/**
 * Whether a level of a selector matches the level of a path that stands at the same place.
 *
 * At the first level a `$` must be written out: `+` and `#` do not match such names [SEM 2.6], nor does a
 * regular expression whose first character is a class or `.`. Who asks for "anything" means the topics that
 * people publish; `{$SYS,a}` and `~"\$.*"` cannot be meant otherwise.
 */
export function levelMatches(level: SelectorLevel, name: string, isFirst: boolean): boolean {
  const mustBeNamed = isFirst && isSpecial(name)
  switch (level.kind) {
    case 'literal':
      return level.name === name
    case 'alternatives':
      return level.names.has(name)
    case 'regex':
      return level.regex.matches(name, mustBeNamed)
    default:
      return !mustBeNamed
  }
}

/**
 * Whether `wide` matches every name that `narrow` matches. True is always right. False may be wrong between two levels
 * of which one is a regular expression: what all it matches is not computed, only whether it matches a given name.
 */
export function levelCovers(wide: SelectorLevel, narrow: SelectorLevel, isFirst: boolean): boolean {
  switch (narrow.kind) {
    case 'literal':
      return levelMatches(wide, narrow.name, isFirst)
    case 'alternatives':
      return [...narrow.names].every((name) => levelMatches(wide, name, isFirst))
    case 'regex':
      return wide.text === narrow.text || (isWild(wide) && !(isFirst && narrow.regex.mayBeginNaming('$')))
    default:
      return isWild(wide)
  }
}

/** Names of the gateway's own branches, where they stand at the first level. [SEM 5.2] */
export function isSpecial(name: string): boolean {
  return name.startsWith('$')
}

function isWild(level: SelectorLevel): boolean {
  return level.kind === 'one' || level.kind === 'rest'
}
