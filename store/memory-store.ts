import type { Records, Sequence, Store, StoredRecord, StoredValue } from '../core/index.js'
import { copyOfBytes } from '../core/index.js'
import { checkName } from './names.js'
import { Offsets } from './offsets.js'

/** The store without a data folder: everything is committed as it is written, and goes with the process. */
export class MemoryStore implements Store {
  readonly isDurable = false
  readonly isBehind: boolean = false
  private readonly recordsByName = new Map<string, MemoryRecords>()
  private readonly sequences = new Map<string, MemorySequence>()

  records(name: string): Records {
    return named(this.recordsByName, name, () => new MemoryRecords())
  }

  sequence(name: string): Sequence {
    return named(this.sequences, name, () => new MemorySequence())
  }

  committed(done: () => void): void {
    done()
  }
}

function named<Part>(parts: Map<string, Part>, name: string, make: () => Part): Part {
  checkName(name)
  const part = parts.get(name) ?? make()
  parts.set(name, part)
  return part
}

/** Unordered: who reads in order pays for it, and without a data folder hardly anybody reads. */
class MemoryRecords implements Records {
  private readonly values = new Map<string, Uint8Array>()

  put(key: string, value: Uint8Array): void {
    this.values.set(key, copyOfBytes(value))
  }

  delete(key: string): void {
    this.values.delete(key)
  }

  deleteAll(prefix: string): void {
    for (const key of this.values.keys()) if (key.startsWith(prefix)) this.values.delete(key)
  }

  async *read(prefix: string): AsyncGenerator<StoredValue> {
    const found = [...this.values].filter(([key]) => key.startsWith(prefix))
    const ordered = found.map(([key, value]) => ({ bytes: Buffer.from(key), entry: { key, value } }))
    ordered.sort((one, other) => Buffer.compare(one.bytes, other.bytes))
    for (const { entry } of ordered) yield entry
  }
}

class MemorySequence implements Sequence {
  private readonly offsets = new Offsets(-1)
  /** In the order of their offsets, which is that of insertion. */
  private readonly kept = new Map<number, Uint8Array>()

  append(offset: number, record: Uint8Array): void {
    this.offsets.append(offset)
    this.kept.set(offset, copyOfBytes(record))
  }

  trim(upTo: number): void {
    this.offsets.trim(upTo)
    for (const offset of this.kept.keys()) {
      if (offset > upTo) return
      this.kept.delete(offset)
    }
  }

  async *read(from: number): AsyncGenerator<StoredRecord> {
    for (const [offset, record] of [...this.kept]) if (offset >= from) yield { offset, record }
  }
}
