import type { StoredRecord } from '../core/index.js'
import { StoreError } from './store-error.js'

/** Before each record of a pack: its length in 4 bytes, its offset in 8 as a double, both little-endian. */
const headBytes = 12

/**
 * Neighbouring records of one sequence on their way into one value of the database, whose key is the last one's offset.
 *
 * A value of its own would cost the loop 2.5 µs for each record; in a pack it is a copy, and 0.6. Databases copy what they are given,
 * so that one buffer serves all packs of a sequence.
 */
export class Pack {
  private readonly bytesMax: number
  private buffer = Buffer.alloc(0)
  private used = 0
  private newest = -1

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  get isEmpty(): boolean {
    return this.used === 0
  }

  /** The last record's offset; -1: none yet. */
  get last(): number {
    return this.newest
  }

  /** The records; good until the next `add`. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.used)
  }

  fits(record: Uint8Array): boolean {
    return this.isEmpty || this.used + headBytes + record.length <= this.bytesMax
  }

  /** Returns by how many bytes the pack has grown. */
  add(offset: number, record: Uint8Array): number {
    this.makeRoom(headBytes + record.length)
    this.buffer.writeUInt32LE(record.length, this.used)
    this.buffer.writeDoubleLE(offset, this.used + 4)
    this.buffer.set(record, this.used + headBytes)
    this.used += headBytes + record.length
    this.newest = offset
    return headBytes + record.length
  }

  clear(): void {
    this.used = 0
    // A record that was longer than a pack must not hold its memory for ever.
    if (this.buffer.length > this.bytesMax) this.buffer = Buffer.alloc(0)
  }

  private makeRoom(bytes: number): void {
    const needed = this.used + bytes
    if (needed <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, Math.min(this.bytesMax, 2 * this.buffer.length)))
    grown.set(this.bytes)
    this.buffer = grown
  }
}

/** The records of one stored pack, as views of it. Throws `damaged` where they do not fill it exactly. */
export function* unpacked(bytes: Uint8Array): Generator<StoredRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const start = at + headBytes
    const end = start <= bytes.length ? start + view.getUint32(at, true) : start
    if (end > bytes.length) throw new StoreError('damaged', 'the data folder holds a damaged record: restore it')
    yield { offset: view.getFloat64(at + 4, true), record: bytes.subarray(start, end) }
    at = end
  }
}
