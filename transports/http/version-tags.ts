import { formatVersion } from '../../codecs/position/index.js'
import type { Version } from '../../core/index.js'
import { answerLimits } from './limits.js'

interface Remembered {
  readonly offset: number
  readonly tag: string
}

/** Versions of topics as entity tags, remembered while they last: to write one takes as long as all the rest of an answer. [SEM 1.2] */
export class VersionTags {
  private readonly known = new Map<string, Remembered>()

  constructor(readonly epoch: string) {}

  /** The opaque text, without quotes. */
  of(path: string, version: Version): string {
    const known = this.known.get(path)
    if (known?.offset === version.offset) return known.tag
    const tag = formatVersion(this.epoch, version)
    if (this.known.size >= answerLimits.tagsMax) this.known.clear()
    this.known.set(path, { offset: version.offset, tag })
    return tag
  }
}
