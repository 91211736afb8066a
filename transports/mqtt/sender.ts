import type { MqttVersion, Qos } from '../../codecs/mqtt/index.js'
import { putDuplicate, putPacketId } from '../../codecs/mqtt/index.js'
import type { Batch, Update } from '../../core/index.js'
import { itemFlags, qosOf } from '../../core/index.js'
import type { Inflight } from './inflight.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { LinkHost } from './link-host.js'
import type { PublishFrames } from './publish-frames.js'
import { naming, packetIdPlace } from './publish-frames.js'

/** What a client can take. */
export interface Capacity {
  readonly version: MqttVersion
  readonly packetBytesMax: number
  /** Highest alias it takes; 0: none. */
  readonly aliasMax: number
}

/** What of a batch is to be written, and how many of its messages that were. */
export interface Sent {
  readonly pieces: readonly Piece[]
  /** Of all pieces. */
  readonly bytes: number
  readonly count: number
  /** Numbers of those among them that are not to be written, ever. */
  readonly dropped: readonly number[]
}

/** Bytes to be written in one go; the second part is shared with other readers. */
export interface Piece {
  readonly head: Uint8Array
  readonly tail: Uint8Array | null
}

/** What becomes of a message that is not written. */
const waits = 'waits'
const dropped = 'dropped'

const nothing = new Uint8Array(0)
const none: readonly number[] = []

/** What goes in one piece, or none. */
export function whole(bytes: Uint8Array, count: number, dropped = none): Sent {
  return { pieces: bytes.length > 0 ? [{ head: bytes, tail: null }] : [], bytes: bytes.length, count, dropped }
}

/** An earlier connection was sent it. */
function isAgain(flags: number): boolean {
  return (flags & itemFlags.again) !== 0
}

/** What sending needs of the transport. */
type SenderHost = Pick<LinkHost, 'frames' | 'aliases' | 'writer' | 'timeMs' | 'count'>

/** Makes the bytes of what one client is sent. */
export class Sender {
  private readonly frames: PublishFrames
  /** What the aliases stand for that the client was told: topics, by their ids. */
  private readonly told: Map<number, number> | null
  /** Numbers of messages of the batch at hand that are not to be written. */
  private dropped: number[] = []

  constructor(
    private readonly host: SenderHost,
    private readonly capacity: Capacity,
    private readonly inflight: Inflight,
  ) {
    this.frames = host.frames[capacity.version]
    this.told = capacity.aliasMax > 0 ? new Map() : null
  }

  /** As many from the front as the client may be sent. `front` goes before them. */
  send(batch: Batch, front: Uint8Array): Sent {
    if (batch.count > 0 && (batch.updates[0]?.value.length ?? 0) >= limits.pieceBytesMin)
      return this.inPieces(batch, front)
    if (this.isAlikeForAll(batch)) return this.fromTemplate(batch, front)
    const { writer } = this.host
    writer.clear()
    writer.raw(front)
    let count = 0
    for (; count < batch.count; count++) {
      const packet = this.packetAt(batch, count)
      if (packet === waits) break
      if (packet !== dropped) writer.raw(this.hasId(batch, count) ? this.identified(batch, count, packet) : packet)
    }
    return whole(writer.length > 0 ? Buffer.from(writer.written()) : nothing, count, this.takeDropped())
  }

  /** Each packet by itself, its payload where it lies: to put big ones one behind the other would mean to copy them for each reader. */
  private inPieces(batch: Batch, front: Uint8Array): Sent {
    const pieces: Piece[] = front.length > 0 ? [{ head: front, tail: null }] : []
    let count = 0
    for (; count < batch.count; count++) {
      const update = batch.updates[count]
      // What is for this reader alone core may move: that is copied.
      const staysThere = update?.isShared && update.value.length >= limits.pieceBytesMin
      const tail = staysThere ? update.value : null
      const packet = this.packetAt(batch, count, tail !== null)
      if (packet === waits) break
      if (packet !== dropped)
        pieces.push({ head: this.hasId(batch, count) ? this.identified(batch, count, packet) : packet, tail })
    }
    const bytes = pieces.reduce((sum, { head, tail }) => sum + head.length + (tail?.length ?? 0), 0)
    return { pieces, bytes, count, dropped: this.takeDropped() }
  }

