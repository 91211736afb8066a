import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import { selectorOfPlainPath } from '../topics/plain-path.js'
import type { ParsedSelector } from '../topics/selector.js'
import { parseSelector } from '../topics/selector.js'
import { literalLevel } from '../topics/selector-level.js'

/**
 * How a session sees paths: today a root path, below which everything of this session lies. The one place that maps; audiences
 * carry it, so that bytes are shared only between those who see the same. [SEM 5.1]
 */
export class PathMap {
  readonly root: string
  private readonly prefix: string
  private readonly selectorPrefix: string
  /** Levels of the root. */
  private readonly depth: number

  constructor(root: string) {
    this.root = root
    this.prefix = root === '' ? '' : `${root}/`
    const levels = root === '' ? [] : root.split('/').map((name) => literalLevel(name).text)
    this.depth = levels.length
    this.selectorPrefix = levels.map((level) => `${level}/`).join('')
  }

  /** The gateway's path for the session's. */
  inward(path: string): string {
    return this.prefix + path
  }

  /** The session's path for the gateway's, which lies below the root. */
  outward(path: string): string {
    return path.slice(this.prefix.length)
  }

  /** The session's selector for the gateway's. */
  outwardSelector(text: string): string {
    return text.slice(this.selectorPrefix.length)
  }

  /** The gateway's selector for the session's; it matches nothing that the session does not see. */
  inwardSelector(text: string): ParsedSelector {
    const only = this.prefix === '' ? selectorOfPlainPath(text) : null
    if (only !== null) return { kind: 'selector', selector: only }
    const own = parseSelector(text)
    if (own.kind === 'malformed' || this.prefix === '') return own
    const inward = parseSelector(this.selectorPrefix + own.selector.text)
    if (inward.kind === 'malformed') return inward
    // Neither the root itself nor what is special at the session's own first level is "anything" to it. [SEM 2.6]
    return { ...inward, selector: { ...inward.selector, first: this.depth } }
  }
}

/** Why a client may not write to this path of its own view; null: it may. First levels with `$` are the gateway's. [SEM 5.2] */
export function reservedProblem(path: string): Refusal | null {
  if (path === '') return refuse('invalidPath', 'the path is empty')
  return path.startsWith('$') ? refuse('forbidden', 'first levels that begin with $ belong to the gateway') : null
}
