/**
 * Memory for encoded updates: views of big chunks, since an allocation of its own costs ten times as much as a view.
 *
 * A chunk lives as long as one view of it does. What was handed out is never handed out again, so that bytes once written
 * stay as they are.
 */
export class Slab {
  private chunk: Uint8Array
  private used = 0
  private readonly shareBytesMax: number

  /** Pieces above `shareBytesMax` get memory of their own, so that a chunk is never left half empty. */
  constructor(chunkBytes: number, shareBytesMax: number) {
    this.chunk = new Uint8Array(chunkBytes)
    this.shareBytesMax = shareBytesMax
  }

  /** A copy that stays. */
  keep(bytes: Uint8Array): Uint8Array {
    const kept = this.take(bytes.length)
    kept.set(bytes)
    return kept
  }

  /** Memory to be written once, and whole. */
  take(length: number): Uint8Array {
    if (length > this.shareBytesMax) return new Uint8Array(length)
    if (length > this.chunk.length - this.used) this.open()
    this.used += length
    return this.chunk.subarray(this.used - length, this.used)
  }

  private open(): void {
    this.chunk = new Uint8Array(this.chunk.length)
    this.used = 0
  }
}
