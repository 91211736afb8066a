import type { Version } from '../../core/index.js'
import { Parts } from './bytes.js'
import { seal, unseal } from './sealed.js'

/** The first byte: what this is, and which way of writing it. 0x2_ are versions. */
const format = 0x21

/** A version with the epoch in which it counts. */
export interface EpochVersion {
  readonly epoch: string
  readonly version: Version
}

/**
 * A version of a topic as opaque text, fit for an ETag: at most 39 characters. [SEM 1.2]
 *
 *     format | epoch, 8 | offset | previous | check, 4
 */
export function formatVersion(epoch: string, { offset, previous }: Version): string {
  return seal(format, epoch, [offset, previous])
}

/** Null if the text is no version, or was cut or edited. */
export function parseVersion(text: string): EpochVersion | null {
  const bytes = unseal(text)
  if (bytes === null) return null
  const parts = new Parts(bytes)
  const isVersion = parts.byte() === format
  const epoch = parts.epoch()
  const version = { offset: parts.number(), previous: parts.number() }
  return isVersion && !parts.isBroken && parts.isAtEnd ? { epoch, version } : null
}
