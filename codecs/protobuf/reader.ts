import { readText } from './text.js'

/** Wire types. The fixed ones are in no message of ours, but a field that is skipped may have them. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Reads the content of a message that stands inside another. */
export interface Readable<T> {
  read(reader: Reader): T
}

const unbounded = Number.POSITIVE_INFINITY

/**
 * Walks over protobuf fields, strictly. [PROTOCOL 1.6]
 *
 * It never throws. The first thing that is wrong is kept in `why`; from then on no field follows, so that loops end by
 * themselves. What was read is good only while `why` is null.
 */
export class Reader {
  why: string | null = null
  private readonly bytes: Uint8Array
  private at = 0
  /** End of the message at hand. */
  private end: number
  /** Wire type of the field at hand. */
  private wireType = 0
  /** Fields seen in the message at hand, one bit each. */
  private seen = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.end = bytes.length
  }

  /** The message at hand has ended, or something was wrong. */
  get isOver(): boolean {
    return this.why !== null || this.at >= this.end
  }

  /**
   * Goes to the next field and gives its number, 0 at the end of the message. Fields above `last`, at most 31, are not
   * known and skipped. Those in `repeated` (a bit each) may stand more than once.
   */
  nextField(last: number, repeated = 0): number {
    for (let field = this.tag(); field !== 0; field = this.tag()) {
      if (field <= last) return this.once(field, repeated)
      this.skip()
    }
    return 0
  }

  /** As `nextField` for the frame itself, where nothing is skipped. [PROTOCOL 1.7] */
  nextPart(last: number, repeated: number): number {
    const field = this.tag()
    if (field > last) return this.fail(`a frame has no field ${field}`)
    return field === 0 ? 0 : this.once(field, repeated)
  }

  /** Passes over the field at hand. */
  skip(): void {
    const { wireType } = this
    if (wireType === wire.varint) this.varint()
    else if (wireType === wire.bytes) this.advance(this.length(unbounded))
    else if (wireType === wire.fixed64) this.advance(8)
    else if (wireType === wire.fixed32) this.advance(4)
    else this.failType()
  }

  /** A number of up to 53 bits. */
  uint(): number {
    return this.wireType === wire.varint ? this.varint() : this.failType()
  }

  /** A number of up to 32 bits. */
  uint32(): number {
    return this.below(2 ** 32, 'a number beyond 32 bits')
  }

  /** A number with a sign, in zigzag form. */
  sint(): number {
    const zigzag = this.uint()
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
  }

  bool(): boolean {
    return this.below(2, 'a bool above 1') === 1
  }

  /** The number of one choice among `count`, counted from 0. */
  choice(count: number): number {
    return this.below(count, 'a choice that does not exist')
  }

  /** A view of the frame, not a copy. */
  view(bytesMax = unbounded): Uint8Array {
    const length = this.length(bytesMax)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  text(bytesMax = unbounded): string {
    const length = this.length(bytesMax)
    this.at += length
    const text = readText(this.bytes, this.at - length, this.at)
    if (text === null) this.fail('text that is not UTF-8')
    return text ?? ''
  }

  /** A message inside the one at hand. */
  message<T>(inner: Readable<T>, bytesMax = unbounded): T {
    const { end, seen } = this
    const length = this.length(bytesMax)
    this.end = this.at + length
    this.seen = 0
    const value = inner.read(this)
    this.end = end
    this.seen = seen
    return value
  }

  /** Packed numbers of up to 32 bits. [PROTOCOL 1.6] */
  packed(countMax: number): number[] {
    const { end } = this
    const numbers: number[] = []
    const length = this.length(unbounded)
    this.end = this.at + length
    this.wireType = wire.varint
    while (this.at < this.end && this.room(numbers, countMax)) numbers.push(this.uint32())
    this.end = end
    return numbers
  }

  /** Whether a list may grow; if not, the message is malformed. */
  room(list: readonly unknown[], countMax: number): boolean {
    if (list.length >= countMax) this.fail(`more than ${countMax} where that is the most`)
    return list.length < countMax
  }

  /** Calls the message malformed, unless it is already. Gives 0, so that a read can end with it. */
  fail(why: string): 0 {
    this.why ??= `byte ${this.at}: ${why}`
    this.at = this.end
    return 0
  }

  private tag(): number {
    if (this.isOver) return 0
    const tag = this.varint()
    this.wireType = tag % 8
    if (tag < 8 || tag >= 2 ** 32) return this.fail('a field number that cannot be')
    return Math.floor(tag / 8)
  }

  private once(field: number, repeated: number): number {
    const bit = 1 << field
    if ((this.seen & bit & ~repeated) !== 0) return this.fail(`field ${field} stands twice`)
    this.seen |= bit
    return field
  }

  private below(limit: number, why: string): number {
    const value = this.uint()
    return value < limit ? value : this.fail(why)
  }

  private length(bytesMax: number): number {
    if (this.wireType !== wire.bytes) return this.failType()
    const length = this.varint()
    if (length > this.end - this.at) return this.fail('cut short')
    return length <= bytesMax ? length : this.fail(`${length} bytes where ${bytesMax} are the most`)
  }

  private advance(length: number): void {
    if (length > this.end - this.at) this.fail('cut short')
    else this.at += length
  }

  private varint(): number {
    const first = this.at < this.end ? (this.bytes[this.at] ?? 0) : 0x80
    if (first >= 0x80) return this.longVarint()
    this.at++
    return first
  }

  private longVarint(): number {
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      if (this.at >= this.end) return this.fail('cut short')
      const byte = this.bytes[this.at++] ?? 0
      value += (byte % 128) * scale
      if (byte < 128) return this.checked(value, byte === 0 && scale > 1)
    }
    return this.fail('a number beyond 53 bits')
  }

  private checked(value: number, isOverlong: boolean): number {
    if (isOverlong) return this.fail('a number longer than it need be')
    return value <= Number.MAX_SAFE_INTEGER ? value : this.fail('a number beyond 53 bits')
  }

  private failType(): 0 {
    return this.fail(`a field of wire type ${this.wireType}, which is not the one declared`)
  }
}
