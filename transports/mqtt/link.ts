import type { Auth, Connect, Disconnect, Packet, Reason, ServerPacket } from '../../codecs/mqtt/index.js'
import { decodeConnect, decodePacket, encodePacket, reasons } from '../../codecs/mqtt/index.js'
import type {
  ClientMessage,
  CloseReason,
  Flush,
  GatewayMessage,
  Link,
  LinkOwner,
  LinkTraits,
  Taken,
  Welcome,
} from '../../core/index.js'
import { connackOf, helloOf, keepAliveOf, newClientId, timeoutMs } from './greeting.js'
import { Inflight } from './inflight.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { LinkHost } from './link-host.js'
import type { Cut } from './packet-stream.js'
import { PacketStream } from './packet-stream.js'
import { closeCodes, closeReasonOf, connackCode } from './reason-codes.js'
import type { ReceiverOwner } from './receiver.js'
import { Receiver } from './receiver.js'
import type { Answered } from './requests.js'
import { Requests } from './requests.js'
import { Sender } from './sender.js'
import { SessionState } from './session-state.js'
import type { Wire, WireEnd } from './wire.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: true, upstream: true }

const nothingTaken: Taken = { items: 0, bytes: 0 }
const nothing = new Uint8Array(0)

/** What there is once the client was let in. */
interface Live {
  readonly state: SessionState
  readonly inflight: Inflight
  readonly sender: Sender
  readonly receiver: Receiver
  readonly requests: Requests
}

/**
 * One client's connection.
 *
 *     greeting ─ CONNECT ─▶ connecting ─ welcome ─▶ live ─▶ ended
 *
 * Packets are handed over until core pauses or the slice of time is used up; the rest waits in the stream, and the wire is not read.
 * Invariant: after `reason` is set the owner hears nothing but `closed`, once.
 */
