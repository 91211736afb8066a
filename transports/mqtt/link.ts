import type { Auth, Connect, Packet, Reason, ServerPacket } from '../../codecs/mqtt/index.js'
import { decodeConnect, decodePacket, encodePacket, reasons } from '../../codecs/mqtt/index.js'
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
import type { ConversationOwner } from './conversation.js'
import { Conversation } from './conversation.js'
import { connackOf, helloOf, keepAliveOf, newClientId } from './greeting.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { LinkHost } from './link-host.js'
import type { Cut } from './packet-stream.js'
import { PacketStream } from './packet-stream.js'
import { closeCodes, closeReasonOf, connackCode } from './reason-codes.js'
import { SessionState } from './session-state.js'
import type { Wire, WireEnd } from './wire.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: true, upstream: true }

const nothingTaken: Taken = { items: 0, bytes: 0 }
const nothing = new Uint8Array(0)

/**
 * One client's connection.
 *
 *     greeting ─ CONNECT ─▶ connecting ─ welcome ─▶ live ─▶ ended
 *
 * Packets are handed over until core pauses or the slice of time is used up; the rest waits in the stream, and the wire is not read.
 * Invariant: after `reason` is set the owner hears nothing but `closed`, once.
 */
export class MqttLink implements Link, WireEnd, ConversationOwner {
  readonly traits = traits
  private readonly owner: LinkOwner
  private readonly stream = new PacketStream(limits.connectBytesMax)
  private connect: Connect | null = null
  private clientId = ''
  /** Null: the client was not let in yet. */
  private live: Conversation | null = null
  /** What outlives it; null until the client is let in. */
  private state: SessionState | null = null
  /** Why the link ends; null while it lives. */
  private reason: CloseReason | null = null
  private isOver = false
  private isPaused = false
  private isPlanned = false
  /** The owner was told that nothing fits. */
  private isAwaited = false
  /** Answers to what this go brings, written at its end. */
  private answers: Uint8Array[] = []
  private readonly takePacket = (chunk: Uint8Array, at: number, end: number) => this.packetCame(chunk, at, end)

  constructor(
    private readonly wire: Wire,
    private readonly host: LinkHost,
    private readonly peer: string,
  ) {
    this.owner = host.attach(this, peer)
  }

  get roomBytes(): number {
    const roomBytes = this.reason !== null || this.wire.isBusy ? 0 : limits.flushBytes
    if (roomBytes === 0) this.isAwaited = true
    return roomBytes
  }

  get roomItems(): number {
    const room = this.live?.room ?? 0
    if (room === 0) this.isAwaited = true
    return room
  }

  send({ replies, batch }: Flush): Taken {
    if (this.reason !== null) return nothingTaken
    const front = this.answersTo(replies)
    const sent = this.live?.send(batch, front) ?? { bytes: front, count: 0 }
    if (sent.bytes !== null && sent.bytes.length > 0) this.wire.write(sent.bytes)
    if (sent.count < batch.count) this.isAwaited = true
    return { items: replies.length + sent.count, bytes: sent.bytes?.length ?? 0 }
  }

  pause(): void {
    this.isPaused = true
    this.wire.pause()
  }

  resume(): void {
    this.isPaused = false
    // Later, since the owner is at work and its calls must not overlap.
    if (this.stream.isHolding) this.plan()
    else this.wire.resume()
  }

  close(reason: CloseReason): void {
    if (this.reason !== null) return
    const code = this.live === null ? connackCode(reason) : closeCodes[reason]
    this.endWith(reason, code)
  }

  // What the wire says.

  received(chunk: Uint8Array): void {
    if (this.reason !== null) return
    if (this.isPaused || this.isPlanned) {
      this.stream.hold(chunk)
      return
    }
    this.host.slice.begin()
    this.cameTo(this.stream.take(chunk, this.takePacket))
  }

  sent(): void {
    this.offerRoom()
  }

  spoilt(reason: CloseReason): void {
    this.close(reason)
  }

  gone(): void {
    this.reason ??= 'linkLost'
    this.finish()
  }

  // What those who work for this link say.

