import type { Clock } from '../core/index.js'

/** As much of a clock as the SDK needs. */
export type ClientClock = Pick<Clock, 'nowMs' | 'after'>

/** The platform's time, the same in browsers and Node. */
export const systemClock: ClientClock = {
  nowMs: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
