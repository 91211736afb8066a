import type { Cancel, Clock } from '../core/index.js'

/** Below this a timer, which steps by 1 ms, would come late; the next turn of the loop is nearer. */
const immediateBelowMs = 0.5

/** Timers of Node with a longer delay, ms, go off at once. Core looks at its own times when it is woken early. */
const delayMsMax = 2 ** 31 - 1

/** Core's time on Node. A time to come does not keep a process alive that has nothing else to do: listeners do. */
export class NodeClock implements Clock {
  nowMs(): number {
    return performance.now()
  }

  timeMs(): number {
    return Date.now()
  }

  after(delayMs: number, task: () => void): Cancel {
    if (delayMs < immediateBelowMs) {
      const immediate = setImmediate(task)
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(task, Math.min(Math.round(delayMs), delayMsMax)).unref()
    return () => clearTimeout(timer)
  }

  soon(task: () => void): Cancel {
    let isCancelled = false
    process.nextTick(() => {
      if (!isCancelled) task()
    })
    return () => {
      isCancelled = true
    }
  }
}
