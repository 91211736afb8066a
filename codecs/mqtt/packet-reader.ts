import { malformed } from './malformed.js'
import type { Malformed } from './packets.js'
import type { Reason } from './reasons.js'
import { reasons } from './reasons.js'
import { readText } from './text.js'

/**
 * Walks over the body of one packet, strictly.
 *
 * It never throws. The first thing that is wrong is kept in `fault`; from then on every read gives nothing and the packet is over, so
 * that loops end by themselves. What was read is good only while `fault` is null.
 */
export class PacketReader {
  fault: Malformed | null = null
  private readonly bytes: Uint8Array
  private readonly start: number
  private at: number
  /** End of the packet, or of the properties that are being read. */
  private end: number

  /** `start` is where the packet begins, `at` where its body is to be read from. */
  constructor(bytes: Uint8Array, start: number, at: number, end: number) {
    this.bytes = bytes
    this.start = start
    this.at = at
    this.end = end
  }

  get isOver(): boolean {
    return this.at >= this.end
  }

  byte(): number {
    return this.has(1) ? (this.bytes[this.at++] ?? 0) : 0
  }

  uint16(): number {
    return this.has(2) ? 256 * this.byte() + this.byte() : 0
  }

  uint32(): number {
    return this.has(4) ? 65_536 * this.uint16() + this.uint16() : 0
  }

  /** A number of up to 28 bits in no more bytes than it needs. [MQTT-1.5.5-1] */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) << shift
      if (byte === 0 && shift > 0) return this.fail('a number longer than it need be')
      if (byte < 0x80) return value
    }
    return this.fail('a number of more than four bytes')
  }

  /** A byte that says yes or no. */
  flag(): boolean {
    const byte = this.byte()
    if (byte > 1) this.fail(`${byte} where 0 and 1 are all there is`, reasons.protocolError)
    return byte === 1
  }

  /** A packet identifier. [MQTT-2.2.1-3] */
  packetId(): number {
    return this.uint16() || this.fail('packet identifier 0', reasons.protocolError)
  }

  /** A reason code out of those that the packet may have. */
  reason(allowed: readonly Reason[]): Reason {
    const byte = this.byte()
    const reason = allowed.find((each) => each === byte)
    if (reason === undefined) this.fail(`reason code ${byte}, which this packet may not have`, reasons.protocolError)
    return reason ?? reasons.success
  }

  /** A number that is not 0, where 0 means nothing. */
  positive(value: number): number {
    return value > 0 ? value : this.fail('0 where a number must be above it', reasons.protocolError)
  }

  text(): string {
    const start = this.at + 2
    if (!this.passBinary()) return ''
    const text = readText(this.bytes, start, this.at)
    if (text === null) this.fail('a text that is not UTF-8, or has U+0000')
    return text ?? ''
  }

  /** A copy, since what is read so is kept longer than the chunk. */
  binary(): Uint8Array {
    const start = this.at + 2
    return this.passBinary() ? new Uint8Array(this.bytes.subarray(start, this.at)) : new Uint8Array()
  }

  /** The place at which reading stands. */
  get place(): number {
    return this.at
  }

  /** Reads what has a length of its own before it: `read` is called until that many bytes are read. */
  section(read: () => void): void {
    const { end } = this
    const length = this.varint()
    if (!this.has(length)) return
    this.end = this.at + length
    while (this.at < this.end) read()
    this.end = end
    if (this.fault !== null) this.at = end
  }

  /** The packet must be over. */
  finish(): Malformed | null {
    if (this.at < this.end) this.fail('bytes behind the end of what the packet says')
    return this.fault
  }

  /** Calls the packet malformed, unless it is already. Gives 0, so that a read can end with it. */
  fail(why: string, reason?: Reason): 0 {
    this.fault ??= malformed(`byte ${this.at - this.start}: ${why}`, reason)
    this.at = this.end
    return 0
  }

  private passBinary(): boolean {
    const length = this.uint16()
    if (!this.has(length)) return false
    this.at += length
    return this.fault === null
  }

  private has(bytes: number): boolean {
    if (bytes > this.end - this.at) this.fail('cut short')
    return this.fault === null
  }
}
