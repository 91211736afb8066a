import { copyOfBytes } from './copies.js'

/** Bytes of a chunk: big enough that opening one is rare, small enough that one piece kept long costs little. */
const chunkBytes = 16_384
/** A longer piece gets memory of its own, so that no chunk is left half empty. */
const sharedBytesMax = chunkBytes / 4

/**
 * Copies of bytes that live for a while, as views of shared chunks: memory of its own for each would cost ten times as much to
 * make and to collect. Nothing is handed out twice; a chunk goes when its last view does.
 */
export class ByteSlab {
  private chunk = new Uint8Array(chunkBytes)
  private used = 0

  keep(bytes: Uint8Array): Uint8Array {
    const { length } = bytes
    if (length > sharedBytesMax) return copyOfBytes(bytes)
    if (length > chunkBytes - this.used) {
      this.chunk = new Uint8Array(chunkBytes)
      this.used = 0
    }
    const start = this.used
    this.chunk.set(bytes, start)
    this.used += length
    return this.chunk.subarray(start, this.used)
  }
}
