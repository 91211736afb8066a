import type { Records, StoredValue } from '../core/index.js'
import type { GroupCommit } from './group-commit.js'
import { prefixRange } from './key-range.js'
import type { LevelDisk } from './level-disk.js'

/** The values of one name: all keys that begin with `r/NAME/`. */
export class LevelRecords implements Records {
  private readonly commit: GroupCommit
  private readonly disk: LevelDisk
  private readonly start: string

  constructor(commit: GroupCommit, disk: LevelDisk, name: string) {
    this.commit = commit
    this.disk = disk
    this.start = `r/${name}/`
  }

  put(key: string, value: Uint8Array): void {
    this.commit.gather().put(this.start + key, value)
  }

  delete(key: string): void {
    this.commit.gather().delete(this.start + key)
  }

  deleteAll(prefix: string): void {
    this.commit.gather().deleteRange(prefixRange(this.start + prefix))
  }

  async *read(prefix: string): AsyncGenerator<StoredValue> {
    await this.commit.written()
    const from = this.start.length
    for await (const page of this.disk.entries(prefixRange(this.start + prefix))) {
      for (const [key, value] of page) yield { key: key.slice(from), value }
    }
  }
}
