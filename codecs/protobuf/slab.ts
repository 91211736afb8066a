/** Makes memory; what stands in it does not matter. */
export type Allocate = (bytes: number) => Uint8Array

/**
 * Memory for encoded updates: views of big chunks, since an allocation of its own costs ten times as much as a view.
 *
 * A chunk lives as long as one view of it does. What was handed out is never handed out again, so that bytes once written
 * stay as they are.
 */
export class Slab {
  private chunk: Uint8Array
  private used = 0

  /** Pieces above `shareBytesMax` get memory of their own, so that a chunk is never left half empty. */
  constructor(
    private readonly chunkBytes: number,
    private readonly shareBytesMax: number,
    private readonly allocate: Allocate,
  ) {
    this.chunk = allocate(chunkBytes)
  }

  /** Memory to be written once, and whole. */
  take(length: number): Uint8Array {
    if (length > this.shareBytesMax) return this.allocate(length)
    if (length > this.chunkBytes - this.used) this.open()
    this.used += length
    return this.chunk.subarray(this.used - length, this.used)
  }

  private open(): void {
    this.chunk = this.allocate(this.chunkBytes)
    this.used = 0
  }
}
