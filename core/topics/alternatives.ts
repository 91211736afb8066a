import { alternativesCharactersMax, alternativesMax } from './limits.js'
import type { Malformed } from './malformed.js'
import { malformed } from './malformed.js'

/** The names that a level with alternatives stands for; `at` counts characters from the start of the level. */
export type Alternatives = { readonly kind: 'names'; readonly names: ReadonlySet<string> } | Malformed

/** Writes out `temp{1,2}-{in,out}`: four names. Inside braces only `,` and `}` are special, and a text may be empty. [SEM 5.3] */
export function expandAlternatives(level: string): Alternatives {
  let names: readonly string[] = ['']
  for (let at = 0; at < level.length; ) {
    const part = readPart(level, at)
    if (part.kind === 'malformed') return part
    if (!fits(names, part.texts)) return malformed(tooMany, at)
    names = names.flatMap((name) => part.texts.map((text) => name + text))
    at = part.end
  }
  return { kind: 'names', names: new Set(names) }
}

type Part = { readonly kind: 'part'; readonly texts: readonly string[]; readonly end: number } | Malformed

const tooMany = `its alternatives stand for more than ${alternativesMax} names, or ${alternativesCharactersMax} characters of names`

/** The text up to the next `{`, or what stands between braces. */
function readPart(level: string, at: number): Part {
  return level[at] === '{' ? readBraces(level, at) : readText(level, at)
}

function readText(level: string, at: number): Part {
  const open = level.indexOf('{', at)
  const end = open === -1 ? level.length : open
  const text = level.slice(at, end)
  const stray = text.indexOf('}')
  if (stray !== -1) return malformed('a } without its {', at + stray)
  return { kind: 'part', texts: [text], end }
}

function readBraces(level: string, at: number): Part {
  const close = level.indexOf('}', at)
  if (close === -1) return malformed(`expected } to close this {; a literal { is written ="…"`, at)
  const inner = level.slice(at + 1, close)
  if (inner === '') return malformed('expected alternatives between { and }', at)
  const nested = inner.indexOf('{')
  if (nested !== -1) return malformed('alternatives cannot hold alternatives', at + 1 + nested)
  return { kind: 'part', texts: inner.split(','), end: close + 1 }
}

/** Asked before the names are made: their number is a product. */
function fits(names: readonly string[], texts: readonly string[]): boolean {
  const count = names.length * texts.length
  const characters = lengthOf(names) * texts.length + lengthOf(texts) * names.length
  return count <= alternativesMax && characters <= alternativesCharactersMax
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((total, text) => total + text.length, 0)
}
