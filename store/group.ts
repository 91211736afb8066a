import type { KeyRange } from './key-range.js'
import type { Pack } from './pack.js'

/** What the database takes at once: everything in it or nothing. Copies what it is given; later operations win. */
export interface Batch {
  put(key: string, value: Uint8Array): unknown
  del(key: string): unknown
  write(options: { readonly sync: boolean }): Promise<void>
}

/** Who waits for a group. Exactly one of the two is called, once. */
export interface Waiter {
  written(): void
  failed(cause: Error): void
}

/** What an operation costs beside its key and value, bytes; used to bound what waits. */
const operationBytes = 16

/**
 * Everything that was written since the last group began, which becomes durable together.
 *
 * Operations go straight into the database's batch: a group may have tens of thousands, and handing them over at its end would
 * be one long step. Only ranges wait for the end, since what they delete must first be looked for.
 *
 * Invariant: of a key in `putKeys` the newest operation in the batch holds, also against the ranges: one that came later
 * has deleted it there.
 */
export class Group {
  readonly batch: Batch
  readonly ranges: KeyRange[] = []
  readonly waiters: Waiter[] = []
  private readonly putKeys = new Set<string>()
  private readonly openPacks = new Map<Pack, (offset: number) => string>()
  private operations = 0
  private size = 0

  constructor(batch: Batch) {
    this.batch = batch
  }

  get isEmpty(): boolean {
    return this.operations === 0
  }

  /** Bytes of all keys and values, and 16 for each operation. */
  get bytes(): number {
    return this.size
  }

  put(key: string, value: Uint8Array): void {
    this.batch.put(key, value)
    this.putKeys.add(key)
    this.count(key.length + value.length)
  }

  delete(key: string): void {
    this.batch.del(key)
    this.count(key.length)
  }

  /** Looks at each key that was put in this group. */
  deleteRange(range: KeyRange): void {
    for (const key of this.putKeys) if (range.includes(key)) this.delete(key)
    this.ranges.push(range)
    this.count(range.from.length + range.below.length)
  }

  /** Does the batch itself say what becomes of the key? Then no range does. */
  decides(key: string): boolean {
    return this.putKeys.has(key)
  }

  /** Adds a record to a pack that is stored with this group; `keyOf` makes the key of the pack's last offset. */
  append(pack: Pack, keyOf: (offset: number) => string, offset: number, record: Uint8Array): void {
    if (!pack.fits(record)) this.close(pack, keyOf)
    this.openPacks.set(pack, keyOf)
    this.operations += 1
    this.size += pack.add(offset, record)
  }

  /** Takes what no pack may go on holding; called once, before the group is written. */
  seal(): void {
    for (const [pack, keyOf] of this.openPacks) this.close(pack, keyOf)
    this.openPacks.clear()
  }

  private close(pack: Pack, keyOf: (offset: number) => string): void {
    if (pack.isEmpty) return
    const key = keyOf(pack.last)
    this.batch.put(key, pack.bytes)
    this.putKeys.add(key)
    this.count(key.length)
    pack.clear()
  }

  private count(bytes: number): void {
    this.operations += 1
    this.size += bytes + operationBytes
  }
}

const nowhere: Batch = { put: () => undefined, del: () => undefined, write: () => Promise.resolve() }

/** A group for what comes after a failure: it is never written. */
export function deadGroup(): Group {
  return new Group(nowhere)
}
