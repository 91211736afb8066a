import { offsetKey } from '../core/index.js'

/**
 * Keys that lie side by side: `from` and up to, but without, `below`, in the order of their bytes in UTF-8, which is that of
 * code points.
 */
export interface KeyRange {
  readonly from: string
  readonly below: string
  includes(key: string): boolean
}

/** All keys that begin with a prefix, which must have a character that is not the last one of Unicode. */
export function prefixRange(prefix: string): KeyRange {
  return { from: prefix, below: following(prefix), includes: (key) => key.startsWith(prefix) }
}

/** The keys of offsets behind a prefix, both ends included. Such keys are ASCII: comparing text is comparing bytes. */
export function offsetRange(prefix: string, first: number, last: number): KeyRange {
  const [from, to] = [`${prefix}${offsetKey(first)}`, `${prefix}${offsetKey(last)}`]
  return { from, below: following(to), includes: (key) => key >= from && key <= to }
}

const lastCodePoint = 0x10ffff
/** Between these two are surrogates, which are not characters. */
const [beforeSurrogates, afterSurrogates] = [0xd7ff, 0xe000]

/** The first text that comes after all that begin with this one. */
function following(text: string): string {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === lastCodePoint) points.pop()
  const last = points.pop() ?? 0
  return String.fromCodePoint(...points, last === beforeSurrogates ? afterSurrogates : last + 1)
}
