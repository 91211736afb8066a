import type { Socket } from 'node:net'

/**
 * How long one client may keep the loop with what it sent, in one go. One for all links of a transport: only one of them is at work.
 *
 * A slice begins with each read from a socket, which may bring one frame of a megabyte or thousands of small ones. That a read is
 * another one is seen by how many bytes were read: it costs a fifth of a look at the clock.
 */
export class Slice {
  private socket: Socket | null = null
  private bytesRead = 0
  private startMs = 0

  /** For so long, ms. */
  constructor(private readonly sliceMs: number) {}

  /** Whether a frame that came from this socket may be taken at once. */
  hasTimeFor(socket: Socket): boolean {
    const { bytesRead } = socket
    if (socket === this.socket && bytesRead === this.bytesRead) return this.hasTime()
    this.begin()
    this.socket = socket
    this.bytesRead = bytesRead
    return true
  }

  hasTime(): boolean {
    return performance.now() - this.startMs < this.sliceMs
  }

  /** A task that is no read. */
  begin(): void {
    this.socket = null
    this.startMs = performance.now()
  }
}
