import { pathBytesMax, pathLevelsMax } from './limits.js'

/** Why the text is no topic path, in words; null: it is one. [SEM 5.1] */
export function pathProblem(path: string): string | null {
  let levels = 1
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i)
    if (unit === 0x2f) levels += 1
    else if (unit === 0x2b || unit === 0x23) return `"${path[i]}" at ${i} belongs to selectors, not to paths`
    else if (unit === 0) return `NUL at ${i}`
  }
  if (levels > pathLevelsMax) return `${levels} levels, at most ${pathLevelsMax} are allowed`
  if (path.length * 3 > pathBytesMax && utf8Length(path) > pathBytesMax) return `longer than ${pathBytesMax} bytes`
  return /\p{Surrogate}/u.test(path) ? 'half of a surrogate pair' : null
}

/** Bytes of the text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    // A surrogate pair is two units and four bytes; each of its units therefore adds one.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}
