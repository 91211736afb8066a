/** The parts that versions and positions are made of. */

const epochPattern = /^[0-9a-f]{16}$/
const epochBytes = 8

let knownEpoch = ''
let knownBytes: readonly number[] = []

/** The 8 bytes of an epoch, which core prints as 16 hex digits. [SEM 1.2] */
export function epochToBytes(epoch: string): readonly number[] {
  // A process has one log: the same is asked for over and over.
  if (epoch === knownEpoch) return knownBytes
  if (!epochPattern.test(epoch)) throw new RangeError(`not an epoch: ${epoch}`)
  knownBytes = (epoch.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  knownEpoch = epoch
  return knownBytes
}

/**
 * Takes parts from the front of bytes. What is not there, or not in its one right form, sets `isBroken`, and reads as
 * nothing from then on.
 */
export class Parts {
  isBroken = false
  private readonly bytes: readonly number[]
  private at = 0

  constructor(bytes: readonly number[]) {
    this.bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length
  }

  byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) this.isBroken = true
    else this.at++
    return byte ?? 0
  }

  epoch(): string {
    return Array.from({ length: epochBytes }, () => this.byte().toString(16).padStart(2, '0')).join('')
  }

  number(): number {
    let value = 0
    let scale = 1
    let byte = this.byte()
    for (; byte >= 128; byte = this.byte()) {
      value += (byte - 128) * scale
      scale *= 128
    }
    value += byte * scale
    if (!Number.isSafeInteger(value) || (byte === 0 && scale > 1)) this.isBroken = true
    return value
  }
}
