/** Cancels a wake-up. Calling it again, or after the task ran, does nothing. */
export type Cancel = () => void

/**
 * Time, as a parameter. Core never reads a clock or sets a timer of its own, so that a test can run a
 * day in a millisecond and replay any race from a seed.
 */
export interface Clock {
  /** Monotonic milliseconds with fractions; for intervals and deadlines. */
  nowMs(): number
  /** Milliseconds since 1970-01-01 UTC; for the `time` of updates only. */
  timeMs(): number
  /**
   * Calls `task` once, in a later turn of the loop, at the earliest `delayMs` from now; of more than 24 days perhaps sooner, so that who
   * waits so long looks again.
   */
  after(delayMs: number, task: () => void): Cancel
  /** Calls `task` once, as soon as whoever is at work now is done: the loop may have much to do before it turns. */
  soon(task: () => void): Cancel
}

/** Unpredictable bytes for tokens and epochs; seeded in tests. */
export type RandomBytes = (count: number) => Uint8Array