export class MqttLink implements Link, WireEnd, ReceiverOwner {
  readonly traits = traits
  private readonly owner: LinkOwner
  private readonly stream = new PacketStream(limits.connectBytesMax)
  private connect: Connect | null = null
  private clientId = ''
  private live: Live | null = null
  /** Why the link ends; null while it lives. */
  private reason: CloseReason | null = null
  private isOver = false
  private isPaused = false
  private isPlanned = false
  /** The owner was told that nothing fits. */
  private isAwaited = false
  /** Answers to what this go brings, written at its end. */
  private answers: Uint8Array[] = []
  /** Numbers of messages that this go settled: from the first up to, but without, the end. */
  private settledFirst = 0
  private settledEnd = 0
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
    const room = this.live === null ? 0 : Math.max(0, this.live.inflight.room)
    if (room === 0) this.isAwaited = true
    return room
  }

  send({ replies, batch }: Flush): Taken {
    if (this.reason !== null) return nothingTaken
    const front = this.answersTo(replies)
    const sent = this.live?.sender.send(batch, front) ?? { bytes: front, count: 0 }
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

  spoilt(why: string): void {
    this.fail(reasons.protocolError, why)
  }

  gone(): void {
    this.reason ??= 'linkLost'
    this.finish()
  }

  // What those who work for this link say.

  tell(message: ClientMessage): void {
    if (this.reason === null) this.owner.received(message)
  }

  answer(kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', packetId: number, reason: Reason): void {
    this.say({ kind, packetId, reason, reasonString: null, userProperties: [] })
  }

  /** Ends the link of a client that broke the protocol. */
  fail(reason: Reason, _why: string): void {
    if (this.reason === null) this.endWith(closeReasonOf(reason), reason)
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
    if (this.settledEnd > this.settledFirst) {
      const [first, end] = [this.settledFirst, this.settledEnd]
      this.settledFirst = 0
      this.settledEnd = 0
      this.owner.settled(first, end - 1, 'acknowledged')
      this.offerRoom()
    }
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
    if (
      !this.isAwaited ||
      this.reason !== null ||
      this.wire.isBusy ||
      this.live === null ||
      this.live.inflight.room <= 0
    )
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
      else this.take(packet, this.live)
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

  private take(packet: Packet, { receiver, requests, inflight, state }: Live): void {
    switch (packet.kind) {
      case 'publish':
        return receiver.publish(packet)
      case 'puback':
        return this.settled(inflight.acknowledged(packet.packetId))
      case 'pubrec':
        return this.recorded(packet.packetId, packet.reason, inflight, state)
      case 'pubrel':
        return receiver.released(packet.packetId)
      case 'pubcomp':
        if (state.released.delete(packet.packetId)) this.planRoom()
        return
      case 'subscribe':
        return this.sayAnswered(requests.subscribe(packet))
      case 'unsubscribe':
        return this.sayAnswered(requests.unsubscribe(packet))
      case 'pingreq':
        this.owner.heard()
        return this.say({ kind: 'pingresp' })
      case 'disconnect':
        return this.leave(packet)
      case 'auth':
        return this.authenticate(packet)
    }
  }

  /** PUBREC: the client has the message, or refuses it for good. [MQTT-4.3.3-4] */
  private recorded(packetId: number, reason: Reason, inflight: Inflight, state: SessionState): void {
    const number = inflight.acknowledged(packetId)
    if (reason >= reasons.unspecifiedError) return this.settled(number)
    const isKnown = number >= 0 || state.released.has(packetId)
    if (isKnown) state.released.add(packetId)
    this.settled(number)
    this.answer('pubrel', packetId, isKnown ? reasons.success : reasons.packetIdNotFound)
  }

  /** In most goes the client acknowledges one after the other; core hears of them together. */
  private settled(number: number): void {
    if (number < 0) return
    if (this.settledEnd > this.settledFirst && number !== this.settledEnd) {
      this.owner.settled(this.settledFirst, this.settledEnd - 1, 'acknowledged')
      this.settledFirst = number
    } else if (this.settledEnd === this.settledFirst) this.settledFirst = number
    this.settledEnd = number + 1
  }

  private planRoom(): void {
    setImmediate(() => this.offerRoom())
  }

  private leave({ reason, sessionExpirySeconds }: Disconnect): void {
    const isRevived = (sessionExpirySeconds ?? 0) > 0 && this.connect?.properties.sessionExpirySeconds === 0
    if (isRevived) return this.fail(reasons.protocolError, 'a session that was to end with its connection')
    const publishesWill = reason !== reasons.success
    this.tell({
      kind: 'leave',
      publishesWill,
      sessionTimeoutMs: sessionExpirySeconds === null ? null : timeoutMs(sessionExpirySeconds),
    })
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
        return this.live?.receiver.answered(null)
      case 'publishRefused':
        return this.live?.receiver.answered(reply)
      case 'subscribed':
      case 'done':
      case 'refused':
        return this.sayAnswered(this.live?.requests.answered(reply) ?? null)
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
    owner.notes = state
    const { receiveMax, packetBytesMax, topicAliasMax } = connect.properties
    const inflight = new Inflight(state, Math.min(receiveMax, host.options.inflightMax))
    const capacity = {
      version: connect.version,
      packetBytesMax: packetBytesMax ?? Number.POSITIVE_INFINITY,
      aliasMax: Math.min(topicAliasMax, host.options.topicAliasMax),
    }
    const settle = (number: number, isTooLarge: boolean) => setImmediate(() => this.dropped(number, isTooLarge))
    this.live = {
      state,
      inflight,
      sender: new Sender(host, capacity, inflight, settle),
      receiver: new Receiver(host, this, state, connect.version, welcome.sequence),
      requests: new Requests(host.terms, connect.isBridge, (message) => this.tell(message)),
    }
    const keepAliveSeconds = keepAliveOf(connect, host.options)
    const given = { clientId: this.clientId, keepAliveSeconds, packetBytesMax: host.packetBytesMax }
    this.say(connackOf(welcome, connect, given, host.options))
    for (const id of state.released) this.answer('pubrel', id, reasons.success)
    // What came behind CONNECT, once core's turn is over.
    this.plan()
  }

  private dropped(number: number, isTooLarge: boolean): void {
    if (this.reason !== null) return
    this.owner.settled(number, number, isTooLarge ? 'tooLarge' : 'acknowledged')
    this.offerRoom()
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

  private sayAnswered(answered: Answered | null): void {
    if (answered) this.say(answered)
  }

  private say(packet: ServerPacket): void {
    const bytes = this.encode(packet)
    if (bytes) this.answers.push(bytes)
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
