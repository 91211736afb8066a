import type { Connect, Disconnect, Packet, Reason, ServerPacket } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { Batch, GatewayMessage, Outcome, Welcome } from '../../core/index.js'
import { timeoutMs } from './greeting.js'
import { Inflight } from './inflight.js'
import type { LinkHost } from './link-host.js'
import type { ReceiverOwner } from './receiver.js'
import { Receiver } from './receiver.js'
import type { Answered } from './requests.js'
import { Requests } from './requests.js'
import type { Sent } from './sender.js'
import { Sender } from './sender.js'
import type { SessionState } from './session-state.js'

type Reply = Extract<
  GatewayMessage,
  { readonly kind: 'accepted' | 'publishRefused' | 'subscribed' | 'done' | 'refused' | 'unsubscribed' }
>

/** Noted with the selector. */
const lostSubscription = 'a client may no longer read what it subscribed to, which it is not told'

/** Whom a conversation speaks for. */
export interface ConversationOwner extends ReceiverOwner {
  /** The client is there. */
  heard(): void
  /** To be sent with whatever else this go brings. */
  say(packet: ServerPacket): void
  settled(first: number, last: number, outcome: Outcome): void
  /** What outlives the connection has changed. */
  keep(): void
  /** There is room for messages again, perhaps. */
  roomAgain(): void
}

/** What a client that was let in and the gateway say to each other. */
export class Conversation {
  private readonly inflight: Inflight
  private readonly sender: Sender
  private readonly receiver: Receiver
  private readonly requests: Requests
  /** Numbers of messages that this go settled: from the first up to, but without, the end. */
  private settledFirst = 0
  private settledEnd = 0
  /** This go changed what outlives the connection. */
  private isChanged = false
  /** This go brought a packet. */
  private isHeard = false

  constructor(
    host: LinkHost,
    private readonly owner: ConversationOwner,
    private readonly connect: Connect,
    private readonly state: SessionState,
    welcome: Welcome,
  ) {
    const { version, isBridge, properties } = connect
    const capacity = {
      version,
      packetBytesMax: properties.packetBytesMax ?? Number.POSITIVE_INFINITY,
      aliasMax: Math.min(properties.topicAliasMax, host.options.topicAliasMax),
    }
    this.inflight = new Inflight(state, Math.min(properties.receiveMax, host.options.inflightMax))
    this.sender = new Sender(host, capacity, this.inflight)
    this.receiver = new Receiver(host, owner, state, version, welcome)
    this.requests = new Requests(host.terms, isBridge, (message) => owner.tell(message))
  }

  /** Messages that may go out. */
  get room(): number {
    return Math.max(0, this.inflight.room)
  }

  /** Goes on where an earlier connection of the session was cut. [MQTT-4.4.0-1] */
  goOn(): void {
    for (const id of this.state.released.all()) this.owner.answer('pubrel', id, reasons.success)
  }

  /** As many messages from the front as the client may be sent, behind `front`. */
  send(batch: Batch, front: Uint8Array): Sent {
    return this.sender.send(batch, front)
  }

  /** A packet came; AUTH is not for this. */
  take(packet: Exclude<Packet, { readonly kind: 'auth' }>): void {
    this.isHeard = true
    if ('packetId' in packet && packet.packetId > 0) this.isChanged = true
    switch (packet.kind) {
      case 'publish':
        if (packet.qos === 2) this.owner.storedFirst()
        return this.receiver.publish(packet)
      case 'puback':
        return this.acknowledged(packet.packetId)
      case 'pubrec':
        return this.recorded(packet.packetId, packet.reason)
      case 'pubrel':
        this.owner.storedFirst()
        return this.receiver.released(packet.packetId)
      case 'pubcomp':
        return this.completed(packet.packetId)
      case 'subscribe':
        return this.sayAnswered(this.requests.subscribe(packet))
      case 'unsubscribe':
        return this.sayAnswered(this.requests.unsubscribe(packet))
      case 'pingreq':
        return this.owner.say({ kind: 'pingresp' })
      case 'disconnect':
        return this.leave(packet)
    }
  }

  /** Of the last packet more is to be asked of core than one step may: nothing else comes before `workOn` has. */
  get isAtWork(): boolean {
    return this.requests.isAtWork
  }

  workOn(): void {
    this.sayAnswered(this.requests.goOn())
  }

  /** PUBACK came. */
  acknowledged(packetId: number): void {
    this.isHeard = true
    this.isChanged = true
    this.settled(this.inflight.acknowledged(packetId))
  }

  /** Core answered what the client asked, or ended a subscription, for which MQTT has no word. */
  answered(reply: Reply): void {
    if (reply.kind === 'accepted') this.receiver.answered(null)
    else if (reply.kind === 'publishRefused') this.receiver.answered(reply)
    else if (reply.kind === 'unsubscribed') this.owner.note(lostSubscription, reply.selector)
    else this.sayAnswered(this.requests.answered(reply))
  }

  /** Core hears that the client is there, whichever packet says so, what this go settled, and left for later connections. [MQTT-3.1.2-22] */
  endGo(): void {
    if (this.isHeard) this.owner.heard()
    this.isHeard = false
    if (this.isChanged) this.owner.keep()
    this.isChanged = false
    this.settleRun()
  }

  private settleRun(): void {
    const { settledFirst, settledEnd } = this
    if (settledEnd === settledFirst) return
    this.settledFirst = 0
    this.settledEnd = 0
    this.owner.settled(settledFirst, settledEnd - 1, 'acknowledged')
  }

  /** PUBREC: the client has the message, or refuses it for good. [MQTT-4.3.3-4] */
  private recorded(packetId: number, reason: Reason): void {
    this.owner.storedFirst()
    const number = this.inflight.acknowledged(packetId)
    if (reason >= reasons.unspecifiedError) return this.settled(number)
    const isKnown = number >= 0 || this.state.released.has(packetId)
    if (isKnown) this.state.released.add(packetId)
    this.settled(number)
    this.owner.answer('pubrel', packetId, isKnown ? reasons.success : reasons.packetIdNotFound)
  }

  private completed(packetId: number): void {
    if (this.state.released.delete(packetId)) this.owner.roomAgain()
  }

  /** In most goes the client acknowledges one after the other; core hears of them together. */
  private settled(number: number): void {
    if (number < 0) return
    if (number !== this.settledEnd) this.settleRun()
    if (this.settledEnd === this.settledFirst) this.settledFirst = number
    this.settledEnd = number + 1
  }

  private leave({ reason, sessionExpirySeconds }: Disconnect): void {
    // What it acknowledged in the same go it is not owed any more.
    this.endGo()
    const isRevived = (sessionExpirySeconds ?? 0) > 0 && this.connect.properties.sessionExpirySeconds === 0
    if (isRevived) return this.owner.fail(reasons.protocolError, 'a session that was to end with its connection')
    const sessionTimeoutMs = sessionExpirySeconds === null ? null : timeoutMs(sessionExpirySeconds)
    this.owner.tell({ kind: 'leave', publishesWill: reason !== reasons.success, sessionTimeoutMs })
  }

  private sayAnswered(answered: Answered | null): void {
    if (answered) this.owner.storedFirst()
    if (answered) this.owner.say(answered)
  }
}
