import type { Acknowledgement, Malformed, Packet, Reason, ServerPacket } from '../../codecs/mqtt/index.js'
import { decodePacket, pubackId, reasons } from '../../codecs/mqtt/index.js'
import type {
  ClientMessage,
  CloseReason,
  Flush,
  GatewayMessage,
  Link,
  LinkOwner,
  LinkTraits,
  Outcome,
  Taken,
  Welcome,
} from '../../core/index.js'
import { Answers, nothing } from './answers.js'
import type { ConversationOwner } from './conversation.js'
import { Conversation } from './conversation.js'
import type { EntranceOwner } from './entrance.js'
import { Entrance } from './entrance.js'
import type { HeldWireOwner } from './held-wire.js'
import { HeldWire } from './held-wire.js'
import type { IntakeOwner } from './intake.js'
import { Intake, stops } from './intake.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { LinkHost } from './link-host.js'
import { brokeProtocol, closeCodes, closeReasonOf, connackCode, lastPacket, notedEnds } from './reason-codes.js'
import { closeTexts, failureText } from './reason-texts.js'
import { whole } from './sender.js'
import { SessionState } from './session-state.js'
import type { Wire, WireEnd } from './wire.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: true, upstream: true }

const nothingTaken: Taken = { items: 0, bytes: 0 }

/**
 * One client's connection.
 *
 *     greeting ─ CONNECT ─▶ connecting ─ welcome ─▶ live ─▶ ended
 *
 * It joins those who read (`Intake`), let in (`Entrance`) and converse (`Conversation`), and alone writes to the wire.
 * Invariant: after `reason` is set the owner hears nothing but `closed`, once.
 */
export class MqttLink implements Link, WireEnd, IntakeOwner, EntranceOwner, ConversationOwner, HeldWireOwner {
  readonly traits = traits
  private readonly owner: LinkOwner
  readonly intake: Intake
  private readonly entrance: Entrance
  /** Null: the client was not let in yet. */
  live: Conversation | null = null
  /** What outlives it; null until the client is let in. */
  private state: SessionState | null = null
  /** Why the link ends; null while it lives. */
  private reason: CloseReason | null = null
  private isOver = false
  /** The owner was told that nothing fits. */
  private isAwaited = false
  /** Answers to what this go brings, written at its end. */
  private readonly answers = new Answers()
  /** Of answers, since the wire was last empty. */
  private unreadBytes = 0
  private readonly wire: HeldWire

  constructor(
    wire: Wire,
    private readonly host: LinkHost,
    private readonly peer: string,
  ) {
    this.wire = new HeldWire(wire, this)
    this.intake = new Intake(wire, host.slice, this)
    this.entrance = new Entrance(this, host, peer)
    this.owner = host.attach(this, peer)
  }

  get roomBytes(): number {
    const roomBytes = this.reason !== null || this.wire.isBusy ? 0 : limits.flushBytes
    if (roomBytes === 0) this.isAwaited = true
    return roomBytes
  }

  /** What follows the welcome in one flush may leave with it, as far as the client then takes it. */
  get roomItems(): number {
    const room = this.live?.room ?? 1
    if (room === 0) this.isAwaited = true
    return room
  }

  send({ replies, batch }: Flush): Taken {
    if (this.reason !== null) return nothingTaken
    const front = this.answersTo(replies)
    // An answer may be that the client broke the protocol.
    if (this.isEnding) return nothingTaken
    const { pieces, bytes, count, dropped } = this.live?.send(batch, front) ?? whole(front, 0)
    this.wire.sends(batch, count)
    for (const { head, tail } of pieces) this.wire.write(head, tail)
    if (count < batch.count) this.isAwaited = true
    return { items: replies.length + count, bytes, dropped }
  }

  pause(): void {
    this.intake.stop(stops.core)
  }

  resume(): void {
    this.intake.release(stops.core)
  }

  close(reason: CloseReason): void {
    if (this.reason !== null) return
    const text = notedEnds[reason]
    if (text !== undefined) this.note(text)
    const code = this.live === null ? connackCode(reason) : closeCodes[reason]
    this.endWith(reason, code, closeTexts[reason])
  }

  // What the wire says.

  received(chunk: Uint8Array): void {
    this.intake.received(chunk)
  }

  sent(): void {
    this.unreadBytes = 0
    this.intake.release(stops.answers)
    this.offerRoom(true)
  }

  gone(): void {
    this.reason ??= 'linkLost'
    this.finish()
  }

  get isEnding(): boolean {
    return this.reason !== null
  }

  packetCame(chunk: Uint8Array, at: number, end: number): void {
    const acknowledgedId = this.live === null ? 0 : pubackId(chunk, at, end)
    if (acknowledgedId > 0) return this.live?.acknowledged(acknowledgedId)
    const { connect } = this.entrance
    if (connect === null) this.greet(chunk, at, end)
    else this.take(decodePacket(chunk, at, end, connect.version))
  }

  /** Writes what this go is answered with, and settles what it acknowledged; then core gives its answers. All that core is told comes in a go. */
  goEnded(): void {
    this.wire.around(() => {
      this.writeAnswers()
      this.live?.endGo()
    })
    if (this.reason === null) this.owner.goEnded()
  }

