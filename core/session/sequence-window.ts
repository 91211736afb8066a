import type { Refusal } from '../refusals.js'

/** How many sequences up to the highest are remembered one by one. [SEM 4.3] */
const width = 64

/**
 * Which publishes of one publisher came: the highest sequence, 64 bits for those up to it, which of them the log has not
 * answered yet, and why those that were refused were. [SEM 4.3]
 */
export class SequenceWindow {
  highest = 0
  /** Bit i: `highest - i` was seen; two halves of 32 bits. */
  private low = 0
  private high = 0
  /** Null: none had to wait yet, as with a log that answers at once. */
  private pending: Set<number> | null = null
  /** By sequence, oldest first; null: none was refused yet. */
  private refusals: Map<number, Refusal> | null = null

  /** New, seen before and on its way to an answer, seen before and answered, or too old to tell. */
  judge(sequence: number): 'new' | 'pending' | 'answered' | 'stale' {
    if (sequence > this.highest) return 'new'
    const age = this.highest - sequence
    if (age >= width) return 'stale'
    const half = age < 32 ? this.low : this.high
    if (((half >>> (age & 31)) & 1) === 0) return 'new'
    return this.pending?.has(sequence) ? 'pending' : 'answered'
  }

  /** Takes up a sequence that was judged new. */
  begin(sequence: number): void {
    if (sequence > this.highest) this.shift(sequence - this.highest)
    this.highest = Math.max(this.highest, sequence)
    const age = this.highest - sequence
    if (age < 32) this.low |= 1 << age
    else this.high |= 1 << (age - 32)
  }

  /** The log answers this one later. */
  awaits(sequence: number): void {
    this.pending ??= new Set()
    this.pending.add(sequence)
  }

  accepted(sequence: number): void {
    this.pending?.delete(sequence)
  }

  /** A repeated one is told the same again. */
  refused(sequence: number, refusal: Refusal): void {
    this.pending?.delete(sequence)
    this.refusals ??= new Map()
    this.refusals.set(sequence, refusal)
    for (const known of this.refusals.keys()) if (this.highest - known >= width) this.refusals.delete(known)
  }

  /** Why a sequence that was answered was refused; null: it was accepted. */
  refusalOf(sequence: number): Refusal | null {
    return this.refusals?.get(sequence) ?? null
  }

  private shift(by: number): void {
    for (let left = Math.min(by, width); left > 0; left -= Math.min(left, 31)) {
      const step = Math.min(left, 31)
      this.high = (this.high << step) | (this.low >>> (32 - step))
      this.low <<= step
    }
  }
}
