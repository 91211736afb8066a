/** Time, and what is to happen later: a test brings its own. */
export interface DtlsClock {
  /** Monotonic ms. */
  nowMs(): number
  /** Calendar ms, for the validity of certificates. */
  timeMs(): number
  /** Calls once, after so many ms; returns what prevents it. */
  after(ms: number, task: () => void): () => void
}

/** The process's own. */
export const systemClock: DtlsClock = {
  nowMs: () => performance.now(),
  timeMs: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
