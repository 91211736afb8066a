import { LevelRegex } from '../../core/topics/level-regex.js'
import { SimulatedClock } from './simulated-clock.js'

const { matches } = LevelRegex.prototype

/** Between `begin` and `end`, trying a name against a regular expression takes 20 µs on it; nothing else takes any time. */
export class TryingClock extends SimulatedClock {
  triedMs = 0
  /** The longest of the tasks that it ran. */
  longestMs = 0

  begin(): void {
    const tried = () => {
      this.triedMs += 0.02
    }
    LevelRegex.prototype.matches = function (level, firstNamed) {
      tried()
      return matches.call(this, level, firstNamed)
    }
  }

  end(): void {
    LevelRegex.prototype.matches = matches
  }

  override nowMs(): number {
    return super.nowMs() + this.triedMs
  }

  override after(delayMs: number, task: () => void) {
    return super.after(delayMs, () => this.measure(task))
  }

  /** How long something takes that is done in one step; it counts among the tasks. */
  measure(task: () => void): number {
    const beforeMs = this.triedMs
    task()
    this.longestMs = Math.max(this.longestMs, this.triedMs - beforeMs)
    return this.triedMs - beforeMs
  }
}
