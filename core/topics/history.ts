import type { Update } from '../update.js'
import { attributeBytes } from './attribute-bytes.js'

/** Slots of a new ring; a power of two. */
const slotsMin = 16
/** What an update costs beside its value and attributes, bytes: an object, its numbers and a view; measured as about 250. */
export const updateBytes = 256

/** Bytes of memory that keeping this update costs. */
export function costOf({ value, attributes }: Update): number {
  return updateBytes + value.length + (attributes === null ? 0 : attributeBytes(attributes))
}

/**
 * The newest updates of one topic, in order: what `all` readers are still owed and what `history` keeps. A ring whose size is
 * a power of two, doubled when full.
 *
 * Invariant: offsets rise from the oldest to the newest, and every update of the topic above `lostOffset` is here.
 */
export class History {
  /** Offset of the newest update that is no longer here; a reader that still needed it has a gap. */
  lostOffset: number
  /** What its updates cost, bytes. */
  bytes = 0
  private ring: (Update | undefined)[] = new Array(slotsMin)
  /** When the gateway took each, in the same slots; ms since 1970. */
  private times: number[] = new Array(slotsMin)
  private first = 0
  private size = 0

  /** Starts empty: everything up to `lostOffset` was never kept. */
  constructor(lostOffset: number) {
    this.lostOffset = lostOffset
  }

  get count(): number {
    return this.size
  }

  append(update: Update, acceptedMs: number): void {
    if (this.size === this.ring.length) this.grow()
    const slot = (this.first + this.size) & (this.ring.length - 1)
    this.ring[slot] = update
    this.times[slot] = acceptedMs
    this.size += 1
    this.bytes += costOf(update)
  }

  /** The update at this index, 0 being the oldest. */
  at(index: number): Update | undefined {
    return index < this.size ? this.ring[(this.first + index) & (this.ring.length - 1)] : undefined
  }

  /** Index of the first update above this offset; `count` if there is none. */
  indexAfter(offset: number): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      const update = this.at(middle)
      if (update && update.offset <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** When the gateway took the oldest update; 0: there is none. */
  get oldestMs(): number {
    return this.timeAt(0)
  }

  /** Index of the first update taken at or after this time, ms since 1970. */
  indexSince(timeMs: number): number {
    let index = this.size
    while (index > 0 && this.timeAt(index - 1) >= timeMs) index -= 1
    return index
  }

  /** Forgets the oldest update; returns the bytes freed, 0 if there is none. */
  drop(): number {
    const update = this.ring[this.first]
    if (!update || this.size === 0) return 0
    this.ring[this.first] = undefined
    this.first = (this.first + 1) & (this.ring.length - 1)
    this.size -= 1
    const cost = costOf(update)
    this.bytes -= cost
    this.lostOffset = update.offset
    return cost
  }

  private timeAt(index: number): number {
    return index < this.size ? (this.times[(this.first + index) & (this.times.length - 1)] ?? 0) : 0
  }

  private grow(): void {
    const old = this.ring
    const oldTimes = this.times
    const ring: (Update | undefined)[] = new Array(old.length * 2)
    const times: number[] = new Array(ring.length)
    for (let i = 0; i < this.size; i++) {
      const slot = (this.first + i) & (old.length - 1)
      ring[i] = old[slot]
      times[i] = oldTimes[slot] ?? 0
    }
    this.ring = ring
    this.times = times
    this.first = 0
  }
}
