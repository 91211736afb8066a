/**
 * Bytes that come in pieces, as one. They are copied together as they come, into room that doubles: each piece held by itself
 * would take some 200 bytes beside its own, and a peer may send a body byte by byte.
 */
export class Pieces {
  private room: Buffer = empty
  private bytes = 0

  get length(): number {
    return this.bytes
  }

  add(piece: Buffer): void {
    // Most come in one piece, which is not copied.
    if (this.bytes === 0) this.room = piece
    else {
      if (this.bytes + piece.length > this.room.length) this.grow(this.bytes + piece.length)
      piece.copy(this.room, this.bytes)
    }
    this.bytes += piece.length
  }

  /** All that came; then there is nothing. */
  take(): Buffer {
    const whole = this.room.subarray(0, this.bytes)
    this.room = empty
    this.bytes = 0
    return whole
  }

  private grow(bytes: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.room.length))
    this.room.copy(room, 0, 0, this.bytes)
    this.room = room
  }
}

const empty = Buffer.alloc(0)
