import { assert } from '../core/index.js'

/** Holds a sequence's user to the rule of offsets, as far as this process has seen them. */
export class Offsets {
  /** The newest record that was appended here or trimmed; -1: none. */
  private newest = -1
  /** Everything up to here is gone; -1: nothing. */
  private gone: number

  constructor(trimmedTo: number) {
    this.gone = trimmedTo
    this.newest = trimmedTo
  }

  get trimmedTo(): number {
    return this.gone
  }

  append(offset: number): void {
    assert(Number.isSafeInteger(offset) && offset > this.newest, 'offsets of a sequence are safe integers and rise')
    this.newest = offset
  }

  /** False: that much is gone already. */
  trim(upTo: number): boolean {
    assert(Number.isSafeInteger(upTo), 'an offset is a safe integer')
    if (upTo <= this.gone) return false
    this.gone = upTo
    this.newest = Math.max(this.newest, upTo)
    return true
  }
}
