import type { Clock } from '../core/index.js'

/** As much of a clock as the SDK needs. */
export type ClientClock = Pick<Clock, 'nowMs' | 'after'>

/** Timers with a longer delay, ms, go off at once. */
const delayMsMax = 2 ** 31 - 1

/** The platform's time, the same in browsers and Node. What lies further ahead than a timer can is done after 24 days. */
export const systemClock: ClientClock = {
  nowMs: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, Math.min(delayMs, delayMsMax))
    return () => clearTimeout(timer)
  },
}
