import { nextSlotMs } from './rate.js'
import type { Reading } from './reading.js'

/** Whose readings they are. */
export interface PacedOwner {
  /** Asks for `release` to be called at a time, monotonic ms. */
  wakeAt(timeMs: number): void
}

const none: readonly Reading[] = []

/** Readings that are owed and held back by a rate until their slot. [SEM 3.2] */
export class PacedReadings {
  /** Null: nothing is held back, as with most sessions. */
  private readings: Reading[] | null = null
  /** The earliest slot for which a wake-up was asked. */
  private wakeMs = 0
  private readonly owner: PacedOwner

  constructor(owner: PacedOwner) {
    this.owner = owner
  }

  get all(): readonly Reading[] {
    return this.readings ?? none
  }

  /** Holds a reading back until its next slot. */
  hold(reading: Reading, nowMs: number): void {
    reading.slotMs = nextSlotMs(nowMs, reading.intervalMs, reading.topic.path)
    this.readings ??= []
    this.readings.push(reading)
    if (reading.slotMs >= this.wakeMs && this.wakeMs > nowMs) return
    this.wake(reading.slotMs)
  }

  /** Lets go those whose slot has come. */
  release(nowMs: number): readonly Reading[] {
    if (!this.readings) return none
    const due = this.readings.filter((reading) => reading.slotMs <= nowMs)
    this.readings = this.readings.filter((reading) => reading.slotMs > nowMs)
    for (const reading of due) reading.slotMs = 0
    this.wakeMs = 0
    const next = this.readings.reduce((least, reading) => Math.min(least, reading.slotMs), Number.POSITIVE_INFINITY)
    if (next < Number.POSITIVE_INFINITY) this.wake(next)
    return due
  }

  /** Takes some out before their slots. */
  remove(readings: ReadonlySet<Reading>): void {
    if (!this.readings) return
    this.readings = this.readings.filter((reading) => !readings.has(reading))
    for (const reading of readings) reading.slotMs = 0
  }

  clear(): void {
    this.readings = null
  }

  private wake(timeMs: number): void {
    this.wakeMs = timeMs
    this.owner.wakeAt(timeMs)
  }
}
