import type { Sequence, StoredRecord } from '../core/index.js'
import { offsetKey } from '../core/index.js'
import type { GroupCommit } from './group-commit.js'
import { offsetRange } from './key-range.js'
import type { LevelDisk } from './level-disk.js'
import { Offsets } from './offsets.js'
import { Pack, unpacked } from './pack.js'

/** The key under which a sequence keeps how far it was trimmed, as decimal text. */
export const trimKey = (name: string): string => `t/${name}`

/**
 * One log: packs of records at `s/NAME/OFFSET`, where the offset is that of a pack's last record. So whoever looks for an offset
 * finds the pack that has it at that key or at the next one.
 *
 * A pack of which only the first records are trimmed stays; that they are gone stands under `trimKey`.
 */
export class LevelSequence implements Sequence {
  private readonly commit: GroupCommit
  private readonly disk: LevelDisk
  private readonly name: string
  private readonly start: string
  private readonly offsets: Offsets
  private readonly pack: Pack
  private readonly keyOf = (offset: number): string => this.start + offsetKey(offset)

  constructor(commit: GroupCommit, disk: LevelDisk, name: string, trimmedTo: number) {
    this.commit = commit
    this.disk = disk
    this.name = name
    this.start = `s/${name}/`
    this.offsets = new Offsets(trimmedTo)
    this.pack = new Pack(disk.limits.packBytes)
  }

  append(offset: number, record: Uint8Array): void {
    this.offsets.append(offset)
    this.commit.gather().append(this.pack, this.keyOf, offset, record)
  }

  trim(upTo: number): void {
    const first = this.offsets.trimmedTo + 1
    if (!this.offsets.trim(upTo)) return
    if (this.pack.last <= upTo) this.pack.clear()
    const group = this.commit.gather()
    group.put(trimKey(this.name), Buffer.from(String(upTo)))
    // Only from the last trim on: a walk over what was deleted lately is slow in LevelDB.
    group.deleteRange(offsetRange(this.start, first, upTo))
  }

  async *read(from: number): AsyncGenerator<StoredRecord> {
    const first = Math.max(from, this.offsets.trimmedTo + 1)
    await this.commit.written()
    for await (const page of this.disk.entries(offsetRange(this.start, first, Number.MAX_SAFE_INTEGER))) {
      for (const [, pack] of page) {
        // Not `yield*`, which in an asynchronous generator costs several promises for each record.
        for (const stored of unpacked(pack)) if (stored.offset >= first) yield stored
      }
    }
  }
}
