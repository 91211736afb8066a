import type { MqttVersion } from '../../codecs/mqtt/index.js'
import { putDuplicate, putPacketId } from '../../codecs/mqtt/index.js'
import type { Batch, MessageTerms, Outcome, Update } from '../../core/index.js'
import { itemFlags, qosOf } from '../../core/index.js'
import type { Inflight } from './inflight.js'
import type { LinkHost } from './link-host.js'
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
  readonly bytes: Uint8Array | null
  readonly count: number
}

/** Makes the bytes of what one client is sent. */
export class Sender {
  /** Aliases that the client was told. */
  private readonly told: Set<number> | null

  constructor(
    private readonly host: LinkHost,
    private readonly capacity: Capacity,
    private readonly inflight: Inflight,
    /** A message that is not sent is done with. */
    private readonly settle: (number: number, outcome: Outcome) => void,
  ) {
    this.told = capacity.aliasMax > 0 ? new Set() : null
  }

  /** As many from the front as the client may be sent. `front` goes before them. */
  send(batch: Batch, front: Uint8Array): Sent {
    if (this.isAlikeForAll(batch)) return this.fromTemplate(batch, front)
    const { writer } = this.host
    writer.clear()
    writer.raw(front)
    let count = 0
    for (; count < batch.count; count++) {
      const update = batch.updates[count]
      const terms = batch.terms[count]
      if (update && terms && !this.write(batch, update, terms, batch.flags[count] ?? 0)) break
    }
    return { bytes: writer.length > 0 ? Buffer.from(writer.written()) : null, count }
  }

  /** No message differs from reader to reader but by its identifier, and all may go. */
  private isAlikeForAll(batch: Batch): boolean {
    if (this.told !== null || this.capacity.packetBytesMax !== Number.POSITIVE_INFINITY) return false
    if (batch.count > this.inflight.room) return false
    for (let i = 0; i < batch.count; i++) {
      if ((batch.updates[i]?.expiresAtMs ?? 0) > 0 || ((batch.flags[i] ?? 0) & itemFlags.again) !== 0) return false
    }
    return true
  }

  private fromTemplate(batch: Batch, front: Uint8Array): Sent {
    const { count } = batch
    if (count === 0) return { bytes: front.length > 0 ? Buffer.from(front) : null, count }
    const { bytes, places, hasIds } = this.host.frames[this.capacity.version].templateOf(batch)
    if (!hasIds && front.length === 0) return { bytes, count }
    const copy = Buffer.allocUnsafe(front.length + bytes.length)
    copy.set(front)
    copy.set(bytes, front.length)
    for (let i = 0; i < count; i++) {
      const place = places[i] ?? 0
      if (place > 0) putPacketId(copy, front.length + place, this.inflight.take(batch.updates[i]?.offset ?? 0, false))
    }
    return { bytes: copy, count }
  }

  /** Writes one message, or drops what may not be sent; false: it must wait. */
  private write(batch: Batch, update: Update, terms: MessageTerms, flags: number): boolean {
    const qos = qosOf(update, terms)
    const isAgain = (flags & itemFlags.again) !== 0
    if (qos > 0 && this.inflight.room <= 0) return false
    const expirySeconds = update.expiresAtMs > 0 ? Math.ceil((update.expiresAtMs - this.host.timeMs()) / 1_000) : null
    if (expirySeconds !== null && expirySeconds <= 0 && !isAgain) return this.drop(update, qos, 'expired')
    const alias = this.aliasOf(update)
    const packet = this.host.frames[this.capacity.version].packetOf({
      update,
      terms,
      flags,
      audience: batch.audience,
      naming: this.namingOf(alias),
      alias,
      expirySeconds: expirySeconds === null ? null : Math.max(1, expirySeconds),
    })
    if (packet.length > this.capacity.packetBytesMax) return this.drop(update, qos, 'packetTooLarge')
    if (alias > 0) this.told?.add(alias)
    this.host.writer.raw(qos === 0 ? packet : this.identified(packet, update, isAgain))
    return true
  }

  private identified(packet: Uint8Array, update: Update, isAgain: boolean): Uint8Array {
    const copy = Buffer.from(packet)
    putPacketId(copy, packetIdPlace(packet), this.inflight.take(update.offset, isAgain))
    if (isAgain) putDuplicate(copy)
    return copy
  }

  /** [MQTT-3.3.2-5, MQTT-3.1.2-25] */
  private drop({ offset }: Update, qos: number, why: 'expired' | 'packetTooLarge'): boolean {
    this.host.count(why)
    if (qos > 0) this.settle(this.inflight.skip(offset), why === 'packetTooLarge' ? 'tooLarge' : 'acknowledged')
    return true
  }

  /** 0: the topic goes by its name. */
  private aliasOf({ topic }: Update): number {
    if (this.told === null) return 0
    const alias = this.host.aliases.of(topic.id)
    return alias <= this.capacity.aliasMax ? alias : 0
  }

  private namingOf(alias: number): (typeof naming)[keyof typeof naming] {
    if (alias === 0) return naming.name
    return this.told?.has(alias) ? naming.alias : naming.both
  }
}
