import { packetBytes } from '../../codecs/mqtt/index.js'

/** What became of a chunk. */
export type Cut = 'taken' | 'waits' | 'malformed' | 'tooLarge'

/** Takes whole packets, between two places of a chunk. False: it wants no more for now. */
export type TakePacket = (chunk: Uint8Array, at: number, end: number) => boolean

/**
 * Cuts what comes into packets. What is whole is handed over where it lies; of one that comes in pieces the pieces are put together,
 * and memory for it is found only once its length is known and allowed.
 *
 * Invariant: `rest` is what was not handed over, the front of which is a packet that waits, or one that is not complete.
 */
export class PacketStream {
  /** Longest packet that is allowed, bytes. */
  bytesMax: number
  /** The beginning of a packet, or packets that wait; null: nothing. */
  private rest: Uint8Array | null = null
  /** Bytes of it that are there. */
  private filled = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** There is something that was not handed over. */
  get isHolding(): boolean {
    return this.rest !== null
  }

  /** Hands over what the chunk completes. */
  take(chunk: Uint8Array, take: TakePacket): Cut {
    const { rest } = this
    if (rest === null) return this.cut(chunk, take)
    const at = this.fill(rest, chunk)
    if (this.filled < rest.length) return 'taken'
    this.rest = null
    // What had a length of its own is one packet; else the packet at the front begins here and goes on in the chunk.
    if (at === 0) return this.cut(concat(rest, chunk), take)
    const cut = this.cut(rest, take)
    if (cut === 'taken') return this.cut(chunk.subarray(at), take)
    this.hold(chunk.subarray(at))
    return cut
  }

  /** Keeps a chunk for later, behind what waits. */
  hold(chunk: Uint8Array): void {
    const { rest } = this
    if (rest === null) return this.keep(chunk, 0)
    const at = this.fill(rest, chunk)
    if (at < chunk.length) this.keep(concat(rest, chunk.subarray(at)), 0)
  }

  /** Hands over what waited. */
  goOn(take: TakePacket): Cut {
    const { rest } = this
    if (rest === null || this.filled < rest.length) return 'taken'
    this.rest = null
    return this.cut(rest, take)
  }

  /** Puts what of the chunk belongs to the packet that is not complete where it belongs; returns how much that is. */
  private fill(rest: Uint8Array, chunk: Uint8Array): number {
    const bytes = Math.min(chunk.length, rest.length - this.filled)
    rest.set(chunk.subarray(0, bytes), this.filled)
    this.filled += bytes
    return bytes
  }

  private cut(chunk: Uint8Array, take: TakePacket): Cut {
    let at = 0
    while (at < chunk.length) {
      const bytes = packetBytes(chunk, at)
      if (bytes < 0) return 'malformed'
      if (bytes > this.bytesMax) return 'tooLarge'
      const end = at + bytes
      if (bytes === 0 || end > chunk.length) {
        this.keep(chunk.subarray(at), bytes)
        return 'taken'
      }
      if (!take(chunk, at, end)) {
        this.keep(chunk.subarray(end), 0)
        return 'waits'
      }
      at = end
    }
    return 'taken'
  }

  /** Copies, since the chunk is good for this call only. `bytes`: of the packet at its front; 0: that is not known. */
  private keep(front: Uint8Array, bytes: number): void {
    if (front.length === 0) return
    this.rest = new Uint8Array(Math.max(bytes, front.length))
    this.rest.set(front)
    this.filled = front.length
  }
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
