import { formatPosition } from '../../codecs/position/index.js'
import type { Batch, HeldTopic, Position, Update } from '../../core/index.js'
import { everyTopic, itemFlags, toldUpTo } from '../../core/index.js'

/** Topics that a position may leave out. [SEM 1.4] */
const heldMax = 16

/**
 * The ids of one stream's events: after each, where its reader stands, so that a stream may be cut behind any of them. [SEM 1.4]
 *
 * As a rule that is the event's own offset, in bytes that all streams share. It is not where something older was held back before, or still
 * is; and until a stream is told all that comes first it stands where it began.
 */
export class StandingIds {
  private offset = 0
  private held: readonly HeldTopic[] = none
  /** Offset of the newest update that was told, though the reader may not stand there. */
  private told = 0

  /** `start`: where the stream was resumed, or a position that leads to a resynchronisation; null once it is told all that comes first. */
  constructor(
    private readonly epoch: string,
    private start: Position | null,
  ) {}

  /** Where the reader stands. */
  get now(): string {
    const { epoch, offset, held } = this
    return formatPosition(toldUpTo(this.start ?? { epoch, offset, held }, this.told))
  }

  /** All that comes first was told: ids count from here on. */
  begin({ offset, held }: Position): void {
    this.start = null
    this.stand(offset, held)
  }

  /** Whether the offsets of a flush are its ids: it goes on from where the reader stands, and holds nothing back. */
  isPlain({ count, updates }: Batch, position: Position | null): boolean {
    if (this.start !== null || position !== null || this.held.length > 0 || this.told > this.offset) return false
    return count === 0 || (updates[0]?.offset ?? 0) > this.offset
  }

  /** Such a flush was sent. */
  passed(batch: Batch): void {
    const newest = newestIn(batch)
    if (newest > 0) this.stand(newest, none)
  }

  /** The id of each event of another flush, empty for those that move no position; it counts as sent. */
  idsFor(batch: Batch, position: Position | null): readonly string[] {
    if (this.start !== null) return this.idsBeforeSynced(batch)
    this.told = Math.max(this.told, lastLeavingOut(batch))
    const after = position ?? { offset: Math.max(this.offset, newestIn(batch)), held: [] }
    const ids: string[] = []
    let reached = this.offset
    for (let index = 0; index < batch.count; index++) {
      if (movesNothing(batch, index)) {
        ids.push('')
        continue
      }
      reached = Math.max(reached, offsetAt(batch, index))
      this.stand(...exactly(Math.min(reached, after.offset), owedAfter(batch, index, reached, after.held)))
      ids.push(this.now)
    }
    this.stand(after.offset, after.held)
    return ids
  }

  private idsBeforeSynced(batch: Batch): readonly string[] {
    return Array.from({ length: batch.count }, (_, index) => {
      this.told = Math.max(this.told, offsetAt(batch, index))
      return movesNothing(batch, index) ? '' : this.now
    })
  }

  private stand(offset: number, held: readonly HeldTopic[]): void {
    this.offset = offset
    this.held = held
  }
}

const none: readonly HeldTopic[] = []

/**
 * Offset of the last update of a flush, but for the first of all, in whose place the reader may have been owed an older one; 0: there is none.
 * Who is cut before it is owed it again, and so never the older one: unless a restart loses it, and finds the older one in its place.
 * Ids before it therefore tell of it. See `toldUpTo`.
 */
export function lastLeavingOut(batch: Batch): number {
  for (let index = batch.count - 1; index > 0; index--) {
    const follows = ((batch.flags[index] ?? 0) & itemFlags.follows) !== 0
    const previous = batch.updates[index]?.previous ?? 0
    if (!follows && previous > 0 && !movesNothing(batch, index)) return offsetAt(batch, index)
  }
  return 0
}

/** What is still owed up to an offset once this event of a flush was read: what is left of the flush, and what it leaves. */
function owedAfter(batch: Batch, index: number, reached: number, left: readonly HeldTopic[]): HeldTopic[] {
  const owed = new Map<number, number>()
  for (const { topicId, offset } of left) if (offset <= reached) owed.set(topicId, offset)
  for (let next = index + 1; next < batch.count && offsetAt(batch, next) <= reached; next++) {
    const update = batch.updates[next]
    if (update && !movesNothing(batch, next)) keepLowest(owed, update)
  }
  return Array.from(owed, ([topicId, offset]) => ({ topicId, offset }))
}

function keepLowest(owed: Map<number, number>, { topic, offset }: Update): void {
  owed.set(topic.id, Math.min(offset, owed.get(topic.id) ?? offset))
}

/** Of what a position cannot name all counts as owed from the oldest on. */
function exactly(offset: number, owed: readonly HeldTopic[]): [number, readonly HeldTopic[]] {
  if (owed.length <= heldMax) return [offset, owed]
  return [offset, [{ topicId: everyTopic, offset: Math.min(...owed.map((topic) => topic.offset)) }]]
}

function newestIn(batch: Batch): number {
  for (let index = batch.count - 1; index >= 0; index--) if (!movesNothing(batch, index)) return offsetAt(batch, index)
  return 0
}

const offsetAt = ({ updates }: Batch, index: number): number => updates[index]?.offset ?? 0

const movesNothing = ({ flags }: Batch, index: number): boolean => ((flags[index] ?? 0) & itemFlags.snapshot) !== 0
