import type { Clock } from '../clock.js'
import { pace } from '../limits.js'

/** Selectors tried between two looks at the clock. */
const triesPerClockRead = 512

/**
 * How long something may take that has to be done in one step. Who does little never looks at the clock: the machine may have
 * been busy with others. [SEM 2.5]
 */
export class Effort {
  private readonly clock: Clock
  private readonly untilMs: number
  private tries = 0
  private isOver = false

  constructor(clock: Clock) {
    this.clock = clock
    this.untilMs = clock.nowMs() + pace.resumeMs
  }

  /** So many selectors were tried, or as much was done; false: it has taken too long. */
  goesOn(tries: number): boolean {
    this.tries += tries
    if (this.tries >= triesPerClockRead) {
      this.tries = 0
      this.isOver ||= this.clock.nowMs() > this.untilMs
    }
    return !this.isOver
  }
}
