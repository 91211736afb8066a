import type { TopicProperties } from '../messages.js'
import type { Selector } from './selector.js'
import { selectorMatches } from './selector.js'
import type { TreeNode } from './topic-tree.js'
import { levelsOf } from './topic-tree.js'

/** Properties for all topics that a selector matches; read when a topic is made. */
export interface TopicRule {
  readonly selector: Selector
  readonly properties: Partial<TopicProperties>
}

/** What the rules say about a topic at this node; where several match, later ones win. */
export function ruledProperties(rules: readonly TopicRule[], node: TreeNode): Partial<TopicProperties> {
  if (rules.length === 0) return {}
  const levels: string[] = []
  const depth = levelsOf(node, levels)
  const matching = rules.filter((rule) => selectorMatches(rule.selector, levels, depth))
  return Object.assign({}, ...matching.map((rule) => rule.properties))
}