  tell(message: ClientMessage): void {
    if (this.reason === null) this.owner.received(message)
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

  roomAgain(): void {
    setImmediate(() => this.offerRoom())
  }

  say(packet: ServerPacket): void {
    const bytes = this.encode(packet)
    if (bytes) this.answers.push(bytes)
  }

  answer(kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', packetId: number, reason: Reason): void {
    this.say({ kind, packetId, reason, reasonString: null, userProperties: [] })
  }

  /** Ends the link of a client that broke the protocol. */
  fail(reason: Reason, _why: string): void {
    if (this.reason !== null) return
    // What it acknowledged in the same go it is not owed any more.
    this.live?.endGo()
    this.endWith(closeReasonOf(reason), reason)
  }

  private endWith(reason: CloseReason, code: Reason | null): void {
    this.reason = reason
    const last = code === null ? null : this.lastPacket(code)
    const bytes = last && this.encode(last)
    const words = [...this.answers, ...(bytes ? [bytes] : [])]
    this.answers = []
    this.wire.end(words.length > 0 ? Buffer.concat(words) : null)
    // Later, since the owner may be at work. The peer may take its time to go; core need not wait for it.
    setImmediate(() => this.finish())
  }

  private lastPacket(reason: Reason): ServerPacket | null {
    const { serverReference } = this.host.options
    if (this.live === null) return this.connect && { kind: 'connack', isSessionPresent: false, reason }
    const isMoving = reason === reasons.serverShuttingDown && serverReference !== ''
    return isMoving
      ? { kind: 'disconnect', reason: reasons.useAnotherServer, serverReference }
      : { kind: 'disconnect', reason }
  }

  private finish(): void {
    if (this.isOver) return
    this.isOver = true
    this.owner.closed(this.reason ?? 'linkLost')
    this.host.ended()
  }

  /** What became of the bytes that came. */
  private cameTo(cut: Cut): void {
    if (cut === 'malformed') this.fail(reasons.malformedPacket, 'a length of more than four bytes')
    else if (cut === 'tooLarge') this.fail(reasons.packetTooLarge, 'a packet above the maximum')
    this.endGo()
    if (cut === 'waits' && this.reason === null && !this.isPaused) {
      this.wire.pause()
      if (this.connect === null || this.live !== null) this.plan()
    }
  }

  /** Writes what this go is answered with, and settles what it acknowledged. */
  private endGo(): void {
    if (this.answers.length > 0 && this.reason === null) {
      const [only] = this.answers
      this.wire.write(only && this.answers.length === 1 ? only : Buffer.concat(this.answers))
      this.answers = []
    }
    this.live?.endGo()
  }

  private plan(): void {
    if (this.isPlanned) return
    this.isPlanned = true
    setImmediate(() => this.catchUp())
  }

  private catchUp(): void {
    this.isPlanned = false
    if (this.reason !== null || this.isPaused) return
    this.host.slice.begin()
    const cut = this.stream.goOn(this.takePacket)
    this.cameTo(cut)
    if (cut === 'taken' && this.reason === null && !this.isPaused) this.wire.resume()
  }

  private offerRoom(): void {
    if (!this.isAwaited || this.reason !== null || this.wire.isBusy || this.live === null || this.live.room === 0)
      return
    this.isAwaited = false
    this.owner.writable()
  }

  /** Returns whether more may follow at once. */
  private packetCame(chunk: Uint8Array, at: number, end: number): boolean {
    if (this.connect === null) this.greet(chunk, at, end)
    else {
      const packet = decodePacket(chunk, at, end, this.connect.version)
      if (packet.kind === 'malformed') this.fail(packet.reason, packet.why)
      else if (this.live === null) this.early(packet)
      else if (packet.kind === 'auth') this.authenticate(packet)
      else this.live.take(packet)
    }
    return this.goesOn
  }

  private get goesOn(): boolean {
    if (this.reason !== null) return false
    // Until it is let in, only a client that proves who it is in several steps has something to say. [MQTT-3.1.4-6]
    if (this.live === null) return this.connect?.properties.authenticationMethod != null
    return !this.isPaused && this.host.slice.hasTime()
  }

  private greet(chunk: Uint8Array, at: number, end: number): void {
    const packet = decodeConnect(chunk, at, end)
    if (packet.kind === 'unsupported') return this.refuse(packet.dialect, reasons.unsupportedVersion)
    if (packet.kind === 'malformed') return this.refuse(packet.version, packet.reason)
    const { version, clientId, isCleanStart, will } = packet
    this.connect = packet
    this.stream.bytesMax = this.host.packetBytesMax
    if (clientId === '' && version === 4 && !isCleanStart)
      return this.fail(reasons.clientIdNotValid, 'a session needs a name')
    if (clientId.length > limits.clientIdCharactersMax)
      return this.fail(reasons.clientIdNotValid, 'a name that is too long')
    if (will?.isMislabelled) return this.fail(reasons.payloadFormatInvalid, 'a will that is not the text it says it is')
    this.clientId = clientId === '' ? newClientId() : clientId
    this.tell(helloOf(packet, this.clientId, keepAliveOf(packet, this.host.options), this.peer))
  }

  /** It was no CONNECT that we know: answered where the dialect is clear. [MQTT-3.1.2-2, MQTT-3.1.4-1] */
  private refuse(version: 0 | 4 | 5, reason: Reason): void {
    this.reason = reason === reasons.unsupportedVersion ? 'unsupportedVersion' : closeReasonOf(reason)
    const connack = version === 0 ? null : encodePacket({ kind: 'connack', isSessionPresent: false, reason }, version)
    this.wire.end(connack)
    setImmediate(() => this.finish())
  }

  private early(packet: Packet): void {
    if (packet.kind === 'auth') this.authenticate(packet)
    else if (packet.kind === 'disconnect') this.close('bye')
    else this.fail(reasons.protocolError, `${packet.kind} before CONNACK`)
  }

  private authenticate({ reason, authenticationMethod: method, authenticationData }: Auth): void {
    const expected = this.live === null ? reasons.continueAuthentication : null
    const isWrong =
      method !== this.connect?.properties.authenticationMethod || (expected !== null && reason !== expected)
    if (isWrong) return this.fail(reasons.protocolError, 'an AUTH that nobody asked for')
    this.tell({ kind: 'authenticate', method, data: authenticationData ?? nothing })
  }

  // What core says.

  private answersTo(replies: readonly GatewayMessage[]): Uint8Array {
    if (replies.length === 0) return nothing
    for (const reply of replies) this.answerFor(reply)
    const bytes = Buffer.concat(this.answers)
    this.answers = []
    return bytes
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
        return this.live?.answered(reply)
      case 'challenge':
        return this.sayAuth(reasons.continueAuthentication, reply.data)
      case 'authenticated':
        return this.sayAuth(reasons.success, reply.data)
      case 'denied':
        return this.deny(reply.reason, reply.server)
    }
  }

