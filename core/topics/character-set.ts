/** Code points from `from` to `to`, both included. */
export interface CodePointRange {
  readonly from: number
  readonly to: number
}

/** A set of code points. Invariant: ranges in rising order that neither overlap nor touch. */
export type CharacterSet = readonly CodePointRange[]

const codePointMax = 0x10ffff

/** Every code point; a level has no lines, so `.` means this. */
export const anyCharacter: CharacterSet = [{ from: 0, to: codePointMax }]

/** `\d`, ASCII only. */
export const digits: CharacterSet = fromPairs('09')

/** `\w`, ASCII only. */
export const wordCharacters: CharacterSet = fromPairs('09AZ__az')

/** `\s`, the blanks of ECMAScript. */
export const blanks: CharacterSet = fromPairs(
  '\t\r  \u00a0\u00a0\u1680\u1680\u2000\u200a\u2028\u2029\u202f\u202f\u205f\u205f\u3000\u3000\ufeff\ufeff',
)

/** The set that holds one character. */
export function single(codePoint: number): CharacterSet {
  return [{ from: codePoint, to: codePoint }]
}

/** All that is in any of the ranges, which may overlap and come in any order. */
export function union(ranges: readonly CodePointRange[]): CharacterSet {
  const merged: CodePointRange[] = []
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last === undefined || range.from > last.to + 1) merged.push(range)
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
  }
  return merged
}

/** All that is not in the set. */
export function complement(set: CharacterSet): CharacterSet {
  const gaps: CodePointRange[] = []
  let from = 0
  for (const range of set) {
    if (range.from > from) gaps.push({ from, to: range.from - 1 })
    from = range.to + 1
  }
  if (from <= codePointMax) gaps.push({ from, to: codePointMax })
  return gaps
}

/** Whether the set holds the code point. By halves, so that a class of a thousand ranges costs ten steps. */
export function contains(set: CharacterSet, codePoint: number): boolean {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >> 1
    const range = set[middle]
    if (range === undefined || codePoint < range.from) high = middle
    else if (codePoint > range.to) low = middle + 1
    else return true
  }
  return false
}

/** Two characters for each range, the first and the last. */
function fromPairs(pairs: string): CharacterSet {
  const ranges: CodePointRange[] = []
  for (let at = 0; at < pairs.length; at += 2) {
    ranges.push({ from: pairs.charCodeAt(at), to: pairs.charCodeAt(at + 1) })
  }
  return ranges
}
