/** The parts that versions and positions are made of. */

const epochPattern = /^(?:[0-9a-f]{2}){8}$/
const epochBytes = 8

/** The 8 bytes of an epoch, which core prints as 16 hex digits. [SEM 1.2] */
export function epochToBytes(epoch: string): number[] {
  if (!epochPattern.test(epoch)) throw new RangeError(`not an epoch of 16 hex digits: ${epoch}`)
  return (epoch.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
}

/** Numbers of up to 53 bits, seven bits a byte, lowest first; the top bit says that more follow. */
export function numberToBytes(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
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
