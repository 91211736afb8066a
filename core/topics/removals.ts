import type { Topic } from './topic.js'

/**
 * The topics that went last, so that a reader who was away can be told; they keep what history they have until nobody needs it.
 *
 * Invariant: every removal above `lostOffset` is here, and at most twice `countMax` are.
 */
export class Removals {
  /** Offset of the newest removal that was forgotten. */
  lostOffset = 0
  private kept: Topic[] = []
  private readonly countMax: number

  constructor(countMax: number) {
    this.countMax = countMax
  }

  add(removed: Topic): void {
    this.kept.push(removed)
    // The older half goes in one cut, so that adding costs the same on average, whatever the bound.
    if (this.kept.length < this.countMax * 2) return
    this.lostOffset = this.kept[this.countMax - 1]?.offset ?? this.lostOffset
    this.kept = this.kept.slice(this.countMax)
  }

  /** Topics that went above this offset, in that order. */
  since(offset: number): readonly Topic[] {
    return this.kept.slice(this.kept.findLastIndex((removed) => removed.offset <= offset) + 1)
  }
}
