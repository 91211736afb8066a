/** How long an unused budget adds up, ms: a short pause may be made up for, a long one not. */
const burstMs = 1_000

/** A session's declared bytes a second, as a bucket that fills while time passes. One flush may overdraw it; the next waits. */
export class ByteBudget {
  private readonly bytesPerMs: number
  private readonly burstBytes: number
  private level: number
  private filledMs: number

  constructor(bytesPerSecond: number, nowMs: number) {
    this.bytesPerMs = bytesPerSecond / 1_000
    this.burstBytes = this.bytesPerMs * burstMs
    this.level = this.burstBytes
    this.filledMs = nowMs
  }

  /** Bytes that may be sent now; not above 0: wait. */
  availableBytes(nowMs: number): number {
    this.level = Math.min(this.burstBytes, this.level + (nowMs - this.filledMs) * this.bytesPerMs)
    this.filledMs = nowMs
    return this.level
  }

  spend(bytes: number): void {
    this.level -= bytes
  }

  /** When something may be sent again, if nothing may now. */
  readyMs(nowMs: number): number {
    return nowMs + Math.max(1, (1 - this.level) / this.bytesPerMs)
  }
}
