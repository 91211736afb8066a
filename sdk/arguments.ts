import { RivuletError } from './errors.js'
import { limits } from './limits.js'
import type { Selector } from './selector.js'
import { parseSelector } from './selector.js'

/*
 * What a program gives is looked at here where the wire could not carry it: the gateway would have to take it for a broken
 * client, and end the link. Everything else is left to the gateway to judge.
 */

/** The names that options may have; the compiler sees to it that none is missing. */
export type Names<Options> = { readonly [Name in keyof Options]-?: unknown }

/** Throws `invalidArgument` for an option that has none of the names: a misspelling would be ignored, unnoticed. */
export function noOthers(options: object, names: object): void {
  for (const name of Object.keys(options)) oneOf(name, 'option', Object.keys(names))
}

/** A whole number from 0 on. Throws `invalidArgument`. */
export function wholeNumber(value: number, name: string, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return value
  const bound = most === Number.MAX_SAFE_INTEGER ? '' : `, at most ${most}`
  throw new RivuletError('invalidArgument', `${name}: expected a whole number from 0 on${bound}, not ${value}`)
}

/** One of a few words. Throws `invalidArgument`. */
export function oneOf<Word>(value: Word, name: string, words: readonly Word[]): Word {
  if (words.includes(value)) return value
  throw new RivuletError('invalidArgument', `${name}: expected ${words.join(', ')}, not ${String(value)}`)
}

/** Throws `invalidPath` for what is longer than any path. */
export function topicPath(path: string): string {
  if (typeof path === 'string' && path.length <= limits.pathBytesMax) return path
  throw new RivuletError('invalidPath', `expected a text of at most ${limits.pathBytesMax} bytes`)
}

/** Throws `invalidSelector`, with the place. */
export function readSelector(text: string): Selector {
  const parsed = parseSelector(text)
  if (parsed.kind === 'selector') return parsed.selector
  throw new RivuletError('invalidSelector', `${JSON.stringify(text)}, at ${parsed.at}: ${parsed.why}`)
}
