/** Bytes that lengths and numbers take in TLS. RFC 5246 §4.3, §4.4 */
export type FieldSize = 1 | 2 | 3 | 6

/**
 * Reads the fields of a message, the first first. What is asked for beyond the end is 0, or empty, and the message is bad from then on:
 * whoever reads looks once, when all was read.
 */
export class FieldReader {
  private at = 0
  private isShort = false

  constructor(private readonly bytes: Buffer) {}

  /** All was there, and nothing is left. */
  get isWhole(): boolean {
    return !this.isShort && this.at === this.bytes.length
  }

  /** Something is left. */
  get hasMore(): boolean {
    return !this.isShort && this.at < this.bytes.length
  }

  number(size: FieldSize): number {
    const field = this.take(size)
    return field.length === size ? field.readUIntBE(0, size) : 0
  }

  take(length: number): Buffer {
    const end = this.at + length
    if (this.isShort || end > this.bytes.length) {
      this.isShort = true
      return none
    }
    const taken = this.bytes.subarray(this.at, end)
    this.at = end
    return taken
  }

  /** Bytes behind their length. */
  vector(lengthSize: FieldSize): Buffer {
    return this.take(this.number(lengthSize))
  }

  /** All that is left. */
  rest(): Buffer {
    return this.take(this.bytes.length - this.at)
  }
}

const none: Buffer = Buffer.alloc(0)

/** A number as a field. */
export function field(value: number, size: FieldSize): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.writeUIntBE(value, 0, size)
  return bytes
}

/** Bytes behind their length. */
export function vector(bytes: Uint8Array, lengthSize: FieldSize): Buffer {
  return Buffer.concat([field(bytes.length, lengthSize), bytes])
}

/** The 16-bit numbers of a list; null: half a number is left. */
export function numbersIn(bytes: Buffer): number[] | null {
  if (bytes.length % 2 !== 0) return null
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2))
}

/** A list of 16-bit numbers, without its length. */
export function numbers(values: readonly number[]): Buffer {
  return Buffer.concat(values.map((value) => field(value, 2)))
}
