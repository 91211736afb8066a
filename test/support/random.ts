/** Numbers that look random and are the same for the same seed (xorshift32). */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  }

  /** 0 up to, but without, 1. */
  next(): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    this.state >>>= 0
    return this.state / 2 ** 32
  }

  /** A whole number from 0 up to, but without, `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256))
  }
}
