/** Lets `burst` things happen at once and `perSecond` of them in the long run. */
export class TokenBucket {
  private tokens: number
  private filledMs: number

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.tokens = burst
    this.filledMs = nowMs
  }

  /** Takes one token; 0, or the seconds until there will be one. */
  take(nowMs: number): number {
    this.fill(nowMs)
    if (this.tokens < 1) return (1 - this.tokens) / this.perSecond
    this.tokens--
    return 0
  }

  isFull(nowMs: number): boolean {
    this.fill(nowMs)
    return this.tokens >= this.burst
  }

  private fill(nowMs: number): void {
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.filledMs) / 1_000) * this.perSecond)
    this.filledMs = nowMs
  }
}
