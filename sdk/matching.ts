import type { Reader } from './reader.js'
import { selectorMatches } from './selector.js'

/** A reader of one topic. */
export interface Audience {
  readonly reader: Reader
  /** The topic comes faster than this reader wants, since another asked for more. */
  readonly isThinned: boolean
}

/** Who reads which topic: found once for each path, and anew when readers come or go. */
export class Matching {
  private readonly readers = new Set<Reader>()
  private readonly found = new Map<string, readonly Audience[]>()

  add(reader: Reader): void {
    this.readers.add(reader)
    this.found.clear()
  }

  remove(reader: Reader): void {
    this.readers.delete(reader)
    this.found.clear()
  }

  audienceOf(path: string): readonly Audience[] {
    const known = this.found.get(path)
    if (known !== undefined) return known
    const audience = this.find(path)
    this.found.set(path, audience)
    return audience
  }

  private find(path: string): readonly Audience[] {
    const levels = path.split('/')
    const readers = [...this.readers].filter((reader) => selectorMatches(reader.parsed, levels))
    const fastestMs = Math.min(...readers.map((reader) => reader.wanted.intervalMs))
    return readers.map((reader) => ({ reader, isThinned: isThinned(reader, fastestMs) }))
  }
}

/** A stream of which nothing may be left out is not thinned; its reader gets it as fast as another wanted it. */
function isThinned({ wanted }: Reader, fastestMs: number): boolean {
  return wanted.intervalMs > fastestMs && wanted.delivery !== 'all'
}
