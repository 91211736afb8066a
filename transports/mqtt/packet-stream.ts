import { packetBytes } from '../../codecs/mqtt/index.js'

const nothing = new Uint8Array(0)

/** For a packet that comes in pieces there is memory for so many times what is there: most then need no more. */
const growthMost = 8

/** What became of a chunk. */
export type Cut = 'taken' | 'waits' | 'malformed' | 'tooLarge'

/** Takes whole packets, between two places of a chunk. False: it wants no more for now. */
export type TakePacket = (chunk: Uint8Array, at: number, end: number) => boolean

/**
 * Cuts what comes into packets. What is whole is handed over where it lies; of one that comes in pieces the pieces are put together.
 * Memory for it is eight times what is there, at most, so that to claim a length costs little.
 *
 * Invariant: `rest` is what was not handed over, the front of which is a packet that waits, or one that is not complete.
 */
export class PacketStream {
  /** Longest packet that is allowed, bytes. */
  bytesMax: number
  /** The beginning of a packet, or packets that wait, and room for more of it. */
  private rest: Uint8Array = nothing
  /** Bytes of it that are there. */
  private filled = 0
  /** Bytes to come before something is to be done about it: those of the packet at its front, if its length is known. */
  private wanted = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** There is something that was not handed over. */
  get isHolding(): boolean {
    return this.filled > 0
  }

  /** Hands over what the chunk completes. */
  take(chunk: Uint8Array, take: TakePacket): Cut {
    if (!this.isHolding) return this.cut(chunk, take)
    const at = this.fill(chunk)
    if (this.filled < this.wanted) return 'taken'
    const whole = this.takeOut()
    // What had a length of its own is one packet; else the packet at the front begins here and goes on in the chunk.
    if (at === 0) return this.cut(concat(whole, chunk), take)
    const cut = this.cut(whole, take)
    if (cut === 'taken') return this.cut(chunk.subarray(at), take)
    this.hold(chunk.subarray(at))
    return cut
  }

  /** Keeps a chunk for later, behind what waits. */
  hold(chunk: Uint8Array): void {
    if (!this.isHolding) return this.keep(chunk, 0)
    const at = this.fill(chunk)
    if (at < chunk.length) this.keep(concat(this.takeOut(), chunk.subarray(at)), 0)
  }

  /** Hands over what waited. */
  goOn(take: TakePacket): Cut {
    return this.filled < this.wanted ? 'taken' : this.cut(this.takeOut(), take)
  }

  /** Puts what of the chunk belongs to the packet that is not complete where it belongs; returns how much that is. */
  private fill(chunk: Uint8Array): number {
    const bytes = Math.min(chunk.length, this.wanted - this.filled)
    const end = this.filled + bytes
    if (end > this.rest.length) this.rest = grown(this.rest, Math.min(this.wanted, growthMost * end))
    this.rest.set(chunk.subarray(0, bytes), this.filled)
    this.filled = end
    return bytes
  }

  /** What is there; nothing is held any more. */
  private takeOut(): Uint8Array {
    const whole = this.rest.subarray(0, this.filled)
    this.rest = nothing
    this.filled = 0
    return whole
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
    this.wanted = Math.max(bytes, front.length)
    this.rest = grown(front, Math.min(this.wanted, growthMost * front.length))
    this.filled = front.length
  }
}

/** A copy with room for so many bytes, of which the rest says nothing yet. */
function grown(bytes: Uint8Array, length: number): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(length)
  copy.set(bytes)
  return copy
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
