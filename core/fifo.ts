/** Slots of the first ring; a power of two. */
const slotsMin = 16

/**
 * First in, first out, with room that is used again: a list that is cut or shifted takes new memory to grow, over and over. A
 * ring whose size is a power of two, doubled when full.
 */
export class Fifo<T> {
  /** Taken with the first item: most of those who have one of these never use it. */
  private ring: (T | null)[] = []
  private first = 0
  private count = 0

  get size(): number {
    return this.count
  }

  push(item: T): void {
    if (this.count === this.ring.length) this.grow()
    this.ring[(this.first + this.count) & (this.ring.length - 1)] = item
    this.count += 1
  }

  /** Takes the oldest; null: there is none. */
  take(): T | null {
    if (this.count === 0) return null
    const item = this.ring[this.first] ?? null
    this.ring[this.first] = null
    this.first = (this.first + 1) & (this.ring.length - 1)
    this.count -= 1
    return item
  }

  /** The item at this place, 0 being the oldest; null: there is none. */
  at(index: number): T | null {
    return index < this.count ? (this.ring[(this.first + index) & (this.ring.length - 1)] ?? null) : null
  }

  /** Puts an item before all others. */
  putBack(item: T): void {
    if (this.count === this.ring.length) this.grow()
    this.first = (this.first - 1) & (this.ring.length - 1)
    this.ring[this.first] = item
    this.count += 1
  }

  private grow(): void {
    const ring = new Array<T | null>(Math.max(slotsMin, this.ring.length * 2)).fill(null)
    for (let i = 0; i < this.count; i++) ring[i] = this.ring[(this.first + i) & (this.ring.length - 1)] ?? null
    this.ring = ring
    this.first = 0
  }
}
