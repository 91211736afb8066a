import type { Clock } from '../clock.js'
import { pace } from '../limits.js'

/** Selectors tried between two looks at the clock. */
const triesPerClockRead = 512

/**
 * How long something may take in one step. Who does little never looks at the clock: the machine may have been busy with others.
 * [SEM 2.5]
 */
export class Effort {
  private readonly clock: Clock
  private readonly untilMs: number
  private tries = 0
  private isOver = false

  constructor(clock: Clock, untilMs: number) {
    this.clock = clock
    this.untilMs = untilMs
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

/** What has to be found at once, since nothing may be told before. */
export function effortToResume(clock: Clock): Effort {
  return new Effort(clock, clock.nowMs() + pace.resumeMs)
}
