import type { Limits } from '../limits.js'
import type { Refusal } from '../refusals.js'
import { pathProblem, utf8Length } from '../topics/path.js'
import type { PathMap } from './path-map.js'

/** A path that a publisher bound to a number. */
export interface Alias {
  /** The gateway's own. */
  readonly path: string
  /** The topic at that path, once known; 0: not yet. */
  topicId: number
  /** Whether publishing was allowed, and under which generation of the rights that was asked. */
  refusal: Refusal | null
  generation: number
}

/** The numbers that a publisher bound to paths on its link; as many, and as long ones, as the limits allow. [PROTOCOL 6.2] */
export class Aliases {
  private readonly limits: Limits
  private readonly byNumber: (Alias | undefined)[] = []
  private readonly paths: PathMap
  private pathBytes = 0

  constructor(limits: Limits, paths: PathMap) {
    this.limits = limits
    this.paths = paths
  }

  /** What the number is bound to; null: nothing. */
  get(number: number): Alias | null {
    return this.byNumber[number] ?? null
  }

  /** Binds the number to the session's path. Null where that is no path, or there is no room: the number is then bound to nothing. */
  bind(number: number, outwardPath: string): Alias | null {
    if (number > this.limits.aliasesMax) return null
    const path = this.paths.inward(outwardPath)
    const known = this.byNumber[number]
    if (known?.path === path) return known
    this.pathBytes -= known ? utf8Length(known.path) : 0
    this.byNumber[number] = undefined
    if (outwardPath === '' || pathProblem(path) !== null) return null
    const pathBytes = utf8Length(path)
    if (this.pathBytes + pathBytes > this.limits.aliasBytesMax) return null
    this.pathBytes += pathBytes
    const bound = { path, topicId: 0, refusal: null, generation: -1 }
    this.byNumber[number] = bound
    return bound
  }
}
