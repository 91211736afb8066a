import type { Acknowledgement, Publish as MqttPublish, MqttVersion, Reason } from '../../codecs/mqtt/index.js'
import { reasons, topicOf } from '../../codecs/mqtt/index.js'
import type { ClientMessage, Publish, PublishRefused } from '../../core/index.js'
import { attributesOf, handlingOf, typeOf } from './greeting.js'
import type { LinkHost } from './link-host.js'
import { publishCode } from './reason-codes.js'
import type { SessionState } from './session-state.js'
import { TopicCache } from './topic-cache.js'

/** Whom a receiver tells. */
export interface ReceiverOwner {
  tell(message: ClientMessage): void
  /** To be sent with whatever else this go brings. */
  answer(kind: Acknowledgement['kind'], packetId: number, reason: Reason): void
  /** The client broke the protocol. */
  fail(reason: Reason, why: string): void
}

/** A publish that core has not answered. */
interface Unanswered {
  readonly packetId: number
  readonly qos: 1 | 2
}

/** Takes what a client publishes: to core once, and the answers back under the identifiers that the client gave. */
export class Receiver {
  private readonly topics: TopicCache
  private readonly unanswered: Unanswered[] = []

  constructor(
    private readonly host: LinkHost,
    private readonly owner: ReceiverOwner,
    private readonly state: SessionState,
    private readonly version: MqttVersion,
    /** Of the last publish; core knows those that came before. */
    private sequence: number,
  ) {
    this.topics = new TopicCache(host.options.topicAliasMax + 1)
  }

  /** A PUBLISH. [MQTT-4.3.1-1, MQTT-4.3.2-2, MQTT-4.3.3-2] */
  publish(packet: MqttPublish): void {
    const { qos, packetId } = packet
    if (qos === 2 && this.state.received.has(packetId)) return this.owner.answer('pubrec', packetId, reasons.success)
    if (qos > 0 && this.isOverMax)
      return this.owner.fail(reasons.receiveMaximumExceeded, 'too many publishes unanswered')
    if (packet.isMislabelled && this.version === 5) return this.refuseMislabelled(packet)
    const message = this.messageOf(packet)
    if (message === null) return
    if (qos > 0) {
      this.sequence += 1
      this.unanswered.push({ packetId, qos: qos === 1 ? 1 : 2 })
    }
    if (qos === 2) this.state.received.add(packetId)
    this.owner.tell(message)
  }

  /** PUBREL: the client has PUBREC, and the identifier may come anew. [MQTT-4.3.3-11] */
  released(packetId: number): void {
    const isKnown = this.state.received.delete(packetId)
    this.owner.answer('pubcomp', packetId, isKnown ? reasons.success : reasons.packetIdNotFound)
  }

  /** Core answered the oldest that it had not. Publishes without an answer to come are refused under 0. */
  answered(refused: PublishRefused | null): void {
    if (refused?.sequence === 0) return this.refusedQuietly(refused)
    const oldest = this.unanswered.shift()
    if (!oldest) return
    const { packetId, qos } = oldest
    // A client of 3.1.1 cannot be told: for it the message is done with. [MQTT-3.3.5-2]
    const reason = refused === null || this.version === 4 ? reasons.success : publishCode(refused.refusal.code)
    if (refused?.refusal.code === 'unknownAlias')
      return this.owner.fail(reasons.protocolError, 'the topic alias means nothing')
    if (qos === 2 && reason >= reasons.unspecifiedError) this.state.received.delete(packetId)
    this.owner.answer(qos === 1 ? 'puback' : 'pubrec', packetId, reason)
  }

  private refusedQuietly({ refusal }: PublishRefused): void {
    if (refusal.code === 'unknownAlias') this.owner.fail(reasons.protocolError, 'the topic alias means nothing')
  }

  private get isOverMax(): boolean {
    const { receiveMax } = this.host.options
    return this.version === 5 && this.unanswered.length + this.state.received.size >= receiveMax
  }

  private refuseMislabelled({ qos, packetId }: MqttPublish): void {
    if (qos === 0) this.host.count('droppedMislabelled')
    else this.owner.answer(qos === 1 ? 'puback' : 'pubrec', packetId, reasons.payloadFormatInvalid)
  }

  /** Null where the topic is none: then the link ends. */
  private messageOf(packet: MqttPublish): Publish | null {
    const named = this.nameOf(packet)
    if (named === null) return null
    const { properties } = packet
    return {
      kind: 'publish',
      sequence: packet.qos === 0 ? 0 : this.sequence + 1,
      path: named.path,
      alias: named.alias,
      value: packet.payload,
      type: properties === null ? null : typeOf(properties),
      merge: false,
      timeMs: 0,
      lifetimeMs: (properties?.expirySeconds ?? 0) * 1_000,
      attributes: attributesOf(properties),
      handling: handlingOf(packet.qos, packet.isRetained),
      expect: null,
      properties: null,
    }
  }

  private nameOf(packet: MqttPublish): { readonly path: string | null; readonly alias: number } | null {
    const { alias, bytes, topicStart, topicEnd } = packet
    if (alias > this.host.options.topicAliasMax)
      return this.noName(reasons.topicAliasInvalid, 'an alias above the maximum')
    const known = alias === 0 ? this.topics.find(bytes, topicStart, topicEnd) : null
    if (known?.isKnown) return { path: null, alias: known.alias }
    const topic = topicOf(packet)
    if (typeof topic !== 'string') {
      if (known) this.topics.forget(known.alias)
      return this.noName(topic.reason, topic.why)
    }
    return { path: topic === '' ? null : topic, alias: known?.alias ?? alias }
  }

  private noName(reason: Reason, why: string): null {
    this.owner.fail(reason, why)
    return null
  }
}
