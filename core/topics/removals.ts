import type { StoredRemovals } from './stored-removals.js'
import type { Topic } from './topic.js'

/**
 * The topics that went last, so that a reader who was away can be told; they keep what history they have until nobody needs it.
 *
 * Invariant: every removal above `lostOffset` is here, and at most twice `countMax` are.
 */
export class Removals {
  /** Offset of the newest removal that was forgotten. */
  lostOffset = 0
  /** Where those of stored topics are kept over restarts; null: nowhere. */
  stored: StoredRemovals | null = null
  private kept: Topic[] = []
  private readonly countMax: number

  constructor(countMax: number) {
    this.countMax = countMax
  }

  /** `isStored`: the topic was stored, and so is that it went. */
  add(removed: Topic, isStored: boolean): void {
    if (isStored) this.stored?.add(removed)
    this.restore(removed)
  }

  /** One that is stored, if it is to be. */
  restore(removed: Topic): void {
    this.kept.push(removed)
    // The older half goes in one cut, so that adding costs the same on average, whatever the bound.
    if (this.kept.length < this.countMax * 2) return
    this.lostOffset = this.kept[this.countMax - 1]?.offset ?? this.lostOffset
    this.kept = this.kept.slice(this.countMax)
    this.stored?.forget(this.lostOffset)
  }

  /** Topics that went above this offset, in that order. */
  since(offset: number): readonly Topic[] {
    return this.kept.slice(this.kept.findLastIndex((removed) => removed.offset <= offset) + 1)
  }
}
