import type { Reader } from './reader.js'
import { selectorMatches } from './selector.js'

/** A reader of one topic. */
export interface Audience {
  readonly reader: Reader
  /** The topic comes faster than this reader wants, since another asked for more. */
  readonly isThinned: boolean
}

/** Who reads which topic: found once for each path, and anew when readers of it come or go. */
export class Matching {
  /** By the topic that they name, so that many cost it no more than its own; null: all others. */
  readonly #readers = new Map<string | null, Set<Reader>>()
  readonly #found = new Map<string, readonly Audience[]>()

  add(reader: Reader): void {
    const { literalPath } = reader.parsed
    this.#readers.set(literalPath, this.#of(literalPath).add(reader))
    this.#forget(literalPath)
  }

  remove(reader: Reader): void {
    const { literalPath } = reader.parsed
    const readers = this.#of(literalPath)
    readers.delete(reader)
    if (readers.size === 0) this.#readers.delete(literalPath)
    this.#forget(literalPath)
  }

  audienceOf(path: string): readonly Audience[] {
    const known = this.#found.get(path)
    if (known !== undefined) return known
    const audience = this.#find(path)
    this.#found.set(path, audience)
    return audience
  }

  #of(literalPath: string | null): Set<Reader> {
    return this.#readers.get(literalPath) ?? new Set()
  }

  #forget(literalPath: string | null): void {
    if (literalPath === null) this.#found.clear()
    else this.#found.delete(literalPath)
  }

  #find(path: string): readonly Audience[] {
    const levels = path.split('/')
    const matching = [...this.#of(null)].filter((reader) => selectorMatches(reader.parsed, levels))
    const readers = [...matching, ...this.#of(path)]
    const fastestMs = Math.min(...readers.map((reader) => reader.wanted.intervalMs))
    return readers.map((reader) => ({ reader, isThinned: isThinned(reader, fastestMs) }))
  }
}

/** A stream of which nothing may be left out is not thinned; its reader gets it as fast as another wanted it. */
function isThinned({ wanted }: Reader, fastestMs: number): boolean {
  return wanted.intervalMs > fastestMs && wanted.delivery !== 'all'
}
