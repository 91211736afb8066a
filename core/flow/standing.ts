import { pace } from '../limits.js'
import type { HeldTopic, Position } from '../messages.js'
import { toldUpTo } from '../positions.js'
import type { SharedBatch } from './batch.js'
import type { Reading } from './reading.js'

/** What decides where a reader stands. */
export interface Standing {
  readonly epoch: string
  /** Offset of the newest update that was sent and moves the position. */
  readonly newestOffset: number
  /** The position from which a resume is being worked off, if one is. */
  readonly resumingFrom: Position | null
  /** Changes from here on may concern the reader, who was not marked yet. */
  readonly unmarkedFrom: number
}

/**
 * Where the reader stands while these readings are still owed, or null if nothing older than the newest update is: then that
 * update's offset says it all. [SEM 1.4]
 */
export function positionOf(
  standing: Standing,
  left: readonly Reading[],
  also: readonly HeldTopic[] = [],
): Position | null {
  const { epoch, newestOffset, resumingFrom, unmarkedFrom } = standing
  // Until a resume is worked off, updates leave in any order.
  if (resumingFrom !== null) return toldUpTo(resumingFrom, newestOffset)
  const held = also.slice(0, pace.heldMax)
  let count = also.length
  let oldest = also.reduce((least, { offset }) => Math.min(least, offset), unmarkedFrom)
  for (const reading of left) {
    if (!isBehind(reading, newestOffset)) continue
    count += 1
    oldest = Math.min(oldest, reading.owedFrom)
    if (held.length < pace.heldMax) held.push({ topicId: reading.topic.id, offset: reading.owedFrom })
  }
  const isUnmarked = unmarkedFrom <= newestOffset
  if (count === 0 && !isUnmarked) return null
  if (count <= pace.heldMax && !isUnmarked) return { epoch, offset: newestOffset, held }
  return toldUpTo({ epoch, offset: oldest - 1, held: [] }, newestOffset)
}

/** Topics of which a batch carries only the first of the updates that are owed. */
export function partlyGathered(batch: SharedBatch, owed: readonly Reading[]): HeldTopic[] {
  const held: HeldTopic[] = []
  for (let index = 0; index < batch.readings; index++) {
    const reading = owed[index]
    const offset = batch.leftFrom[index] ?? 0
    if (offset > 0 && reading && reading.owedFrom > 0) {
      held.push({ topicId: reading.topic.id, offset: Math.max(offset, reading.owedFrom) })
    }
  }
  return held
}

/** What is owed beside changes moves no position: a resume before `synced` repeats the snapshot. */
function isBehind(reading: Reading, newestOffset: number): boolean {
  return reading.owedFrom > 0 && reading.owedFrom <= newestOffset
}
