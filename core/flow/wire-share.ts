/** Bytes on the wire for each that was expected, of late: deltas are guessed before they are made. One for each session. */
export class WireShare {
  private share = 1

  /** So many bytes, as they are expected, will fill the room. */
  expected(roomBytes: number): number {
    return roomBytes / this.share
  }

  /** What a flush turned out to be; a link that took nothing, 0, was offered too much. */
  learn(bytes: number, expectedBytes: number): void {
    const share = bytes === 0 ? 2 * this.share : this.share + (bytes / expectedBytes - this.share) / 4
    this.share = Math.min(8, Math.max(1 / 8, share))
  }
}
