import { times } from './limits.js'

/** How long to wait before coming back. */
export interface RetryTimes {
  /** Longest wait before the first attempt; it doubles with each attempt. ms */
  readonly delayMs: number
  /** Longest wait before any attempt, ms; in the first minute of waiting it is 4 s, or `delayMs` if that is more. */
  readonly delayMsMax: number
}

/** The usual ones. */
export const usualRetryTimes: RetryTimes = { delayMs: times.retryMs, delayMsMax: times.retryMsMax }

/**
 * Waits that double, each drawn evenly between nothing and the whole, so that the clients of a gateway that comes back do
 * not arrive together.
 */
export class BackOff {
  private attempts = 0
  private waitedMs = 0

  constructor(
    private readonly retry: RetryTimes,
    private readonly random: () => number,
  ) {}

  /** Attempts since the last good connection. */
  get attempt(): number {
    return this.attempts
  }

  /** The wait before the next attempt, ms; never less than what the gateway asked for. */
  next(leastMs: number): number {
    const { delayMs, delayMsMax } = this.retry
    const soonMsMax = this.waitedMs < times.soonMs ? Math.max(delayMs, times.soonRetryMsMax) : delayMsMax
    const longestMs = Math.min(delayMsMax, soonMsMax, delayMs * 2 ** this.attempts)
    const waitMs = leastMs + longestMs * this.random()
    this.attempts += 1
    this.waitedMs += waitMs
    return waitMs
  }

  /** The connection was a good one. */
  reset(): void {
    this.attempts = 0
    this.waitedMs = 0
  }
}
