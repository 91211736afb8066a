import { defaultProperties } from './properties.js'
import { Topic } from './topic.js'
import { TreeNode } from './topic-tree.js'

/** One topic that went. */
export interface RemovedTopic {
  readonly offset: number
  readonly topicId: number
  readonly path: string
}

/**
 * The newest removals, so that a reader who was away can be told what went. [SEM 1.6]
 *
 * Invariant: every removal above `lostOffset` is here, and at most twice `countMax` are.
 */
export class Removals {
  /** Offset of the newest removal that was forgotten. */
  lostOffset = 0
  private kept: RemovedTopic[] = []
  private readonly countMax: number

  constructor(countMax: number) {
    this.countMax = countMax
  }

  add(removed: RemovedTopic): void {
    this.kept.push(removed)
    // The older half goes in one cut, so that adding costs the same on average, whatever the bound.
    if (this.kept.length < this.countMax * 2) return
    this.lostOffset = this.kept[this.countMax - 1]?.offset ?? this.lostOffset
    this.kept = this.kept.slice(this.countMax)
  }

  /** Removals above this offset, oldest first. */
  since(offset: number): readonly RemovedTopic[] {
    return this.kept.filter((removed) => removed.offset > offset)
  }
}

/** A topic that is gone, as far as a reader who comes back must still be told of it. */
export function ghostOf(removed: RemovedTopic): Topic {
  const ghost = new Topic(removed.topicId, new TreeNode(removed.path, new TreeNode('', null)), defaultProperties, 0)
  ghost.offset = removed.offset
  ghost.isRemoved = true
  return ghost
}
