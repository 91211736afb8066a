import type { HeldTopic, Position } from '../../core/index.js'
import { Parts } from './bytes.js'
import { seal, unseal } from './sealed.js'

/** The first byte: what this is, and which way of writing it. 0x1_ are positions. */
const format = 0x11

/** Held-back topics in a position, at most; keeps the text below 400 characters. [SEM 1.4] */
const heldMax = 16

/**
 * A position as opaque text for URLs and headers: at most 307 characters. A client returns it; core alone reads it. [SEM 1.3]
 *
 *     format | epoch, 8 | offset | number of held | topic, offset … | check, 4
 */
export function formatPosition({ epoch, offset, held }: Position): string {
  const pairs = held.flatMap((topic) => [topic.topicId, topic.offset])
  return seal(format, epoch, [offset, held.length, ...pairs])
}

/** Null if the text is no position, or was cut or edited. */
export function parsePosition(text: string): Position | null {
  const bytes = unseal(text)
  if (bytes === null) return null
  const parts = new Parts(bytes)
  const isPosition = parts.byte() === format
  const position = { epoch: parts.epoch(), offset: parts.number(), held: heldIn(parts) }
  return isPosition && !parts.isBroken && parts.isAtEnd ? position : null
}

function heldIn(parts: Parts): HeldTopic[] {
  const count = parts.byte()
  if (count > heldMax) parts.isBroken = true
  const length = parts.isBroken ? 0 : count
  return Array.from({ length }, () => ({ topicId: parts.number(), offset: parts.number() }))
}
