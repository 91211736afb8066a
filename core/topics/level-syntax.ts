import { expandAlternatives } from './alternatives.js'
import { compileRegex } from './level-regex.js'
import type { Malformed } from './malformed.js'
import { malformed } from './malformed.js'
import type { SelectorLevel } from './selector-level.js'
import { literalLevel, oneLevel, restLevel } from './selector-level.js'

/** A level and where it ends: at a `/`, or at the end of the selector. `at` counts from the start of the selector. */
export type LevelRead = { readonly kind: 'level'; readonly level: SelectorLevel; readonly end: number } | Malformed

/** Reads the level that begins at `at`, with everything the selector language has. [SEM 5.3] */
export function readLevel(selector: string, at: number): LevelRead {
  const first = selector[at]
  if (first === '~' || first === '=') return readQuoted(selector, at)
  if (first === '"' || first === "'") return malformed('expected ="…" around a level that begins with a quote', at)
  return readBare(selector, at, readBraces)
}

/** Reads the level that begins at `at`, where `+` and `#` alone are special: `{` and `~` mean themselves. [SEM 5.3] */
export function readPlainLevel(selector: string, at: number): LevelRead {
  return readBare(selector, at, (text, end) => ({ kind: 'level', level: literalLevel(text), end }))
}

type ReadText = (text: string, end: number, at: number) => LevelRead

function readBare(selector: string, at: number, readText: ReadText): LevelRead {
  const slash = selector.indexOf('/', at)
  const end = slash === -1 ? selector.length : slash
  const text = selector.slice(at, end)
  if (text === '+') return { kind: 'level', level: oneLevel, end }
  if (text === '#') return { kind: 'level', level: restLevel, end }
  return strayWildcard(text, at) ?? readText(text, end, at)
}

/** No path holds `+` or `#`, so a level that does is a slip rather than a name. */
function strayWildcard(text: string, at: number): Malformed | null {
  const stray = text.search(/[+#]/)
  if (stray === -1) return null
  return malformed(`expected ${text[stray]} alone in its level; no path holds this character`, at + stray)
}

function readBraces(text: string, end: number, at: number): LevelRead {
  if (!text.includes('{')) return { kind: 'level', level: literalLevel(text), end }
  const read = expandAlternatives(text)
  if (read.kind === 'malformed') return malformed(read.why, at + read.at)
  const [only] = read.names
  if (only !== undefined && read.names.size === 1) return { kind: 'level', level: literalLevel(only), end }
  return { kind: 'level', level: { kind: 'alternatives', text, names: read.names }, end }
}

/** `="name"` or `~"regex"`. */
function readQuoted(selector: string, at: number): LevelRead {
  const sign = selector[at]
  if (selector[at + 1] !== '"') {
    return malformed(`expected " after ${sign}; a name that begins with ${sign} is written ="${sign}…"`, at + 1)
  }
  const close = closingQuote(selector, at + 2)
  if (close === -1) return malformed('expected " to close this level', at + 1)
  const inner = selector.slice(at + 2, close)
  const slash = inner.indexOf('/')
  if (slash !== -1) return malformed('a level cannot hold /', at + 2 + slash)
  const end = close + 1
  if (end < selector.length && selector[end] !== '/') return malformed('expected / or the end after the closing "', end)
  return sign === '=' ? readName(inner, at + 2, end) : readRegex(inner, at + 2, end)
}

/** A backslash takes the next character with it, whatever the two mean inside. */
function closingQuote(selector: string, start: number): number {
  for (let at = start; at < selector.length; at++) {
    if (selector[at] === '"') return at
    if (selector[at] === '\\') at += 1
  }
  return -1
}

function readName(quoted: string, at: number, end: number): LevelRead {
  const unknown = quoted.replace(/\\["\\]/g, '  ').indexOf('\\')
  if (unknown !== -1) return malformed('expected " or \\ after \\', at + unknown + 1)
  const name = quoted.replace(/\\(.)/g, '$1')
  return strayWildcard(quoted, at) ?? { kind: 'level', level: literalLevel(name), end }
}

/** The matcher reads `\"` as a quote by itself, so nothing is unescaped and the text stays as written. */
function readRegex(quoted: string, at: number, end: number): LevelRead {
  const compiled = compileRegex(quoted)
  if (compiled.kind === 'malformed') return malformed(compiled.why, at + compiled.at)
  return { kind: 'level', level: { kind: 'regex', text: `~"${quoted}"`, regex: compiled.regex }, end }
}
