import { ClassicLevel } from 'classic-level'
import type { Clock, Records, Sequence, Store } from '../core/index.js'
import type { CommitMode } from './group-commit.js'
import { GroupCommit } from './group-commit.js'
import type { Database } from './level-disk.js'
import { LevelDisk } from './level-disk.js'
import { checkFolder, droppedAtOpen, openError, unusable } from './level-folder.js'
import { LevelRecords } from './level-records.js'
import { LevelSequence, trimKey } from './level-sequence.js'
import type { StoreLimits } from './limits.js'
import { storeLimits } from './limits.js'
import { checkName } from './names.js'
import { StoreError } from './store-error.js'

/** Where a durable store lies and how durable it is. */
export interface LevelStoreOptions {
  /** Made where it is not there, with the folders above it. */
  readonly folder: string
  readonly mode: CommitMode
  readonly clock: Clock
  readonly limits?: StoreLimits
  /**
   * Called once, at run time, perhaps within a call that writes: nothing is committed any more, and what was not committed may
   * be lost.
   */
  failed(error: StoreError): void
}

/** How this version lays out its keys; a folder that says otherwise is left alone. */
const format = '1'
const formatKey = 'format'

/** The store with a data folder: a LevelDB of its own, which no other process can have open. */
export class LevelStore implements Store {
  readonly isDurable = true
  /** What LevelDB dropped when it opened the folder, for the log: each a line that names file, bytes and reason. */
  readonly dropped: readonly string[]
  private readonly database: Database
  private readonly disk: LevelDisk
  private readonly commit: GroupCommit
  private readonly limits: StoreLimits
  private readonly sequences = new Map<string, LevelSequence>()

  private constructor(database: Database, dropped: readonly string[], options: LevelStoreOptions) {
    const { limits = storeLimits } = options
    this.database = database
    this.dropped = dropped
    this.limits = limits
    this.disk = new LevelDisk(database, limits)
    this.commit = new GroupCommit(this.disk, { ...options, limits, failed: (error) => options.failed(error) })
  }

  /** Throws a `StoreError`: `locked`, `damaged` or `unusable`. */
  static async open(options: LevelStoreOptions): Promise<LevelStore> {
    const { folder, limits = storeLimits } = options
    await checkFolder(folder)
    const database = await opened(folder, limits)
    try {
      await checkFormat(database)
      return new LevelStore(database, await droppedAtOpen(folder), options)
    } catch (error) {
      await database.close()
      throw error instanceof StoreError ? error : openError(folder, error)
    }
  }

  get isBehind(): boolean {
    return this.commit.waitingBytes > this.limits.behindBytes
  }

  records(name: string): Records {
    checkName(name)
    return new LevelRecords(this.commit, this.disk, name)
  }

  sequence(name: string): Sequence {
    checkName(name)
    const sequence = this.sequences.get(name) ?? new LevelSequence(this.commit, this.disk, name, this.trimmedTo(name))
    this.sequences.set(name, sequence)
    return sequence
  }

  committed(done: () => void): void {
    this.commit.wait({ written: done, failed: () => undefined })
  }

  /** Writes and syncs what is left, also what comes meanwhile, and ends readings. To write after that is a mistake. */
  async close(): Promise<void> {
    await this.commit.close()
    await this.database.close()
  }

  private trimmedTo(name: string): number {
    const stored = this.database.getSync(trimKey(name))
    return stored === undefined ? -1 : Number(Buffer.from(stored).toString())
  }
}

async function opened(folder: string, limits: StoreLimits): Promise<Database> {
  const database: Database = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'view' })
  try {
    await database.open({ writeBufferSize: limits.tableMemoryBytes })
    return database
  } catch (error) {
    throw openError(folder, error)
  }
}

/** Marks a new folder. Synced, so that no folder has data and no mark. */
async function checkFormat(database: Database): Promise<void> {
  const found = await database.get(formatKey)
  if (found === undefined) return database.put(formatKey, Buffer.from(format), { sync: true })
  const text = Buffer.from(found).toString()
  if (text !== format)
    throw unusable(database.location, new Error(`it is in format ${text}, this program knows ${format}`))
}
