import type { Acknowledgement, Publish as MqttPublish, MqttVersion, Reason } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { ClientMessage, Publish, PublishRefused, Welcome } from '../../core/index.js'
import { Fifo } from '../../core/index.js'
import { attributesOf, handlingOf, typeOf } from './greeting.js'
import { IdSet } from './id-set.js'
import type { Intake } from './intake.js'
import { stops } from './intake.js'
import type { LinkHost } from './link-host.js'
import { publishCode } from './reason-codes.js'
import { refusalText } from './reason-texts.js'
import type { SessionState } from './session-state.js'
import type { Named } from './topic-names.js'
import { TopicNames } from './topic-names.js'

/** Whom a receiver tells. */
export interface ReceiverOwner {
  /** What its publishes come from. */
  readonly intake: Pick<Intake, 'stop' | 'release'>
  tell(message: ClientMessage): void
  /** To be sent with whatever else this go brings. */
  answer(kind: Acknowledgement['kind'], packetId: number, reason: Reason, why?: string | null): void
  /** What this go brings, and what it is answered, must not come to be twice: it is stored before anything more is said. */
  storedFirst(): void
  /** The client broke the protocol. */
  fail(reason: Reason, why: string): void
  /** For the operator: what the client is not told. */
  note(text: string, why: string): void
}

/** A publish that was not answered yet. */
interface Unanswered {
  readonly packetId: number
  readonly qos: 1 | 2
  /** The answer, which waits for those before it; null: it is core's to give. */
  readonly reason: Reason | null
}

/** Takes what a client publishes: to core once, and the answers back under the identifiers that the client gave. */
export class Receiver {
  private readonly names: TopicNames
  /** Oldest first: answers leave in the order of the publishes. [MQTT-4.6.0-2, MQTT-4.6.0-3] */
  private readonly unanswered = new Fifo<Unanswered>()
  /** Of these, those of which `state.received` does not know. */
  private unansweredApart = 0
  /** Identifiers of those that PUBREC is to answer: one that comes again meanwhile is answered by the same. */
  private readonly unrecorded = new IdSet()
  /** Of `state.received`, those that came on earlier connections: they do not count towards this one's maximum. [MQTT 5.0, 4.9] */
  private readonly before: IdSet
  /** Of the last publish; core knows those that came before. */
  private sequence: number
  private readonly isResumed: boolean

  constructor(
    private readonly host: LinkHost,
    private readonly owner: ReceiverOwner,
    private readonly state: SessionState,
    private readonly version: MqttVersion,
    { sequence, start }: Welcome,
  ) {
    this.sequence = sequence
    this.isResumed = start === 'resumed'
    this.names = new TopicNames(host.options.topicAliasMax)
    this.before = new IdSet(state.received.all())
  }

  /** A PUBLISH. [MQTT-4.3.1-1, MQTT-4.3.2-2, MQTT-4.3.3-2] */
  publish(packet: MqttPublish): void {
    const { qos, packetId } = packet
    const named = this.names.of(packet)
    if ('why' in named) return this.owner.fail(named.reason, named.why)
    if (qos === 2 && this.state.received.has(packetId)) return this.repeated(packet, named)
    if (qos > 0 && this.isOverMax)
      return this.owner.fail(reasons.receiveMaximumExceeded, 'too many publishes unanswered')
    if (packet.isMislabelled && this.version === 5) return this.refuseMislabelled(packet, named)
    const message = this.messageOf(packet, this.names.told(named))
    if (qos > 0) {
      this.sequence += 1
      this.await({ packetId, qos: qos === 1 ? 1 : 2, reason: null })
    }
    if (qos === 2) this.state.received.add(packetId)
    this.owner.tell(message)
  }

