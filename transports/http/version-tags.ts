import type { OutgoingHttpHeaders } from 'node:http'
import { formatVersion } from '../../codecs/position/index.js'
import type { Version } from '../../core/index.js'
import { answerLimits } from './limits.js'

/** A version of a topic, and what is said of it again and again. */
export interface KnownVersion {
  readonly offset: number
  /** The opaque text of its entity tag, without quotes. */
  readonly tag: string
  /** Header fields of an answer with the whole value; null: nobody has asked yet. */
  fields: OutgoingHttpHeaders | null
}

/** Versions of topics as entity tags, remembered while they last: to write one takes as long as all the rest of an answer. [SEM 1.2] */
export class VersionTags {
  private readonly known = new Map<string, KnownVersion>()

  constructor(readonly epoch: string) {}

  of(path: string, version: Version): KnownVersion {
    const known = this.known.get(path)
    if (known?.offset === version.offset) return known
    const made = { offset: version.offset, tag: formatVersion(this.epoch, version), fields: null }
    if (this.known.size >= answerLimits.tagsMax) this.known.clear()
    this.known.set(path, made)
    return made
  }
}
