import type { Records, Sequence, Store } from '../store.js'
import { readForm, storedForm } from './stored-form.js'
import type { Topic } from './topic.js'

/** The removal of a topic that was stored, without its offset. */
interface StoredRemovalHead {
  readonly path: string
  readonly previous: number
  readonly timeMs: number
}

/** The removal of a topic, read back. */
export interface StoredRemoval extends StoredRemovalHead {
  readonly offset: number
}

/** Under which the store keeps the offset of the newest removal that was forgotten. */
const lostKey = 'lost'

/** Keeps in the store which of its topics went, so that a reader who was away can be told after a restart, too. [SEM 1.6] */
export class StoredRemovals {
  private readonly records: Records
  private readonly sequence: Sequence

  constructor(store: Store) {
    this.records = store.records('removals')
    this.sequence = store.sequence('removals')
  }

  add({ offset, path, previousOffset: previous, timeMs }: Topic): void {
    const head: StoredRemovalHead = { path, previous, timeMs }
    this.sequence.append(offset, storedForm(head))
  }

  /** Those up to this offset are not told any more. */
  forget(lostOffset: number): void {
    this.sequence.trim(lostOffset)
    this.records.put(lostKey, new TextEncoder().encode(String(lostOffset)))
  }
}

/** A removal as its bytes say. */
export function restoredRemoval(offset: number, bytes: Uint8Array): StoredRemoval {
  return { offset, ...readForm<StoredRemovalHead>(bytes).head }
}

/** The offset of the newest removal that was forgotten, as `StoredRemovals.forget` wrote it. */
export const restoredLost = (bytes: Uint8Array): number => Number(new TextDecoder().decode(bytes))
