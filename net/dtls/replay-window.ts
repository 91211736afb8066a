/** Entries of the window: what is older was seen, as far as anybody can say. RFC 6347 §4.1.2.6 */
const entries = 64

/** Which records of an epoch came already. */
export class ReplayWindow {
  /** The newest; -1: there is none yet. */
  newest = -1
  /** Of the newest 64, the newest in the lowest bit. */
  private low = 0
  private high = 0

  isNew(sequence: number): boolean {
    const age = this.newest - sequence
    if (age < 0) return true
    if (age >= entries) return false
    return age < 32 ? (this.low & (1 << age)) === 0 : (this.high & (1 << (age - 32))) === 0
  }

  /** It is authentic. */
  mark(sequence: number): void {
    const age = this.newest - sequence
    if (age < 0) {
      this.shift(-age)
      this.newest = sequence
      this.low |= 1
    } else if (age < 32) this.low |= 1 << age
    else if (age < entries) this.high |= 1 << (age - 32)
  }

  private shift(by: number): void {
    if (by >= entries) {
      this.low = 0
      this.high = 0
    } else if (by >= 32) {
      this.high = this.low << (by - 32)
      this.low = 0
    } else {
      this.high = (this.high << by) | (this.low >>> (32 - by))
      this.low <<= by
    }
  }
}