  private welcomed(welcome: Welcome): void {
    const { connect, host, owner } = this
    if (connect === null) return
    const state = stateIn(owner.notes, welcome)
    this.state = state
    owner.notes = state
    this.live = new Conversation(host, this, connect, state, welcome)
    const keepAliveSeconds = keepAliveOf(connect, host.options)
    const given = { clientId: this.clientId, keepAliveSeconds, packetBytesMax: host.packetBytesMax }
    this.say(connackOf(welcome, connect, given, host.options))
    this.live.goOn()
    // What came behind CONNECT, and what waited for the client, once core's turn is over.
    this.plan()
    this.roomAgain()
  }

  private deny(why: 'methodUnknown' | 'elsewhere' | 'elsewhereForGood', server: string): void {
    const codes = {
      methodUnknown: reasons.badAuthenticationMethod,
      elsewhere: reasons.useAnotherServer,
      elsewhereForGood: reasons.serverMoved,
    } as const
    const serverReference = server === '' ? {} : { serverReference: server }
    const bytes = this.encode({ kind: 'connack', isSessionPresent: false, reason: codes[why], ...serverReference })
    this.reason = 'notAuthenticated'
    this.wire.end(bytes)
    setImmediate(() => this.finish())
  }

  private sayAuth(reason: Reason, data: Uint8Array): void {
    const authenticationMethod = this.connect?.properties.authenticationMethod ?? ''
    this.say({
      kind: 'auth',
      reason,
      authenticationMethod,
      authenticationData: data,
      reasonString: null,
      userProperties: [],
    })
  }

  private encode(packet: ServerPacket): Uint8Array | null {
    if (this.connect === null) return null
    return encodePacket(packet, this.connect.version, this.connect.properties.packetBytesMax ?? undefined)
  }
}

/** What earlier connections of the session left; of a new session nothing. */
function stateIn(notes: LinkOwner['notes'], { start }: Welcome): SessionState {
  if (start === 'new' || notes === null) return new SessionState()
  if (notes instanceof SessionState) return notes
  return notes instanceof Uint8Array ? SessionState.from(notes) : new SessionState()
}
