/** Numbers that look random and are the same for the same seed (mulberry32), so that each run tells the same story. */
export class Random {
  #state

  constructor(seed) {
    this.#state = seed
  }

  /** From 0 up to, but without, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** Whether something happens that does so with this probability. */
  chance(probability) {
    return this.next() < probability
  }

  between(low, high) {
    return low + this.next() * (high - low)
  }

  pick(items) {
    return items[Math.floor(this.next() * items.length)]
  }

  /** Around 0, and seldom far from it: mostly within ±1. */
  swing() {
    return this.next() + this.next() + this.next() + this.next() - 2
  }
}
