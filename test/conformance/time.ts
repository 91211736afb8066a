import assert from 'node:assert/strict'
import type { Cancel, Clock } from '../../core/index.js'
import { SimulatedClock } from '../support/simulated-clock.js'
import type { TransportHarness } from './harness.js'

/** A gateway's time, under the control of a case. */
export interface CaseTime extends Clock {
  /** Lets so much time pass for the gateway, without waiting for it. */
  pass(ms: number): Promise<void>
  /** Lets things happen until the condition holds; fails, naming what was awaited, when that takes too long. */
  until(what: string, condition: () => boolean): Promise<void>
}

export const timeOf = ({ time }: Pick<TransportHarness, 'time'>): CaseTime =>
  time === 'simulated' ? new StandingTime() : new LeapingTime()

/** So long a case waits for one thing, simulated ms. */
const patienceMs = 2_000

/** Tasks that may be planned while no time passes. */
const tasksNowMax = 20_000

/** Time that stands still unless a case lets it pass. */
class StandingTime extends SimulatedClock implements CaseTime {
  private standsAtMs = -1
  private tasksNow = 0

  override after(delayMs: number, task: () => void): Cancel {
    if (this.standsAtMs !== this.nowMs()) this.tasksNow = 0
    this.standsAtMs = this.nowMs()
    this.tasksNow += 1
    assert.ok(this.tasksNow <= tasksNowMax, 'work without end: the gateway goes on while no time passes')
    return super.after(delayMs, task)
  }

  async pass(ms: number): Promise<void> {
    this.advance(ms)
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (let ms = 0; ms < patienceMs && !condition(); ms++) {
      this.advance(1)
      // A transport may answer with a promise.
      await null
    }
    assert.ok(condition(), `in vain awaited: ${what}`)
  }
}

interface Planned {
  readonly atMs: number
  readonly task: () => void
}

/** So long a case waits for one thing, real ms: far more than it takes, since machines can be busy. */
const realPatienceMs = 8_000

/** What falls due on the way is done in steps of this, ms. */
const leapMs = 250

/** Real time, which can also leap, so that nobody waits for a time-out of a minute. */
export class LeapingTime implements CaseTime {
  private leaptMs = 0
  private readonly planned = new Set<Planned>()

  nowMs(): number {
    return performance.now() + this.leaptMs
  }

  timeMs(): number {
    return Math.floor(Date.now() + this.leaptMs)
  }

  after(delayMs: number, task: () => void): Cancel {
    const planned = { atMs: this.nowMs() + delayMs, task }
    this.planned.add(planned)
    const run = () => this.run(planned)
    if (delayMs < 0.5) setImmediate(run)
    else setTimeout(run, delayMs).unref()
    return () => this.planned.delete(planned)
  }

  soon(task: () => void): Cancel {
    const planned = { atMs: this.nowMs(), task }
    this.planned.add(planned)
    process.nextTick(() => this.run(planned))
    return () => this.planned.delete(planned)
  }

  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= leapMs) {
      this.leaptMs += Math.min(leftMs, leapMs)
      for (const planned of [...this.planned]) if (planned.atMs <= this.nowMs()) this.run(planned)
      await aTurn()
    }
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + realPatienceMs
    while (!condition()) {
      assert.ok(performance.now() < deadlineMs, `in vain awaited: ${what}`)
      await aTurn()
    }
  }

  private run(planned: Planned): void {
    if (this.planned.delete(planned)) planned.task()
  }
}

/** The loop turns once, sockets included. */
const aTurn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
