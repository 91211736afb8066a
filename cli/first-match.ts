import { parseSelector, selectorMatches } from '../core/index.js'

/**
 * Whether a topic is for the selector with this index to tell of: each belongs to the first that matches it, so that
 * overlapping selectors tell of it once. [SEM 2.1]
 */
export function isFirstMatch(selectors: readonly string[]): (path: string, index: number) => boolean {
  const parsed = selectors.map(parseSelector)
  return (path, index) => {
    const levels = path.split('/')
    const matches = (read: (typeof parsed)[number]) =>
      read.kind === 'selector' && selectorMatches(read.selector, levels)
    return !parsed.slice(0, index).some(matches)
  }
}
