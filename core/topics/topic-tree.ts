import { assert } from '../assert.js'
import type { Topic } from './topic.js'

/**
 * One level of a path. Most nodes have no child or one, so the first child is held inline and a map is made for the second.
 *
 * Invariant: every node except the root has a topic or a child.
 */
export class TreeNode {
  readonly name: string
  readonly parent: TreeNode | null
  topic: Topic | null = null
  children: TreeNode | Map<string, TreeNode> | null = null

  constructor(name: string, parent: TreeNode | null) {
    this.name = name
    this.parent = parent
  }

  child(name: string): TreeNode | null {
    const children = this.children
    if (children instanceof Map) return children.get(name) ?? null
    return children !== null && children.name === name ? children : null
  }

  /** Makes the child; there must be none of that name. */
  grow(name: string): TreeNode {
    const node = new TreeNode(name, this)
    if (this.children === null) this.children = node
    else if (this.children instanceof Map) this.children.set(name, node)
    else {
      this.children = new Map([
        [this.children.name, this.children],
        [name, node],
      ])
    }
    return node
  }

  prune(child: TreeNode): void {
    if (this.children === child) this.children = null
    else if (this.children instanceof Map) {
      this.children.delete(child.name)
      if (this.children.size === 0) this.children = null
    }
  }

  /** The path from the root. The root itself has none. */
  get path(): string {
    if (this.parent === null) return ''
    return this.parent.parent === null ? this.name : `${this.parent.path}/${this.name}`
  }
}

/** All topics by path. */
export class TopicTree {
  readonly root = new TreeNode('', null)

  /** The topic at this path, or null. */
  find(path: string): Topic | null {
    let node: TreeNode | null = this.root
    for (let from = 0; from <= path.length && node !== null; ) {
      const end = levelEnd(path, from)
      node = node.child(path.slice(from, end))
      from = end + 1
    }
    return node?.topic ?? null
  }

  /** The node at this path, grown where needed; the caller gives it a topic at once. */
  place(path: string): TreeNode {
    let node = this.root
    for (let from = 0; from <= path.length; ) {
      const end = levelEnd(path, from)
      const name = path.slice(from, end)
      node = node.child(name) ?? node.grow(ownText(name))
      from = end + 1
    }
    return node
  }

  /** Takes the topic out, and the nodes that are then of no use. */
  remove(topic: Topic): void {
    assert(topic.node.topic === topic, 'a topic is removed from the tree once')
    topic.node.topic = null
    let node: TreeNode | null = topic.node
    while (node !== null && node.parent !== null && node.topic === null && node.children === null) {
      node.parent.prune(node)
      node = node.parent
    }
  }
}

/**
 * Writes the names of the levels of a path into `levels`, first level first; returns how many. `levels` is the caller's scratch
 * array, so that matching allocates nothing.
 */
export function levelsOf(node: TreeNode, levels: string[]): number {
  let depth = 0
  for (let up: TreeNode | null = node; up !== null && up.parent !== null; up = up.parent) depth += 1
  let at = depth
  for (let up: TreeNode | null = node; up !== null && up.parent !== null; up = up.parent) {
    at -= 1
    levels[at] = up.name
  }
  return depth
}

function levelEnd(path: string, from: number): number {
  const slash = path.indexOf('/', from)
  return slash === -1 ? path.length : slash
}

/** A slice of more than 12 characters points into the text it was cut from and would keep all of it alive; a copy does not. */
function ownText(slice: string): string {
  return slice.length > 12 ? Array.from(slice).join('') : slice
}
