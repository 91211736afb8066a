import type { Cancel, Clock } from '../../core/index.js'

interface Planned {
  readonly atMs: number
  readonly order: number
  task: (() => void) | null
}

/** Time that passes only when a test says so; tasks run in the order of their times, then of their planning. */
export class SimulatedClock implements Clock {
  private elapsedMs = 0
  private planned: Planned[] = []
  private count = 0

  /** Tasks that are still to come. */
  get tasks(): number {
    return this.planned.filter(({ task }) => task !== null).length
  }

  nowMs(): number {
    return this.elapsedMs
  }

  timeMs(): number {
    return 1_763_683_200_000 + Math.floor(this.elapsedMs)
  }

  after(delayMs: number, task: () => void): Cancel {
    this.count += 1
    const planned: Planned = { atMs: this.elapsedMs + Math.max(0, delayMs), order: this.count, task }
    this.planned.push(planned)
    return () => {
      planned.task = null
    }
  }

  soon(task: () => void): Cancel {
    return this.after(0, task)
  }

  /** Lets time pass, running what falls due on the way. */
  advance(byMs: number): void {
    const untilMs = this.elapsedMs + byMs
    for (let next = this.takeDue(untilMs); next; next = this.takeDue(untilMs)) {
      this.elapsedMs = Math.max(this.elapsedMs, next.atMs)
      next.task?.()
    }
    this.elapsedMs = untilMs
  }

  private takeDue(untilMs: number): Planned | null {
    let first: Planned | null = null
    for (const planned of this.planned) {
      if (planned.atMs > untilMs) continue
      if (!first || planned.atMs < first.atMs || (planned.atMs === first.atMs && planned.order < first.order))
        first = planned
    }
    if (first) this.planned = this.planned.filter((planned) => planned !== first)
    return first
  }
}

/** Every look at it takes half a millisecond: no turn gets done what it wanted. */
export class ImpatientClock extends SimulatedClock {
  private looks = 0

  override nowMs(): number {
    this.looks += 1
    return super.nowMs() + this.looks / 2
  }
}
