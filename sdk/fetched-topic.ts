import { formatVersion } from '../codecs/position/index.js'
import type { Attributes, TopicProperties, TopicState, ValueType, Version } from '../core/index.js'
import { decodeValue } from './values.js'

const notDecoded = Symbol('not decoded')

/** A topic as it was when it was fetched. */
export class FetchedTopic {
  readonly path: string
  readonly type: ValueType
  /** The publisher's own bytes; null where the topic has no current value. */
  readonly bytes: Uint8Array | null
  /** ms since 1970. */
  readonly time: number
  readonly attributes: Attributes | null
  /** Where the fetch asked to describe, else null. */
  readonly properties: TopicProperties | null
  private readonly numbers: Version
  private decoded: unknown = notDecoded

  constructor(
    state: TopicState,
    private readonly epoch: string,
  ) {
    this.path = state.path
    this.type = state.type
    // A view of its frame, which would stay in memory with it.
    this.bytes = state.value?.slice() ?? null
    this.time = state.timeMs
    this.attributes = state.attributes
    this.properties = state.properties
    this.numbers = state.version
  }

  /** As `value` of an update; undefined where the topic has none. Throws `invalidValue`. */
  get value(): unknown {
    if (this.decoded === notDecoded)
      this.decoded = this.bytes === null ? undefined : decodeValue(this.bytes, this.type, this.path)
    return this.decoded
  }

  /** Names this version of the topic, for a conditional publish. */
  get version(): string {
    return formatVersion(this.epoch, this.numbers)
  }
}
