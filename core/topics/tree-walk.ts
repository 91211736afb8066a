import { assert } from '../assert.js'
import { pathLevelsMax } from './limits.js'
import type { Selector } from './selector.js'
import type { SelectorLevel } from './selector-level.js'
import { levelMatches } from './selector-level.js'
import type { Topic } from './topic.js'
import type { TopicTree, TreeNode } from './topic-tree.js'

/** A node whose children are being visited, and which level of the selector they must match. */
interface Stage {
  readonly children: Iterator<TreeNode>
  readonly levelIndex: number
}

/**
 * Visits the topics that a selector matches, a few nodes at a time, so that a million topics never hold up the loop.
 *
 * The tree may change between steps: what was there at the start and still is when the walk comes by is visited once; what is
 * added meanwhile may or may not be.
 */
export class TreeWalk {
  private readonly levels: readonly SelectorLevel[]
  private readonly stages: Stage[] = []
  private readonly first: number
  private root: TreeNode | null
  /** The one path that can match; null where several could. */
  private readonly only: string | null

  constructor(
    private readonly tree: TopicTree,
    selector: Selector,
  ) {
    this.levels = selector.levels
    this.first = selector.first
    this.only = selector.first === 0 ? selector.literalPath : null
    this.root = tree.root
  }

  /**
   * Visits at most `nodesMax` nodes, or until `visit` returns false; returns true once the walk is complete. A character tried
   * against a regular expression counts like a node: a name as long as a path may take 2 ms (measured).
   */
  step(nodesMax: number, visit: (topic: Topic) => boolean): boolean {
    if (this.only !== null) return this.visitOnly(this.only, visit)
    if (this.root !== null) {
      this.enter(this.root, 0)
      this.root = null
    }
    let wanted = true
    for (let visited = 0; visited < nodesMax && wanted; ) {
      const stage = this.stages.at(-1)
      if (!stage) return true
      const next = stage.children.next()
      visited += 1
      if (!next.done && this.levels[stage.levelIndex]?.kind === 'regex') visited += next.value.name.length
      if (next.done) this.stages.pop()
      else wanted = this.arrive(next.value, stage.levelIndex, visit)
    }
    return this.stages.length === 0
  }

  private visitOnly(path: string, visit: (topic: Topic) => boolean): true {
    const topic = this.root === null ? null : this.tree.find(path)
    this.root = null
    if (topic) visit(topic)
    return true
  }

  /** Comes to a node that may match the level at `levelIndex`. */
  private arrive(node: TreeNode, levelIndex: number, visit: (topic: Topic) => boolean): boolean {
    const level = this.levels[levelIndex]
    const depth = this.stages.length
    if (!level || !levelMatches(level, node.name, depth === this.first + 1)) return true
    const isRest = level.kind === 'rest'
    const next = isRest ? levelIndex : levelIndex + 1
    if (node.children !== null && next < this.levels.length) this.enter(node, next)
    if (node.topic === null || !this.endsAt(levelIndex) || this.isEmptyInView(node, depth)) return true
    return visit(node.topic)
  }

  /** No path is empty, and what has an empty one to the reader is nothing to it. */
  private isEmptyInView(node: TreeNode, depth: number): boolean {
    return this.first > 0 && depth === this.first + 1 && node.name === ''
  }

  /** Whether a path may end with the level at this index: it is the last, or only `#` follows, unless that is the reader's first. */
  private endsAt(levelIndex: number): boolean {
    const last = this.levels.length - 1
    if (levelIndex === last) return true
    return levelIndex === last - 1 && this.levels[last]?.kind === 'rest' && last > this.first
  }

  private enter(node: TreeNode, levelIndex: number): void {
    assert(this.stages.length <= pathLevelsMax, 'a tree is no deeper than paths may be')
    this.stages.push({ children: childrenFor(node, this.levels[levelIndex]), levelIndex })
  }
}

/** The children that can match: those named where the level knows its names, else all. */
function childrenFor(node: TreeNode, level: SelectorLevel | undefined): Iterator<TreeNode> {
  if (level?.kind === 'literal') return present([node.child(level.name)])
  if (level?.kind === 'alternatives') return present(Array.from(level.names, (name) => node.child(name)))
  return node.children instanceof Map ? node.children.values() : present([node.children])
}

function present(nodes: readonly (TreeNode | null)[]): Iterator<TreeNode> {
  return nodes.filter((node) => node !== null).values()
}
