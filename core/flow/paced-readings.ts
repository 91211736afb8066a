import { nextSlotMs } from './rate.js'
import type { Reading } from './reading.js'

/** Readings that are owed and held back by a rate until their slot. [SEM 3.2] */
export class PacedReadings {
  private readings: Reading[] = []
  /** The earliest slot for which a wake-up was asked. */
  private wakeMs = 0
  private readonly wakeAt: (timeMs: number) => void

  /** `wakeAt` asks for `release` to be called at a time, monotonic ms. */
  constructor(wakeAt: (timeMs: number) => void) {
    this.wakeAt = wakeAt
  }

  get all(): readonly Reading[] {
    return this.readings
  }

  /** Holds a reading back until its next slot. */
  hold(reading: Reading, nowMs: number): void {
    reading.slotMs = nextSlotMs(nowMs, reading.intervalMs, reading.topic.path)
    this.readings.push(reading)
    if (reading.slotMs >= this.wakeMs && this.wakeMs > nowMs) return
    this.wake(reading.slotMs)
  }

  /** Lets go those whose slot has come. */
  release(nowMs: number): readonly Reading[] {
    if (this.readings.length === 0) return this.readings
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
    if (this.readings.length === 0) return
    this.readings = this.readings.filter((reading) => !readings.has(reading))
    for (const reading of readings) reading.slotMs = 0
  }

  clear(): void {
    this.readings = []
  }

  private wake(timeMs: number): void {
    this.wakeMs = timeMs
    this.wakeAt(timeMs)
  }
}
