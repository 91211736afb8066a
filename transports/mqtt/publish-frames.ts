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
 * Makes PUBLISH packets of one version, each once for all who get the same: its bytes are remembered with the update. What differs
 * from reader to reader, the packet identifier, is patched into a copy.
 *
 * Retained values live long, and how many identifiers subscriptions have is for clients to say: of such packets none is remembered.
 */
export class PublishFrames {
  private readonly writer = new PacketWriter()
  private template: Template = { bytes: new Uint8Array(0), places: [], hasIds: false }

  constructor(private readonly version: MqttVersion) {}

  /** All of a batch, in order, for readers who know no aliases. The batch keeps it for all that get it. */
  templateOf(batch: Batch): Template {
    if (this.hasTemplateOf(batch)) return this.template
    const packets: Uint8Array[] = []
    const places: number[] = []
    let length = 0
    for (let i = 0; i < batch.count; i++) {
      const update = batch.updates[i]
      const terms = batch.terms[i]
      if (!update || !terms) continue
      const packet = this.packetOf(plainly(update, terms, batch.flags[i] ?? 0, batch.audience))
      packets.push(packet)
      places.push(qosOf(update, terms) === 0 ? 0 : length + packetIdPlace(packet))
      length += packet.length
    }
    const [only] = packets
    const bytes = only && packets.length === 1 ? only : Buffer.concat(packets, length)
    this.template = { bytes, places, hasIds: places.some((place) => place > 0) }
    batch.keepFrame(this, bytes)
    return this.template
  }

  /** Whether another reader of the batch was given its template. */
  hasTemplateOf(batch: Batch): boolean {
    return batch.frameOf(this) === this.template.bytes
  }

  /** One message, to be read at once. */
  packetOf(outbound: Outbound): Uint8Array {
    const { update, terms, audience, expirySeconds } = outbound
    const isNews = (outbound.flags & itemFlags.snapshot) === 0
    const canRemember = update.isShared && expirySeconds === null && isNews && !hasSubscriptionIds(terms)
    if (!canRemember) return this.encode(outbound)
    const variant = variantOf(outbound)
    const known = update.encoded(this, audience, variant, this.version)
    if (known !== null) return known
    const packet = this.encode(outbound)
    update.remember(this, audience, variant, this.version, packet)
    return packet
  }

  private encode(outbound: Outbound): Uint8Array {
    const { update, terms, audience, alias, expirySeconds } = outbound
    const { writer } = this
    writer.clear()
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
    writer.publish(message, this.version, !outbound.isHead)
    return Buffer.from(writer.written())
  }
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
