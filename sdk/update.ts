import { formatVersion } from '../codecs/position/index.js'
import type { Attributes, ValueType, Version } from '../core/index.js'
import { decodeValue } from './values.js'

/** What an update is made of. */
export interface UpdateFields {
  readonly path: string
  readonly type: ValueType
  readonly bytes: Uint8Array
  readonly epoch: string
  readonly version: Version
  readonly timeMs: number
  readonly snapshot: boolean
  readonly removed: boolean
  readonly gap: boolean
  readonly attributes: Attributes | null
}

const notDecoded = Symbol('not decoded')

/** One change of one topic, as a subscription tells it. It never changes. */
export class Update {
  readonly path: string
  readonly type: ValueType
  /** The publisher's own bytes. The SDK shares them with its copy of the topic: do not write into them. */
  readonly bytes: Uint8Array
  /** When the gateway accepted it, or the source's own time: ms since 1970. */
  readonly time: number
  /** The topic's current value, told because the subscription is new or events were lost; not a change. */
  readonly snapshot: boolean
  /** The topic no longer has a value: it was removed, expired, or did not survive. `value` is undefined. */
  readonly removed: boolean
  /** Updates before this one were left out of a stream that delivers all. */
  readonly gap: boolean
  /** What the publisher sent beside the value; null: nothing. */
  readonly attributes: Attributes | null
  private decoded: unknown = notDecoded

  constructor(private readonly fields: UpdateFields) {
    this.path = fields.path
    this.type = fields.type
    this.bytes = fields.bytes
    this.time = fields.timeMs
    this.snapshot = fields.snapshot
    this.removed = fields.removed
    this.gap = fields.gap
    this.attributes = fields.attributes
  }

  /**
   * The value by the topic's type: `json` parsed, `string`, `int64` a number, or a bigint beyond ±2^53, `double` a number,
   * `binary` the bytes. Decoded when first read; throws `invalidValue` where the bytes are not of their type.
   */
  get value(): unknown {
    if (this.decoded === notDecoded)
      this.decoded = this.removed ? undefined : decodeValue(this.bytes, this.type, this.path)
    return this.decoded
  }

  /** Names this version of the topic, for a conditional publish. To be compared only for being equal. */
  get version(): string {
    return formatVersion(this.fields.epoch, this.fields.version)
  }

  /** The same, marked as one before which others were left out. */
  afterGap(): Update {
    return this.gap ? this : new Update({ ...this.fields, gap: true })
  }
}
