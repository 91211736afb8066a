import type { NumberedLevel, NumberedPath, Visit } from './index-node.js'
import { IndexNode } from './index-node.js'
import { NameTable } from './name-table.js'
import type { Selector } from './selector.js'
import type { SelectorLevel } from './selector-level.js'
import { isSpecial } from './selector-level.js'

/**
 * Finds which of many selectors match a path, without trying each: a trie over the levels of the selectors.
 *
 *     a/+/c   a/#   {a,b}/d      root ─ a ──▶ (rest: a/#) ─ + ──▶ ( ) ─ c ──▶ (ending: a/+/c)
 *                                     ├ a ──▶ ( ) ─ d ──▶ (ending: {a,b}/d)
 *                                     └ b ──▶ the same node as under a
 *
 * Literals and alternatives are looked up by name; only regular expressions are tried one after another. A path comes
 * to a node once at most, since the path has one name for each level. The work is therefore bounded by the nodes: where
 * selectors have both `+` and a name at each of n levels it can be 2^n, but only if as many selectors are written.
 *
 * It does not look at its items, and allocates nothing while matching.
 */
export class SelectorIndex<T> {
  private readonly root = new IndexNode<T>()
  private readonly names = new NameTable()
  /** Filled by each match, so that a match makes no object. */
  private readonly path: NumberedPath = { names: [], ids: [], depth: 0, isSpecial: false }
  private items = 0

  /** Items added and not removed. */
  get size(): number {
    return this.items
  }

  /** Adds an item under a selector. What is added twice is visited twice, and needs removing twice. */
  add(selector: Selector, item: T): void {
    for (const name of namesIn(selector)) this.names.use(name)
    this.root.add(this.numbered(selector), 0, item)
    this.items += 1
  }

  /** Takes back one `add` of this selector and item; false if there is none. */
  remove(selector: Selector, item: T): boolean {
    if (!this.root.remove(this.numbered(selector), 0, item)) return false
    for (const name of namesIn(selector)) this.names.release(name)
    this.items -= 1
    return true
  }

  /**
   * Visits the items of all selectors that match the path in the first `depth` entries of `levels`, in no promised
   * order. `visit` must not use this index.
   */
  match(levels: readonly string[], depth: number, visit: Visit<T>): void {
    const [first] = levels
    if (first === undefined) return
    for (let at = 0; at < depth; at++) this.path.ids[at] = this.names.idOf(levels[at] ?? '')
    this.path.names = levels
    this.path.depth = depth
    this.path.isSpecial = isSpecial(first)
    this.root.match(this.path, 0, visit)
  }

  private numbered(selector: Selector): NumberedLevel[] {
    return selector.levels.map((level) => ({ level, ids: namesOf(level).map((name) => this.names.idOf(name)) }))
  }
}

function namesIn(selector: Selector): string[] {
  return selector.levels.flatMap(namesOf)
}

function namesOf(level: SelectorLevel): string[] {
  if (level.kind === 'literal') return [level.name]
  return level.kind === 'alternatives' ? [...level.names] : []
}
