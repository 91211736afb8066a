import { assert } from '../assert.js'
import type { Position } from '../messages.js'
import { everyTopic, lowest } from '../positions.js'
import type { Records } from '../store.js'
import { gapsMax, unstoredLevelsMax } from './limits.js'
import type { Selector } from './selector.js'
import { levelMatches } from './selector-level.js'
import type { Topic } from './topic.js'
import type { TreeNode } from './topic-tree.js'

/** A life that is not over. */
const now = Number.POSITIVE_INFINITY

/**
 * What positions of a log's earlier lives, those before its last restart, are still good for. [SEM 1.2, 1.6] Two things may have
 * been lost, and are noted in the store so that all other readers go on exactly where they were:
 *
 * - The end of a life, where the process was killed: what was told and not written. Those offsets are a gap.
 * - Topics and values that were never to be stored. Noted is under which first levels there were such.
 *
 * | Key in the store | Value, decimal |
 * |---|---|
 * | `@` | everything that was to be stored up to this offset was; about once a second |
 * | `>TO` | where the gap before `TO` begins |
 * | `=LEVEL`, `*` for all levels | where the life ended in which this was noted last; empty while it lasts |
 */
export class EarlierLives {
  private readonly records: Records
  /** No offset of an earlier life is above this. */
  private readonly endedAt: number
  /** By key: where the last life ended in which something there was not stored. */
  private readonly unstored = new Map<string, number>()
  /** What was lost lies above `from` and below `to`, with which a life begins. */
  private readonly gaps: { from: number; readonly to: number }[] = []
  private writtenTo = 0
  /** All that was stored was put back: before, the new life is not noted. */
  private isBegun = false

  constructor(records: Records, endedAt: number) {
    this.records = records
    this.endedAt = endedAt
  }

  /** What the store has under a key. */
  restore(key: string, bytes: Uint8Array): void {
    const offset = Number(new TextDecoder().decode(bytes))
    if (key === writtenKey) this.stored(offset)
    else if (key.startsWith('>')) this.gaps.push({ from: offset, to: Number(key.slice(1)) })
    // What is noted in this life already holds.
    else if (this.unstored.get(key) !== now) this.note(key, bytes.length === 0 ? this.endedAt : offset)
  }

  /** What was stored at this offset is there. */
  stored(offset: number): void {
    this.writtenTo = Math.max(this.writtenTo, offset)
  }

  /** That was all that the store has. */
  begin(): void {
    this.isBegun = true
    if (this.writtenTo < this.endedAt) this.addGap(this.writtenTo)
  }

  /** Everything that was to be stored up to this offset was given to the store. */
  checkpoint(offset: number): void {
    if (!this.isBegun || offset <= this.writtenTo) return
    this.writtenTo = offset
    this.put(writtenKey, offset)
  }

  /** Something of the topic is not stored. */
  notStored({ node }: Topic): void {
    const key = `=${firstLevel(node)}`
    if (this.unstored.get(key) === now || this.unstored.get(everyLevel) === now) return
    const isRoom = this.unstored.has(key) || this.unstored.size < unstoredLevelsMax
    this.note(isRoom ? key : everyLevel, now)
  }

  /** Whether nothing that a reader at this position may know of, among the topics of the selectors, is lost. */
  reachesBack(position: Position, selectors: readonly Selector[]): boolean {
    const { offset } = position
    if (!this.isOf(position)) return true
    if (this.gaps.some(({ from, to }) => offset > from && offset < to)) return false
    const known = lowest(position)
    for (const [key, endedAt] of this.unstored)
      if (known < endedAt && selectors.some((selector) => mayBeOf(selector, key))) return false
    return true
  }

  /** The position in terms of this life: ids of topics were given anew, so that what was held back is all that came after it. */
  inThisLife(position: Position): Position {
    return this.isOf(position) ? { ...position, offset: lowest(position), held: [] } : position
  }

  /** Also one that, gone on from in this life, was told some of it: what it names is of the earlier. See `toldUpTo`. */
  private isOf({ offset, held }: Position): boolean {
    return offset < this.endedAt || held.some((rest) => rest.topicId === everyTopic && rest.offset <= this.endedAt)
  }

  private note(key: string, endedAt: number): void {
    this.unstored.set(key, endedAt)
    this.put(key, endedAt)
  }

  private addGap(from: number): void {
    const [oldest, next] = this.gaps.sort((one, other) => one.to - other.to)
    if (oldest && next && this.gaps.length >= gapsMax) {
      next.from = oldest.from
      this.gaps.shift()
      this.records.delete(`>${oldest.to}`)
      this.put(`>${next.to}`, next.from)
    }
    this.gaps.push({ from, to: this.endedAt })
    this.put(`>${this.endedAt}`, from)
  }

  private put(key: string, offset: number): void {
    this.records.put(key, new TextEncoder().encode(offset === now ? '' : String(offset)))
  }
}

const writtenKey = '@'
const everyLevel = '*'

function firstLevel(node: TreeNode): string {
  const { parent } = node
  assert(parent !== null, 'the root has no topic')
  return parent.parent === null ? node.name : firstLevel(parent)
}

function mayBeOf({ levels, first }: Selector, key: string): boolean {
  const [level] = levels
  // To try a regular expression on every name takes too long.
  if (key === everyLevel || level === undefined || level.kind === 'regex') return true
  return levelMatches(level, key.slice(1), first === 0)
}
