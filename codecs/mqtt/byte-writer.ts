import { writerLimits } from './limits.js'

const encoder = new TextEncoder()

/** Longest text or binary: its length has two bytes. [MQTT 5.0, 1.5.4] */
const sizedBytesMax = 65_535

/** Highest number that four bytes of seven bits can say. [MQTT 5.0, 1.5.5] */
const varintMax = 268_435_455

/** Above so many characters TextEncoder is faster than the loop. */
const encodedByLoopMax = 32

/** Bytes of a variable byte integer; throws RangeError above 268,435,455, which the caller is to rule out. */
export function varintBytes(value: number): number {
  if (value > varintMax) throw new RangeError(`${value} is more than a variable byte integer can say`)
  if (value < 128) return 1
  if (value < 16_384) return 2
  return value < 2_097_152 ? 3 : 4
}

/**
 * Writes MQTT's data types into memory of its own, which grows and is kept for what is written next.
 *
 * Texts, binaries and numbers beyond what the format can say throw RangeError: the caller is to rule them out.
 */
export class ByteWriter {
  private bytes = new Uint8Array(writerLimits.bytesAtFirst)
  private at = 0

  /** Bytes written so far. */
  get length(): number {
    return this.at
  }

  /** What was written, as long as nothing else is. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  /** Forgets what was written, and memory that one long packet made long. */
  clear(): void {
    this.at = 0
    if (this.bytes.length > writerLimits.keptBytesMax) this.bytes = new Uint8Array(writerLimits.keptBytesMax)
  }

  /** Takes back all but the first `length` bytes. */
  cutTo(length: number): void {
    this.at = length
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  uint16(value: number): void {
    this.reserve(2)
    this.bytes[this.at++] = value >>> 8
    this.bytes[this.at++] = value
  }

  uint32(value: number): void {
    this.uint16(value >>> 16)
    this.uint16(value & 0xffff)
  }

  varint(value: number): void {
    this.reserve(4)
    this.at += this.putVarint(this.at, value)
  }

  /** A text with its length. */
  text(value: string): void {
    this.reserve(2 + 3 * value.length)
    const start = this.at + 2
    const length = this.encoded(value, start)
    if (length > sizedBytesMax) throw new RangeError(`a text of ${length} bytes`)
    this.uint16(length)
    this.at += length
  }

  /** Bytes with their length. */
  binary(value: Uint8Array): void {
    if (value.length > sizedBytesMax) throw new RangeError(`a binary of ${value.length} bytes`)
    this.uint16(value.length)
    this.raw(value)
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length)
    this.bytes.set(value, this.at)
    this.at += value.length
  }

  /** Moves what stands from `from` on by `count` bytes, whose content is then open. */
  insert(from: number, count: number): void {
    this.reserve(count)
    if (from < this.at) this.bytes.copyWithin(from + count, from, this.at)
    this.at += count
  }

  /** Puts a byte where one was written before. */
  put(at: number, byte: number): void {
    this.bytes[at] = byte
  }

  /** Puts a number where room was left for it, and gives the bytes that it took. */
  putVarint(at: number, value: number): number {
    const count = varintBytes(value)
    for (let i = 0; i < count; i++) this.bytes[at + i] = ((value >>> (7 * i)) & 0x7f) | (i < count - 1 ? 0x80 : 0)
    return count
  }

  private encoded(value: string, start: number): number {
    const isShort = value.length <= encodedByLoopMax
    return isShort && this.writeAscii(value, start) ? value.length : this.encodeInto(value, start)
  }

  private writeAscii(value: string, start: number): boolean {
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit >= 0x80) return false
      this.bytes[start + i] = unit
    }
    return true
  }

  private encodeInto(value: string, start: number): number {
    return encoder.encodeInto(value, this.bytes.subarray(start)).written
  }

  private reserve(bytes: number): void {
    const needed = this.at + bytes
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length))
    grown.set(this.written())
    this.bytes = grown
  }
}
