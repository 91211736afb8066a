import type { LevelRegex } from './level-regex.js'
import type { SelectorLevel } from './selector-level.js'

/** A path, with the numbers of its names; 0 for a name that no selector of the index holds. */
export interface NumberedPath {
  names: readonly string[]
  /** Entries from `depth` on are left over from longer paths. */
  readonly ids: number[]
  depth: number
  /** The first name must be written out to match. [SEM 2.6] */
  isSpecial: boolean
}

/** A level of a selector, with the numbers of the names that it matches. */
export interface NumberedLevel {
  readonly level: SelectorLevel
  readonly ids: readonly number[]
}

/** What is done with an item that was found. */
export type Visit<T> = (item: T) => void

/**
 * One beginning that selectors share, and the ways on from it. Most nodes have one or two of the six things below.
 *
 * Invariant: each way on leads to a node that holds an item or has a way on, so that nothing is left of a
 * selector without items.
 */
export class IndexNode<T> {
  /** Items of the selectors that end here. */
  private ending: T[] | null = null
  /** Items of the selectors that end here with `#`. */
  private rest: T[] | null = null
  private one: IndexNode<T> | null = null
  private literals: Map<number, IndexNode<T>> | null = null
  /** By each of their names; names may be shared. */
  private alternatives: Map<number, Branch<T>[]> | null = null
  private regexes: RegexBranch<T>[] | null = null

  /** Visits the items below this node whose selectors match the path from level `at` on. */
  match(path: Readonly<NumberedPath>, at: number, visit: Visit<T>): void {
    const mustBeNamed = path.isSpecial && at === 0 // The rule of `levelMatches`.
    if (this.rest !== null && !mustBeNamed) visitAll(this.rest, visit) // Also where the path ends: `a/#` matches `a`.
    if (at === path.depth) {
      if (this.ending !== null) visitAll(this.ending, visit)
      return
    }
    if (this.one !== null && !mustBeNamed) this.one.match(path, at + 1, visit)
    this.matchNamed(path, at, visit)
    if (this.regexes !== null) this.matchRegexes(path, at, visit)
  }

  /** Adds an item below this node, under the levels from `at` on. */
  add(levels: readonly NumberedLevel[], at: number, item: T): void {
    const next = levels[at]
    if (next === undefined) this.ending = append(this.ending, item)
    else if (next.level.kind === 'rest') this.rest = append(this.rest, item)
    else (this.childAt(next) ?? this.attach(next)).add(levels, at + 1, item)
  }

  /** Removes an item below this node, and the nodes that are then of no use; false if it is not there. */
  remove(levels: readonly NumberedLevel[], at: number, item: T): boolean {
    const next = levels[at]
    if (next === undefined) return removeFrom(this.ending, (each) => each === item)
    if (next.level.kind === 'rest') return removeFrom(this.rest, (each) => each === item)
    const child = this.childAt(next)
    if (child === null || !child.remove(levels, at + 1, item)) return false
    if (child.isEmpty) this.detach(next)
    return true
  }

  private matchNamed(path: Readonly<NumberedPath>, at: number, visit: Visit<T>): void {
    const id = path.ids[at] ?? 0
    if (id === 0) return
    if (this.literals !== null) this.literals.get(id)?.match(path, at + 1, visit)
    const branches = this.alternatives === null ? undefined : this.alternatives.get(id)
    if (branches === undefined) return
    for (const branch of branches) branch.node.match(path, at + 1, visit)
  }

  private matchRegexes(path: Readonly<NumberedPath>, at: number, visit: Visit<T>): void {
    const name = path.names[at]
    if (this.regexes === null || name === undefined) return
    for (const { regex, node } of this.regexes) {
      if (regex.matches(name, path.isSpecial && at === 0)) node.match(path, at + 1, visit)
    }
  }

  private get isEmpty(): boolean {
    const lists = [this.ending, this.rest, this.regexes]
    const maps = [this.literals, this.alternatives]
    return this.one === null && !lists.some((list) => list?.length) && !maps.some((map) => map?.size)
  }

  private childAt({ level, ids }: NumberedLevel): IndexNode<T> | null {
    const [id = 0] = ids // All names of one level lead to the same node.
    if (level.kind === 'literal') return this.literals?.get(id) ?? null
    if (level.kind === 'alternatives') return this.alternatives?.get(id)?.find(isOf(level))?.node ?? null
    if (level.kind === 'regex') return this.regexes?.find(isOf(level))?.node ?? null
    return this.one
  }

  private attach({ level, ids }: NumberedLevel): IndexNode<T> {
    const node = new IndexNode<T>()
    const { text } = level
    if (level.kind === 'literal') for (const id of ids) this.literals = put(this.literals, id, node)
    else if (level.kind === 'alternatives') for (const id of ids) this.addAlternative(id, { text, node })
    else if (level.kind === 'regex') this.regexes = append(this.regexes, { text, node, regex: level.regex })
    else this.one = node
    return node
  }

  private detach({ level, ids }: NumberedLevel): void {
    if (level.kind === 'literal') for (const id of ids) this.literals?.delete(id)
    else if (level.kind === 'alternatives') for (const id of ids) this.removeAlternative(id, level)
    else if (level.kind === 'regex') removeFrom(this.regexes, isOf(level))
    else this.one = null
  }

  private addAlternative(id: number, branch: Branch<T>): void {
    const branches = append(this.alternatives?.get(id) ?? null, branch)
    this.alternatives = put(this.alternatives, id, branches)
  }

  private removeAlternative(id: number, level: SelectorLevel): void {
    const branches = this.alternatives?.get(id)
    removeFrom(branches, isOf(level))
    if (branches?.length === 0) this.alternatives?.delete(id)
  }
}

/** A way on that is found by the text of its level, because names do not tell it from others. */
interface Branch<T> {
  readonly text: string
  readonly node: IndexNode<T>
}

interface RegexBranch<T> extends Branch<T> {
  readonly regex: LevelRegex
}

function isOf(level: SelectorLevel): (branch: { readonly text: string }) => boolean {
  return ({ text }) => text === level.text
}

function visitAll<T>(items: readonly T[], visit: Visit<T>): void {
  for (const item of items) visit(item)
}

/** The list with one more item; made when the first comes. */
function append<T>(items: T[] | null, item: T): T[] {
  if (items === null) return [item]
  items.push(item)
  return items
}

function put<T>(map: Map<number, T> | null, id: number, value: T): Map<number, T> {
  return (map ?? new Map<number, T>()).set(id, value)
}

/** Removes the newest item that is meant; false if there is none. */
function removeFrom<T>(items: T[] | null | undefined, isMeant: (item: T) => boolean): boolean {
  const at = items?.findLastIndex(isMeant) ?? -1
  if (at !== -1) items?.splice(at, 1)
  return at !== -1
}
