import { field } from './fields.js'
import type { DirectionKeys } from './key-schedule.js'
import { dtlsLimits } from './limits.js'
import { connectionAdditional, plainAdditional, RecordCipher } from './record-cipher.js'
import type { DtlsRecord } from './records.js'
import { contentTypes, headerBytes, recordNumber, recordOf } from './records.js'
import { ReplayWindow } from './replay-window.js'
import type { Suite } from './suites.js'

const none: Buffer = Buffer.alloc(0)

/** What seals records. */
interface Sealing {
  readonly cipher: RecordCipher
  /** Of the peer; empty: it wants none. */
  readonly connectionId: Uint8Array
}

/** Records of one epoch on their way out. */
export class RecordWriter {
  private constructor(
    private readonly sealing: Sealing | null,
    private sequence: number,
  ) {}

  /** Of epoch 0, which is not protected. */
  static plain(sequence = 0): RecordWriter {
    return new RecordWriter(null, sequence)
  }

  /** Of epoch 1. `sequence`: where another process went on to, that had these keys before. */
  static sealed(suite: Suite, keys: DirectionKeys, connectionId: Uint8Array, sequence = 0): RecordWriter {
    return new RecordWriter({ cipher: new RecordCipher(suite.cipher, keys), connectionId }, sequence)
  }

  /** Number of the next record. */
  get next(): number {
    return this.sequence
  }

  /** No further record may be sealed with these keys. */
  get isUsedUp(): boolean {
    return this.sequence > dtlsLimits.sequenceMax
  }

  /** Bytes that a record is longer than what it carries. */
  get overheadBytes(): number {
    if (this.sealing === null) return headerBytes
    const { cipher, connectionId } = this.sealing
    return headerBytes + cipher.overheadBytes + (connectionId.length === 0 ? 0 : connectionId.length + 1)
  }

  write(type: number, content: Uint8Array): Buffer {
    const number = recordNumber(this.sealing === null ? 0 : 1, this.sequence)
    this.sequence += 1
    if (this.sealing === null) return recordOf(type, number, none, content)
    const { cipher, connectionId } = this.sealing
    if (connectionId.length === 0) {
      const additional = plainAdditional(number, type, content.length)
      return recordOf(type, number, none, cipher.seal(number, additional, content))
    }
    const inner = Buffer.concat([content, field(type, 1)])
    const additional = connectionAdditional(number, connectionId, inner.length)
    return recordOf(contentTypes.withConnectionId, number, connectionId, cipher.seal(number, additional, inner))
  }
}

/** What an authentic record carries. */
export interface Opened {
  readonly type: number
  readonly content: Buffer
  /** No record came that is newer. */
  readonly isNewest: boolean
}

/** Sealed records that come in. */
export class RecordReader {
  private readonly window = new ReplayWindow()
  private readonly cipher: RecordCipher

  /** `connectionId`: what this side issued; empty: none, and then no record may have one. */
  constructor(
    suite: Suite,
    keys: DirectionKeys,
    private readonly connectionId: Uint8Array,
  ) {
    this.cipher = new RecordCipher(suite.cipher, keys)
  }

  /** Null: it is not authentic, or came before. It is dropped without a word. RFC 6347 §4.1.2.7 */
  open(record: DtlsRecord): Opened | null {
    const { type, sequence } = record
    const hasId = type === contentTypes.withConnectionId
    if (record.epoch !== 1 || hasId !== this.connectionId.length > 0 || !this.window.isNew(sequence)) return null
    if (hasId && !record.connectionId.equals(this.connectionId)) return null
    const content = this.plaintextOf(record, hasId)
    if (content === null) return null
    const isNewest = sequence > this.window.newest
    this.window.mark(sequence)
    return hasId ? unwrapped(content, isNewest) : { type, content, isNewest }
  }

  private plaintextOf({ type, number, connectionId, content }: DtlsRecord, hasId: boolean): Buffer | null {
    const bytes = this.cipher.plaintextBytes(content.length)
    if (bytes < 0) return null
    const additional = hasId ? connectionAdditional(number, connectionId, bytes) : plainAdditional(number, type, bytes)
    return this.cipher.open(number, additional, content)
  }
}

/** The type stands behind what is carried, and zeros behind that. RFC 9146 §4 */
function unwrapped(inner: Buffer, isNewest: boolean): Opened | null {
  let end = inner.length
  while (end > 0 && inner[end - 1] === 0) end -= 1
  return end === 0 ? null : { type: inner[end - 1] ?? 0, content: inner.subarray(0, end - 1), isNewest }
}
