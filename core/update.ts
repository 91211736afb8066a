import { pace } from './limits.js'
import type { Attributes, Handling, ValueType, Version } from './messages.js'
import { guessType } from './text-values.js'

/** What an update is about: as much of a topic as a codec needs. */
export interface UpdateTopic {
  /** Node-wide number, never reused within an epoch, so that frames can be shared by all sessions. */
  readonly id: number
  /** The whole path, before any path map. */
  readonly path: string
  /** It is gone, and none of its number will come again: whoever keeps something for it may let go. */
  readonly isRemoved?: boolean
}

/** Everything an update carries; see [SEM 1.7]. */
export interface UpdateFields {
  readonly topic: UpdateTopic
  /** Offset of this version of the topic, and of the one before; 0: there is none. */
  readonly offset: number
  readonly previous: number
  readonly timeMs: number
  /** Time of the version before; codecs write times relative to it. 0 if there is none. */
  readonly previousTimeMs: number
  /** Null: what its value looks like. [SEM 4.4] */
  readonly type: ValueType | null
  /** The publisher's own bytes; empty unless `content` is `value`. */
  readonly value: Uint8Array
  readonly attributes: Attributes | null
  readonly handling: Handling
  /** The session that wrote it; empty: none. */
  readonly origin: string
  /** ms since 1970 after which the value is gone; 0: never. */
  readonly expiresAtMs: number
  readonly content: Content
  /**
   * Others are owed it, too: what is made of it is worth remembering. If not, its value is to be read at once, since core may move
   * the bytes later.
   */
  readonly isShared: boolean
}

/** `none`: the topic exists without a current value; told so that its id is known. */
export type Content = 'value' | 'none' | 'removed'

/** A version that a receiver holds, as far as a codec needs it to say what came after. */
export interface HeldVersion {
  readonly offset: number
  readonly timeMs: number
  readonly type: ValueType
  /** To be read at once: core may move the bytes later. */
  readonly value: Uint8Array
}

/** Bytes that a codec made of an update, and for whom they are right. */
interface Encoding {
  readonly codec: object
  readonly audience: object
  readonly baseOffset: number
  readonly flags: number
  readonly bytes: Uint8Array
  /** How many there are from this one on. */
  readonly count: number
  readonly next: Encoding | null
}

/**
 * One change of one topic, immutable, shared by all readers who are owed it at the same time.
 *
 * Its encoded bytes are remembered here, once per codec, audience, base and flags, so that a thousand sessions that are owed
 * the same change cost one encoding. They live as long as the update does. Of one that is owed to a single reader nothing is
 * remembered: it dies with the flush.
 */
export class Update implements UpdateFields, HeldVersion {
  readonly topic: UpdateTopic
  readonly offset: number
  readonly previous: number
  readonly timeMs: number
  readonly previousTimeMs: number
  readonly value: Uint8Array
  readonly attributes: Attributes | null
  readonly handling: Handling
  readonly origin: string
  readonly expiresAtMs: number
  readonly content: Content
  readonly isShared: boolean
  /** Null: nobody asked yet. */
  private knownType: ValueType | null
  /** Null until a codec asks to remember. */
  private encodings: Encoding | null = null
  private isAsked = false

  constructor(fields: UpdateFields) {
    this.topic = fields.topic
    this.offset = fields.offset
    this.previous = fields.previous
    this.timeMs = fields.timeMs
    this.previousTimeMs = fields.previousTimeMs
    this.knownType = fields.type
    this.value = fields.value
    this.attributes = fields.attributes
    this.handling = fields.handling
    this.origin = fields.origin
    this.expiresAtMs = fields.expiresAtMs
    this.content = fields.content
    this.isShared = fields.isShared
  }

  /** Looked for in the value when somebody asks first: most media have no word for it, and to look takes a microsecond. */
  get type(): ValueType {
    this.knownType ??= guessType(this.value)
    return this.knownType
  }

  get version(): Version {
    return { offset: this.offset, previous: this.previous }
  }

  /** The bytes remembered for this codec, audience, base (0: none) and flags; null if nobody asked before. */
  encoded(codec: object, audience: object, baseOffset: number, flags: number): Uint8Array | null {
    for (let known = this.encodings; known !== null; known = known.next) {
      if (
        known.codec === codec &&
        known.audience === audience &&
        known.baseOffset === baseOffset &&
        known.flags === flags
      )
        return known.bytes
    }
    return null
  }

  /** Whether it was asked before. What is made of an update for the first time may be for one reader alone: not worth remembering. */
  isAskedAgain(): boolean {
    const { isAsked } = this
    this.isAsked = true
    return isAsked
  }

  /** Remembers bytes, unless there are `encodingsMax` of it; they must never change afterwards. */
  remember(codec: object, audience: object, baseOffset: number, flags: number, bytes: Uint8Array): void {
    const next = this.encodings
    const count = next === null ? 1 : next.count + 1
    if (count <= pace.encodingsMax) this.encodings = { codec, audience, baseOffset, flags, bytes, count, next }
  }
}
