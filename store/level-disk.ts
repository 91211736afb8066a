import type { ClassicLevel } from 'classic-level'
import type { Batch } from './group.js'
import { Group } from './group.js'
import type { Disk } from './group-commit.js'
import type { KeyRange } from './key-range.js'
import { damaged, isCorruption } from './level-folder.js'
import type { StoreLimits } from './limits.js'

/** A database with text as keys and bytes as values. */
export type Database = ClassicLevel<string, Uint8Array>

/** A key that nobody writes. LevelDB syncs only together with a write: to delete what is not there is the smallest. */
const nobodysKey = 'x'

type Entry = readonly [key: string, value: Uint8Array]

/** LevelDB as a place for groups. */
export class LevelDisk implements Disk {
  readonly limits: StoreLimits
  private readonly database: Database

  constructor(database: Database, limits: StoreLimits) {
    this.database = database
    this.limits = limits
  }

  begin(): Group {
    return new Group(this.database.batch())
  }

  async write(group: Group, sync: boolean): Promise<void> {
    for (const range of group.ranges) await this.clear(range, group)
    if (group.isEmpty) group.delete(nobodysKey)
    await group.batch.write({ sync })
  }

  /**
   * What is there when the first page is asked for, in order; nothing that is written later. In pages, since a promise for each
   * entry costs more than to read it.
   */
  async *entries(range: KeyRange): AsyncGenerator<readonly Entry[]> {
    try {
      yield* pagesOf(this.database.iterator(this.within(range)), this.limits)
    } catch (error) {
      throw isCorruption(error) ? damaged(this.database.location, error) : error
    }
  }

  /** Deletes with the group what the range finds, except keys of which the group itself decides. */
  private async clear(range: KeyRange, group: Group): Promise<void> {
    const found: string[] = []
    for await (const page of pagesOf(this.database.keys(this.within(range)), this.limits)) {
      found.push(...page.filter((key) => !group.decides(key)))
      if (found.length <= this.limits.rangeKeysMax) continue
      await this.deleteNow(found.splice(0, this.limits.rangeKeysMax))
    }
    await this.deleteIn(group.batch, found)
  }

  private within({ from, below }: KeyRange) {
    const highWaterMarkBytes = this.limits.readAheadBytes
    return { gte: from, lt: below, fillCache: false, highWaterMarkBytes } as const
  }

  private async deleteNow(keys: readonly string[]): Promise<void> {
    const batch = this.database.batch()
    await this.deleteIn(batch, keys)
    await batch.write()
  }

  private async deleteIn(batch: Batch, keys: readonly string[]): Promise<void> {
    for (const [index, key] of keys.entries()) {
      batch.del(key)
      if ((index + 1) % this.limits.entriesPerStep === 0) await nextTurn()
    }
  }
}

async function* pagesOf<Item>(iterator: Pages<Item>, { entriesPerStep }: StoreLimits): AsyncGenerator<Item[]> {
  try {
    for (let page = await iterator.nextv(entriesPerStep); page.length > 0; ) {
      yield page
      page = await iterator.nextv(entriesPerStep)
    }
  } finally {
    await iterator.close()
  }
}

interface Pages<Item> {
  nextv(count: number): Promise<Item[]>
  close(): Promise<void>
}

/** Lets the loop do something else. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