  tell(message: ClientMessage): void {
    if (this.reason === null) this.owner.received(message, true)
  }

  heard(): void {
    if (this.reason === null) this.owner.heard()
  }

  settled(first: number, last: number, outcome: Outcome): void {
    if (this.reason !== null) return
    this.owner.settled(first, last, outcome)
    this.offerRoom()
  }

  keep(): void {
    if (this.reason === null) this.owner.notes = this.state
  }

  storedFirst(): void {
    this.wire.storedFirst()
  }

  stored(done: () => void): void {
    this.owner.stored(done)
  }

  roomAgain(): void {
    setImmediate(() => this.offerRoom())
  }

  say(packet: ServerPacket): void {
    const bytes = this.entrance.encode(packet)
    if (bytes) this.answers.add(bytes)
  }

  answer(kind: Acknowledgement['kind'], packetId: number, reason: Reason, why: string | null = null): void {
    this.say({ kind, packetId, reason, reasonString: why, userProperties: [] })
  }

  note(text: string, why = ''): void {
    this.host.note(text, { peer: this.peer, clientId: this.entrance.connect?.clientId ?? '', why })
  }

  /** Ends the link of a client that broke the protocol. */
  fail(reason: Reason, why: string): void {
    if (this.reason !== null) return
    this.note(brokeProtocol, why)
    // What it acknowledged in the same go it is not owed any more.
    this.wire.around(() => this.live?.endGo())
    this.endWith(closeReasonOf(reason), reason, failureText(reason, why))
  }

  end(reason: CloseReason, last: Uint8Array | null): void {
    this.reason = reason
    // Last words do not wait: what must stays unsaid.
    const words = Buffer.concat([this.wire.isHolding ? nothing : this.answers.take(), last ?? nothing])
    this.wire.end(words.length > 0 ? words : null)
    // Later, since the owner may be at work. The peer may take its time to go; core need not wait for it.
    setImmediate(() => this.finish())
  }

  private endWith(reason: CloseReason, code: Reason | null, reasonString: string | null): void {
    const last =
      code === null ? null : lastPacket({ reason: code, reasonString }, this.live !== null, this.host.options)
    this.end(reason, last && this.entrance.encode(last))
  }

  private finish(): void {
    if (this.isOver) return
    this.isOver = true
    this.owner.closed(this.reason ?? 'linkLost')
  }

  /** Who does not read what it is answered is not read from either: all else that it is sent waits in core. */
  private writeAnswers(): void {
    const bytes = this.reason === null ? this.answers.take() : nothing
    if (bytes.length === 0) return
    this.unreadBytes = this.wire.isBusy ? this.unreadBytes + bytes.length : 0
    this.wire.write(bytes, null)
    if (this.unreadBytes > limits.answersBytesMax) this.intake.stop(stops.answers)
  }

  /** Where the wire was waited for there is room for answers, whatever there is for messages. */
  private offerRoom(isForAnswers = false): void {
    if (!this.isAwaited || this.reason !== null || this.wire.isBusy || this.live === null) return
    if (this.live.room === 0 && !isForAnswers) return
    this.isAwaited = false
    this.owner.writable()
  }

  private greet(chunk: Uint8Array, at: number, end: number): void {
    this.entrance.greet(chunk, at, end)
    const isProving = this.entrance.connect?.properties.authenticationMethod != null
    if (this.live === null && !isProving) this.intake.stop(stops.welcome)
  }

  private take(packet: Packet | Malformed): void {
    if (packet.kind === 'malformed') this.fail(packet.reason, packet.why)
    else if (this.live === null) this.entrance.early(packet)
    else if (packet.kind === 'auth') this.entrance.authenticate(packet, null)
    else this.live.take(packet)
  }

  private answersTo(replies: readonly GatewayMessage[]): Uint8Array {
    for (const reply of replies) this.answerFor(reply)
    return replies.length > 0 ? this.answers.take() : nothing
  }

  private answerFor(reply: GatewayMessage): void {
    switch (reply.kind) {
      case 'welcome':
        return this.welcomed(reply)
      case 'accepted':
      case 'publishRefused':
      case 'subscribed':
      case 'done':
      case 'refused':
      case 'unsubscribed':
        return this.live?.answered(reply)
      case 'challenge':
        return this.say(this.entrance.auth(reasons.continueAuthentication, reply))
      case 'authenticated':
        return this.say(this.entrance.auth(reasons.success, reply))
      case 'denied':
        return this.entrance.deny(reply)
    }
  }

  private welcomed(welcome: Welcome): void {
    const { connect } = this.entrance
    if (connect === null) return
    const connack = this.entrance.encode(this.entrance.connack(welcome, connect))
    if (connack === null) return this.fail(reasons.packetTooLarge, 'a maximum packet size that CONNACK is longer than')
    const state = SessionState.left(this.owner.notes, welcome)
    this.state = state
    this.owner.notes = state
    this.live = new Conversation(this.host, this, connect, state, welcome)
    this.answers.add(connack)
    if (this.host.answersWait) this.wire.welcome(welcome.sessionTimeoutMs > 0)
    this.live.goOn()
    this.intake.bytesMax = this.host.packetBytesMax
    this.intake.release(stops.welcome)
  }
}
