import type { MqttVersion, PublishProperties, Qos } from '../../codecs/mqtt/index.js'
import { PacketWriter } from '../../codecs/mqtt/index.js'
import type { Audience, Batch, MessageTerms, Update } from '../../core/index.js'
import { itemFlags, qosOf } from '../../core/index.js'
import { hasSubscriptionIds, retainsAsPublished, subscriptionIds } from './terms-pool.js'

/** How a reader is told of a topic: by its name, by its name together with an alias from now on, or by that alias. */
export const naming = { name: 0, both: 1, alias: 2 } as const

/** One message as one reader is to get it. */
export interface Outbound {
  readonly update: Update
  readonly terms: MessageTerms
  /** Bits of `itemFlags`. */
  readonly flags: number
  readonly audience: Audience
  readonly naming: (typeof naming)[keyof typeof naming]
  /** 0: none. */
  readonly alias: number
  /** What is left of its life; null: it does not end. */
  readonly expirySeconds: number | null
  /** All but its payload, which goes behind it from where it lies. */
  readonly isHead: boolean
}

/** The PUBLISH packets of a batch, one behind the other, with the places of their packet identifiers; 0: it has none. */
export interface Template {
  readonly bytes: Uint8Array
  readonly places: readonly number[]
  /** Some packet has an identifier. */
  readonly hasIds: boolean
}

const wasRemoved = ['removed', 'true'] as const

/**
 * Makes PUBLISH packets of one version: once for all who get the same batch, and for others from the second batch on, when its bytes are
 * remembered with the update. What differs from reader to reader, the packet identifier, is patched into a copy.
 *
 * Retained values live long, and how many identifiers subscriptions have is for clients to say: of such packets none is remembered.
 */
export class PublishFrames {
  /** For templates. */
  private readonly writer = new PacketWriter()
  /** For one packet. */
  private readonly single = new PacketWriter()
  private template: Template = { bytes: new Uint8Array(0), places: [], hasIds: false }

  constructor(private readonly version: MqttVersion) {}

  /** All of a batch, in order, for readers who know no aliases. The batch keeps it for all that get it. */
  templateOf(batch: Batch): Template {
    if (this.hasTemplateOf(batch)) return this.template
    const { writer } = this
    const places: number[] = []
    let hasIds = false
    writer.clear()
    for (let i = 0; i < batch.count; i++) {
      const update = batch.updates[i]
      const terms = batch.terms[i]
      if (!update || !terms) continue
      const place = this.append(plainly(update, terms, batch.flags[i] ?? 0, batch.audience))
      places.push(place)
      hasIds ||= place > 0
    }
    const bytes = Buffer.from(writer.written())
    this.template = { bytes, places, hasIds }
    batch.keepFrame(this, bytes)
    return this.template
  }

  /** Whether another reader of the batch was given its template. */
  hasTemplateOf(batch: Batch): boolean {
    return batch.frameOf(this) === this.template.bytes
  }

  /** One message, to be read at once. */
  packetOf(outbound: Outbound): Uint8Array {
    const { update, audience } = outbound
    if (!isLasting(outbound)) return this.encode(outbound)
    const variant = variantOf(outbound)
    const known = update.encoded(this, audience, variant, this.version)
    if (known !== null) return known
    const packet = this.encode(outbound)
    update.remember(this, audience, variant, this.version, packet)
    return packet
  }

  /**
   * Puts one message behind what was written; returns where its identifier goes, 0: nowhere. It is remembered once a second batch
   * has it: for one reader of everything that 500 publish to, not to remember saves a twentieth of all work.
   */
  private append(outbound: Outbound): number {
    const { update, terms } = outbound
    const start = this.writer.length
    if (!isLasting(outbound) || !update.isAskedAgain()) return this.write(this.writer, outbound)
    const packet = this.packetOf(outbound)
    this.writer.raw(packet)
    return qosOf(update, terms) === 0 ? 0 : start + packetIdPlace(packet)
  }

  private encode(outbound: Outbound): Uint8Array {
    this.single.clear()
    this.write(this.single, outbound)
    return Buffer.from(this.single.written())
  }

  /** Returns where, from the beginning of what is written, the packet's identifier goes; 0: it has none. */
  private write(writer: PacketWriter, outbound: Outbound): number {
    const { update, terms, audience, alias, expirySeconds } = outbound
    const start = writer.length
    const message = {
      topic: outbound.naming === naming.alias ? null : audience.outwardPath(update.topic.path),
      alias: outbound.naming === naming.name ? 0 : alias,
      qos: qosOf(update, terms),
      isRetained: isRetained(outbound),
      isDuplicate: false,
      packetId: 0,
      payload: update.value,
      properties: this.version === 5 ? propertiesOf(update, expirySeconds) : null,
      subscriptionIds: this.version === 5 ? subscriptionIds(terms) : [],
    }
    const { packetId } = writer.publish(message, this.version, !outbound.isHead)
    return packetId === 0 ? 0 : start + packetId
  }
}

/** Whether others may get the same bytes, now or later. */
function isLasting({ update, terms, flags, expirySeconds }: Outbound): boolean {
  const isNews = (flags & itemFlags.snapshot) === 0
  return update.isShared && expirySeconds === null && isNews && !hasSubscriptionIds(terms)
}

/** A message by the name of its topic. Written out, since to spread what is common took 6 µs a packet, forty times as long as all the rest. */
function plainly(update: Update, terms: MessageTerms, flags: number, audience: Audience): Outbound {
  return { update, terms, flags, audience, naming: naming.name, alias: 0, expirySeconds: null, isHead: false }
}

/** Where in a PUBLISH with QoS above 0 its packet identifier stands: behind the topic. */
export function packetIdPlace(packet: Uint8Array): number {
  let at = 1
  while ((packet[at] ?? 0) >= 0x80) at += 1
  return at + 3 + ((packet[at + 1] ?? 0) << 8) + (packet[at + 2] ?? 0)
}

/** Retained values are told as such; of what is news the flag says nothing unless the reader wants it. [MQTT-3.3.1-8, MQTT-3.3.1-12] */
function isRetained({ flags, update, terms }: Outbound): boolean {
  if ((flags & itemFlags.snapshot) !== 0) return true
  return update.handling.isRetained && retainsAsPublished(terms)
}

/** What the bytes depend on beside version and audience. */
function variantOf(outbound: Outbound): number {
  const qos: Qos = qosOf(outbound.update, outbound.terms)
  return qos | (isRetained(outbound) ? 4 : 0) | (outbound.naming << 3) | (outbound.isHead ? 32 : 0)
}

function propertiesOf({ attributes, content }: Update, expirySeconds: number | null): PublishProperties | null {
  const isRemoved = content === 'removed'
  if (attributes === null && expirySeconds === null && !isRemoved) return null
  const pairs = attributes?.pairs ?? []
  return {
    isText: attributes?.isText ? true : null,
    expirySeconds,
    contentType: attributes?.contentType ?? null,
    responseTopic: attributes?.replyPath ?? null,
    correlation: attributes?.correlation ?? null,
    userProperties: isRemoved ? [...pairs, wasRemoved] : pairs,
  }
}
