/** The longest of the durations noted in the last one to two windows; the same for all who read it, however often. */
export class RecentLongest {
  private readonly windowMs: number
  private longestMs = 0
  /** Of the window before. */
  private earlierMs = 0
  private beganMs = 0

  constructor(windowMs: number) {
    this.windowMs = windowMs
  }

  note(durationMs: number, nowMs: number): void {
    this.turnOver(nowMs)
    if (durationMs > this.longestMs) this.longestMs = durationMs
  }

  at(nowMs: number): number {
    this.turnOver(nowMs)
    return Math.max(this.longestMs, this.earlierMs)
  }

  private turnOver(nowMs: number): void {
    const windows = Math.floor((nowMs - this.beganMs) / this.windowMs)
    if (windows === 0) return
    this.earlierMs = windows === 1 ? this.longestMs : 0
    this.longestMs = 0
    this.beganMs += windows * this.windowMs
  }
}
