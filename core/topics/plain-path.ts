import { pathLevelsMax, selectorCharactersMax } from './limits.js'
import type { Selector } from './selector.js'

/** Nothing in it means more than itself. Half surrogate pairs are looked for elsewhere. */
const plain = /^[^\0+#{~="'\ud800-\udfff]+$/

/**
 * The selector of one topic whose path it is; null: it may mean more, and has to be read. Most of what is fetched is such, and to read it
 * as a selector takes four times as long: a twentieth of an answer over HTTP.
 */
export function selectorOfPlainPath(text: string): Selector | null {
  if (text.length > selectorCharactersMax || !plain.test(text)) return null
  const names = text.split('/')
  if (names.length > pathLevelsMax) return null
  const levels = names.map((name) => ({ kind: 'literal', name, text: name }) as const)
  return { text, levels, literalPath: text, first: 0 }
}
