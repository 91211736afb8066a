import type { RivuletError } from './errors.js'
import { limits } from './limits.js'
import type { Update } from './update.js'

/** What may become of updates that are not read; `unknown` where the topic decides and the client cannot tell. */
export type UnreadPolicy = 'latest' | 'all' | 'unknown'

interface Entry {
  update: Update
}

type Result = IteratorResult<Update, undefined>

interface Waiting {
  readonly resolve: (result: Result) => void
  readonly reject: (error: RivuletError) => void
}

/**
 * The updates of one subscription that its iterator has not read.
 *
 * `latest`: one a topic, the newest, in the place of the oldest. `all`: each; at `unreadUpdatesMax` the buffer is full and
 * says so, for the acknowledgements to stop. `unknown`: each up to that bound, then as `latest`, with the gap marked, so
 * that neither is anything lost in silence nor does the session wait for a forgotten iterator. [SEM 1.5]
 *
 * Invariant: `waiting` is empty while updates are held or the end is known.
 */
export class UpdateBuffer {
  private held: Entry[] = []
  /** Entries before this were read. */
  private head = 0
  private readonly newest = new Map<string, Entry>()
  private readonly waiting: Waiting[] = []
  private end: { readonly error: RivuletError | null } | null = null

  /** Updates held. */
  get length(): number {
    return this.held.length - this.head
  }

  get isFull(): boolean {
    return this.length >= limits.unreadUpdatesMax
  }

  push(update: Update, policy: UnreadPolicy): void {
    if (this.end !== null) return
    const reader = this.waiting.shift()
    if (reader === undefined) this.hold(update, policy)
    else reader.resolve({ done: false, value: update })
  }

  /** The oldest update held, or the next to come; after the end, the end. */
  next(): Promise<Result> {
    const entry = this.held[this.head]
    if (entry !== undefined) return Promise.resolve({ done: false, value: this.take(entry) })
    if (this.end === null) return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }))
    return this.end.error === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(this.end.error)
  }

  /** Nothing more will come. What is held can still be read. */
  finish(error: RivuletError | null): void {
    this.end ??= { error }
    for (const reader of this.waiting.splice(0)) {
      if (error === null) reader.resolve({ done: true, value: undefined })
      else reader.reject(error)
    }
  }

  /** Forgets what is held. */
  clear(): void {
    this.held = []
    this.head = 0
    this.newest.clear()
  }

  private hold(update: Update, policy: UnreadPolicy): void {
    const older = this.newest.get(update.path)
    if (older !== undefined && (policy === 'latest' || (policy === 'unknown' && this.isFull))) {
      older.update = policy === 'latest' ? update : update.afterGap()
      return
    }
    const entry = { update }
    this.held.push(entry)
    this.newest.set(update.path, entry)
  }

  private take(entry: Entry): Update {
    this.head += 1
    if (this.newest.get(entry.update.path) === entry) this.newest.delete(entry.update.path)
    // Half of the list was read: moving the rest down costs each entry at most one move.
    if (this.head * 2 > this.held.length) {
      this.held = this.held.slice(this.head)
      this.head = 0
    }
    return entry.update
  }
}
