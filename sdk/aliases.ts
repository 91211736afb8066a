import { limits } from './limits.js'

/** How a publish names its topic: the path, the path and a number for it, or the number alone. [PROTOCOL 6.1] */
export interface TopicName {
  readonly path: string | null
  /** 0: none. */
  readonly alias: number
}

/** Numbers for the paths that are published to over one link, so that each path is written once. [PROTOCOL 6.2] */
export class Aliases {
  /** 0 for a path that has to be written out. */
  private readonly numbers = new Map<string, number>()

  name(path: string): TopicName {
    const known = this.numbers.get(path)
    if (known === 0) return { path, alias: 0 }
    if (known !== undefined) return { path: null, alias: known }
    if (this.numbers.size === limits.aliasesMax) return { path, alias: 0 }
    const alias = this.numbers.size + 1
    this.numbers.set(path, alias)
    return { path, alias }
  }

  /** The gateway does not take the alias of this path: it is configured for fewer, or the path was refused. */
  writeOut(path: string): void {
    this.numbers.set(path, 0)
  }
}