  /**
   * PUBREL: the client has PUBREC, and the identifier may come anew. [MQTT-4.3.3-11]
   *
   * In a resumed session one that is unknown is no fault: the answer may have been lost with the connection before, and a client
   * that is told of one takes its message for lost.
   */
  released(packetId: number): void {
    const isKnown = this.state.received.delete(packetId) || this.isResumed
    this.before.delete(packetId)
    this.owner.answer('pubcomp', packetId, isKnown ? reasons.success : reasons.packetIdNotFound)
  }

  /** Core answered the oldest that is its to answer. Publishes without an answer to come are refused under 0. */
  answered(refused: PublishRefused | null): void {
    // A client of 3.1.1 cannot be told, and of QoS 0 nobody is: to its user all would seem to be well. [SEM 4.4]
    if (refused && (refused.sequence === 0 || this.version === 4))
      this.owner.note('a publish was refused, which its client is not told', refused.refusal.detail)
    if (refused?.sequence === 0) return
    const oldest = this.unanswered.at(0)
    if (!oldest) return
    // For a client of 3.1.1 the message is done with. [MQTT-3.3.5-2]
    const reason = refused === null || this.version === 4 ? reasons.success : publishCode(refused.refusal.code)
    if (oldest.qos === 2 && reason >= reasons.unspecifiedError) this.forget(oldest.packetId)
    this.answerOldest(reason, refused && refusalText(refused.refusal))
    for (let next = this.unanswered.at(0); next?.reason != null; next = this.unanswered.at(0))
      this.answerOldest(next.reason)
  }

  /** It was refused: under its identifier another may come. */
  private forget(packetId: number): void {
    this.state.received.delete(packetId)
    this.owner.storedFirst()
  }

  private answerOldest(reason: Reason, why: string | null = null): void {
    const oldest = this.unanswered.take()
    if (!oldest) return
    const { packetId, qos } = oldest
    if (isApart(oldest)) this.unansweredApart -= 1
    if (qos === 2) this.unrecorded.delete(packetId)
    this.owner.intake.release(stops.unanswered)
    this.owner.answer(qos === 1 ? 'puback' : 'pubrec', packetId, reason, why)
  }

  private repeated(packet: MqttPublish, named: Named): void {
    if (this.unrecorded.has(packet.packetId)) this.names.kept(named)
    else this.answerUntold(packet, named, reasons.success)
  }

  /** Core does not hear of this one. Its answer waits for those before it. */
  private answerUntold({ packetId, qos }: MqttPublish, named: Named, reason: Reason): void {
    this.names.kept(named)
    this.await({ packetId, qos: qos === 1 ? 1 : 2, reason })
    if (this.unanswered.size === 1) this.answerOldest(reason)
  }

  private await(unanswered: Unanswered): void {
    if (isApart(unanswered)) this.unansweredApart += 1
    if (unanswered.qos === 2) this.unrecorded.add(unanswered.packetId)
    this.unanswered.push(unanswered)
    // A client of 5.0 was told how many it may have, and of 3.1.1 none is.
    if (this.version === 4 && this.unanswered.size >= this.host.options.receiveMax)
      this.owner.intake.stop(stops.unanswered)
  }

  private get isOverMax(): boolean {
    const count = this.unansweredApart + this.state.received.size - this.before.size
    return this.version === 5 && count >= this.host.options.receiveMax
  }

  private refuseMislabelled(packet: MqttPublish, named: Named): void {
    if (packet.qos > 0) return this.answerUntold(packet, named, reasons.payloadFormatInvalid)
    this.names.kept(named)
    this.host.count('droppedMislabelled')
  }

  private messageOf(packet: MqttPublish, { path, alias }: Named): Publish {
    const { properties } = packet
    return {
      kind: 'publish',
      sequence: packet.qos === 0 ? 0 : this.sequence + 1,
      path,
      alias,
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
}

/** Whether its identifier is not noted: of QoS 1, and of what is refused. */
function isApart({ qos, reason }: Unanswered): boolean {
  return qos === 1 || (reason !== null && reason >= reasons.unspecifiedError)
}
