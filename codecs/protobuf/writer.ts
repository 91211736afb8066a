import { wire } from './reader.js'
import { writeText } from './text.js'

/** Writes the content of a message that stands inside another. */
export interface Writable<T> {
  write(writer: Writer, value: T): void
}

/** Bytes of a varint. */
function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest /= 128) bytes++
  return bytes
}

/** Writes a varint and gives the place behind it. */
function writeVarint(value: number, bytes: Uint8Array, start: number): number {
  let rest = value
  let at = start
  // Bitwise operators see 32 bits only, hence the division.
  for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80
  for (; rest >= 128; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
  bytes[at++] = rest
  return at
}

const varintBytesMax = 10

/** Up to so many bytes a loop copies faster than a view of them is made and collected. */
const loopBytesMax = 128

/** Copies the first `length` bytes of `source` to `target` from `at` on. */
function copy(source: Uint8Array, length: number, target: Uint8Array, at: number): void {
  if (length > loopBytesMax) target.set(length === source.length ? source : source.subarray(0, length), at)
  else for (let i = 0; i < length; i++) target[at + i] = source[i] ?? 0
}

/** A writer that is used again keeps a buffer up to this size, bytes: a flush on a local link has a quarter of it, and one item more. */
const keptBytesMax = 1_048_576

/**
 * Writes protobuf fields into a buffer of its own, which grows and is kept for the next message.
 *
 * Each field method writes its field whatever the value; who wants to leave out a default asks first.
 */
export class Writer {
  private bytes: Uint8Array
  private at = 0

  constructor(bytesAtFirst = 256) {
    this.bytes = new Uint8Array(bytesAtFirst)
  }

  /** Forgets what was written, and a buffer that one big message made big. */
  clear(): void {
    this.at = 0
    if (this.bytes.length > keptBytesMax) this.bytes = new Uint8Array(keptBytesMax)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.at
  }

  /** What was written, as long as nothing else is. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  /** Copies what was written into `target`, from `at` on. */
  copyTo(target: Uint8Array, at: number): void {
    copy(this.bytes, this.at, target, at)
  }

  /** Fields that were written before. */
  raw(fields: Uint8Array): void {
    this.reserve(fields.length)
    copy(fields, fields.length, this.bytes, this.at)
    this.at += fields.length
  }

  uint(field: number, value: number): void {
    this.reserve(2 * varintBytesMax)
    this.tag(field, wire.varint)
    this.at = writeVarint(value, this.bytes, this.at)
  }

  /** A number with a sign, at most 52 bits, in zigzag form. */
  sint(field: number, value: number): void {
    this.uint(field, value < 0 ? -2 * value - 1 : 2 * value)
  }

  bool(field: number, value: boolean): void {
    this.uint(field, value ? 1 : 0)
  }

  /** Bytes: all of `value`, or its first `length`. */
  view(field: number, value: Uint8Array, length: number = value.length): void {
    this.reserve(2 * varintBytesMax + length)
    this.tag(field, wire.bytes)
    this.at = writeVarint(length, this.bytes, this.at)
    copy(value, length, this.bytes, this.at)
    this.at += length
  }

  text(field: number, value: string): void {
    this.reserve(2 * varintBytesMax + 3 * value.length)
    this.tag(field, wire.bytes)
    const start = this.at
    this.at = writeText(value, this.bytes, start + 1)
    this.putLength(start)
  }

  message<T>(field: number, inner: Writable<T>, value: T): void {
    this.reserve(2 * varintBytesMax)
    this.tag(field, wire.bytes)
    const start = this.at++
    inner.write(this, value)
    this.putLength(start)
  }

  packed(field: number, values: readonly number[]): void {
    this.reserve(2 * varintBytesMax + varintBytesMax * values.length)
    this.tag(field, wire.bytes)
    const start = this.at++
    for (const value of values) this.at = writeVarint(value, this.bytes, this.at)
    this.putLength(start)
  }

  /** Puts the length of what was written behind `start + 1` at `start`, where one byte was left for it. */
  private putLength(start: number): void {
    const length = this.at - start - 1
    const more = varintBytes(length) - 1
    if (more > 0) {
      this.reserve(more)
      this.bytes.copyWithin(start + 1 + more, start + 1, this.at)
      this.at += more
    }
    writeVarint(length, this.bytes, start)
  }

  private tag(field: number, wireType: number): void {
    this.at = writeVarint(field * 8 + wireType, this.bytes, this.at)
  }

  private reserve(bytes: number): void {
    const needed = this.at + bytes
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length))
    grown.set(this.written())
    this.bytes = grown
  }
}