  /** No message differs from reader to reader but by its identifier, and all may go. */
  private isAlikeForAll(batch: Batch): boolean {
    if (this.told !== null || this.capacity.packetBytesMax !== Number.POSITIVE_INFINITY) return false
    if (batch.count > this.inflight.room) return false
    // Looked through once for all who get it.
    if (this.frames.hasTemplateOf(batch)) return true
    for (let i = 0; i < batch.count; i++) {
      if ((batch.updates[i]?.expiresAtMs ?? 0) > 0 || isAgain(batch.flags[i] ?? 0)) return false
    }
    return true
  }

  private fromTemplate(batch: Batch, front: Uint8Array): Sent {
    const { count } = batch
    if (count === 0) return whole(front, count)
    const { bytes, places, hasIds } = this.frames.templateOf(batch)
    if (!hasIds && front.length === 0) return whole(bytes, count)
    const copy = Buffer.allocUnsafe(front.length + bytes.length)
    copy.set(front)
    copy.set(bytes, front.length)
    for (let i = 0; i < count; i++) {
      const place = places[i] ?? 0
      if (place > 0) putPacketId(copy, front.length + place, this.idFor(batch, i, false))
    }
    return whole(copy, count)
  }

  /** The bytes of one message, shared by all who get the same, perhaps all but its payload; or what becomes of it. */
  private packetAt(batch: Batch, index: number, isHead = false): Uint8Array | typeof waits | typeof dropped {
    const update = batch.updates[index]
    const terms = batch.terms[index]
    if (!update || !terms) return dropped
    const flags = batch.flags[index] ?? 0
    const qos = qosOf(update, terms)
    if (qos > 0 && this.inflight.room <= 0) return waits
    const expirySeconds = update.expiresAtMs > 0 ? Math.ceil((update.expiresAtMs - this.host.timeMs()) / 1_000) : null
    if (expirySeconds !== null && expirySeconds <= 0 && !isAgain(flags)) return this.drop(update, qos, false, 'expired')
    const alias = this.aliasOf(update)
    const packet = this.frames.packetOf({
      update,
      terms,
      flags,
      audience: batch.audience,
      naming: this.namingOf(alias, update),
      alias,
      expirySeconds: expirySeconds === null ? null : Math.max(1, expirySeconds),
      isHead,
    })
    const length = packet.length + (isHead ? update.value.length : 0)
    if (length > this.capacity.packetBytesMax) return this.drop(update, qos, isAgain(flags), 'packetTooLarge')
    if (alias > 0) this.told?.set(alias, update.topic.id)
    return packet
  }

  private hasId({ updates, terms }: Batch, index: number): boolean {
    const update = updates[index]
    const wanted = terms[index]
    return update !== undefined && wanted != null && qosOf(update, wanted) > 0
  }

  /** A copy, with its identifier. */
  private identified(batch: Batch, index: number, packet: Uint8Array): Uint8Array {
    const copy = Buffer.from(packet)
    const hasGone = isAgain(batch.flags[index] ?? 0)
    putPacketId(copy, packetIdPlace(packet), this.idFor(batch, index, hasGone))
    if (hasGone) putDuplicate(copy)
    return copy
  }

  private idFor({ updates, terms }: Batch, index: number, hasGone: boolean): number {
    const update = updates[index]
    const wanted = terms[index]
    return update && wanted ? this.inflight.take(update.offset, qosOf(update, wanted), hasGone) : 0
  }

  /** [MQTT-3.3.2-5, MQTT-3.1.2-25] */
  private drop({ offset }: Update, qos: Qos, hasGone: boolean, why: 'expired' | 'packetTooLarge'): typeof dropped {
    this.host.count(why)
    if (qos > 0) this.dropped.push(this.inflight.skip(offset, qos, hasGone))
    return dropped
  }

  private takeDropped(): readonly number[] {
    const { dropped } = this
    if (dropped.length === 0) return none
    this.dropped = []
    return dropped
  }

  /** 0: the topic goes by its name. */
  private aliasOf({ topic }: Update): number {
    if (this.told === null) return 0
    const alias = this.host.aliases.of(topic)
    return alias <= this.capacity.aliasMax ? alias : 0
  }

  private namingOf(alias: number, { topic }: Update): (typeof naming)[keyof typeof naming] {
    if (alias === 0) return naming.name
    return this.told?.get(alias) === topic.id ? naming.alias : naming.both
  }
}
