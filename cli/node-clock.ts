import type { Cancel, Clock } from '../core/index.js'

/** Below this a timer, which steps by 1 ms, would come late; the next turn of the loop is nearer. */
const immediateBelowMs = 0.5

/** "Lately" is this long: asking Node costs more than core should pay each turn. */
const busyWindowMs = 50

/** Core's time on Node. A time to come does not keep a process alive that has nothing else to do: listeners do. */
export class NodeClock implements Clock {
  private utilization = performance.eventLoopUtilization()
  private measuredMs = performance.now()
  private share = 0

  nowMs(): number {
    return performance.now()
  }

  timeMs(): number {
    return Date.now()
  }

  busyShare(): number {
    const nowMs = performance.now()
    if (nowMs - this.measuredMs < busyWindowMs) return this.share
    const utilization = performance.eventLoopUtilization()
    this.share = performance.eventLoopUtilization(utilization, this.utilization).utilization
    this.utilization = utilization
    this.measuredMs = nowMs
    return this.share
  }

  after(delayMs: number, task: () => void): Cancel {
    if (delayMs < immediateBelowMs) {
      const immediate = setImmediate(task)
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(task, Math.round(delayMs)).unref()
    return () => clearTimeout(timer)
  }
}
