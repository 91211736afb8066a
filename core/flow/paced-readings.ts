import { pace } from '../limits.js'
import { Timetable } from '../timetable.js'
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
  /** Null: nothing was held back yet, as with most sessions. */
  private slots: Timetable<Reading> | null = null
  /** When the next wake-up comes; in the past: none was asked for since. What was asked for later than that comes too, and finds nothing new. */
  private wakeMs = 0
  private readonly owner: PacedOwner

  constructor(owner: PacedOwner) {
    this.owner = owner
  }

  get count(): number {
    return this.slots?.size ?? 0
  }

  get all(): Iterable<Reading> {
    return this.slots?.all ?? none
  }

  /** Holds a reading back until its next slot; one that is held back already until that of its rate now. */
  hold(reading: Reading, nowMs: number): void {
    reading.slotMs = nextSlotMs(nowMs, reading.intervalMs, reading.topic.path)
    this.slots ??= new Timetable()
    this.slots.set(reading, reading.slotMs)
    this.wakeForNext(nowMs)
  }

  /** Lets go those whose slot has come; of very many the rest a moment later, since this is one step. */
  release(nowMs: number): readonly Reading[] {
    const { slots } = this
    if (!slots) return none
    const due: Reading[] = []
    while (due.length < pace.releasedMax) {
      const reading = slots.popDue(nowMs)
      if (!reading) break
      reading.slotMs = 0
      due.push(reading)
    }
    this.wakeForNext(nowMs)
    return due
  }

  /** Takes one out before its slot. */
  remove(reading: Reading): void {
    this.slots?.delete(reading)
    reading.slotMs = 0
  }

  clear(): void {
    this.slots = null
  }

  private wakeForNext(nowMs: number): void {
    if (!this.slots || this.slots.size === 0) return
    const timeMs = Math.max(this.slots.nextMs, nowMs + 1)
    if (this.wakeMs > nowMs && this.wakeMs <= timeMs) return
    this.wakeMs = timeMs
    this.owner.wakeAt(timeMs)
  }
}
