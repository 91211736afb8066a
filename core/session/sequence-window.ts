/** How many sequences below the highest are remembered one by one. [SEM 4.3] */
const width = 64

/** Which publishes of one publisher were accepted: the highest sequence, and 64 bits for those below it. [SEM 4.3] */
export class SequenceWindow {
  highest = 0
  /** Bit i: `highest - i` was seen; two halves of 32 bits. */
  private low = 0
  private high = 0

  /** New, seen before, or too old to tell. */
  judge(sequence: number): 'new' | 'duplicate' | 'stale' {
    if (sequence > this.highest) return 'new'
    const age = this.highest - sequence
    if (age >= width) return 'stale'
    const half = age < 32 ? this.low : this.high
    return (half >>> (age & 31)) & 1 ? 'duplicate' : 'new'
  }

  /** Remembers a sequence that was judged new. */
  add(sequence: number): void {
    if (sequence > this.highest) this.shift(sequence - this.highest)
    this.highest = Math.max(this.highest, sequence)
    const age = this.highest - sequence
    if (age < 32) this.low |= 1 << age
    else this.high |= 1 << (age - 32)
  }

  private shift(by: number): void {
    for (let left = Math.min(by, width); left > 0; left -= Math.min(left, 31)) {
      const step = Math.min(left, 31)
      this.high = (this.high << step) | (this.low >>> (32 - step))
      this.low <<= step
    }
  }
}
