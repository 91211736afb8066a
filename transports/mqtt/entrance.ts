import type { Auth, Connect, Packet, Reason, ServerPacket } from '../../codecs/mqtt/index.js'
import { decodeConnect, encodePacket, reasons } from '../../codecs/mqtt/index.js'
import type { Challenge, ClientMessage, CloseReason, Denied, Welcome } from '../../core/index.js'
import { connackOf, helloOf, keepAliveOf, newClientId } from './greeting.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { LinkHost } from './link-host.js'
import { brokeProtocol, closeReasonOf } from './reason-codes.js'

/** Whom an entrance works for. */
export interface EntranceOwner {
  tell(message: ClientMessage): void
  /** The client broke the protocol. */
  fail(reason: Reason, why: string): void
  /** For the operator. */
  note(text: string, why: string): void
  close(reason: CloseReason): void
  /** Says the last words, if there are any, and ends the link. */
  end(reason: CloseReason, last: Uint8Array | null): void
}

const nothing = new Uint8Array(0)

const denials = {
  methodUnknown: reasons.badAuthenticationMethod,
  elsewhere: reasons.useAnotherServer,
  elsewhereForGood: reasons.serverMoved,
} as const

const denialTexts = {
  methodUnknown: 'use another authentication method, or none',
  elsewhere: 'connect to another server this time',
  elsewhereForGood: 'connect to another server from now on',
} as const

/** Finds out who a client is: its CONNECT, the steps of its proof, and what core answers. It owns what CONNECT said. */
export class Entrance {
  /** Null: nothing that can be understood has come. */
  connect: Connect | null = null
  /** Of the client's own choice, or else of ours. */
  private clientId = ''

  constructor(
    private readonly owner: EntranceOwner,
    private readonly host: LinkHost,
    private readonly peer: string,
  ) {}

  /** The first packet. [MQTT-3.1.0-1] */
  greet(chunk: Uint8Array, at: number, end: number): void {
    const packet = decodeConnect(chunk, at, end)
    if (packet.kind === 'unsupported')
      return this.refuse(packet.dialect, reasons.unsupportedVersion, 'what it says is not MQTT 3.1.1 or 5.0')
    if (packet.kind === 'malformed') return this.refuse(packet.version, packet.reason, packet.why)
    const { version, clientId, isCleanStart, will } = packet
    this.connect = packet
    if (clientId === '' && version === 4 && !isCleanStart)
      return this.owner.fail(reasons.clientIdNotValid, 'a session needs a name')
    if (clientId.length > limits.clientIdCharactersMax)
      return this.owner.fail(reasons.clientIdNotValid, 'a name that is too long')
    if (will?.isMislabelled)
      return this.owner.fail(reasons.payloadFormatInvalid, 'a will that is not the text it says it is')
    this.clientId = clientId === '' ? newClientId() : clientId
    this.owner.tell(helloOf(packet, this.clientId, keepAliveOf(packet, this.host.options), this.peer))
  }

  /** Until CONNACK only a client that proves who it is in several steps has something to say, or one that goes. */
  early(packet: Packet): void {
    if (packet.kind === 'auth') this.authenticate(packet, reasons.continueAuthentication)
    else if (packet.kind === 'disconnect') this.owner.close('bye')
    else this.owner.fail(reasons.protocolError, `${packet.kind} before CONNACK`)
  }

  /** One step of a proof; `expected`: the only reason it can have, or null. [MQTT-4.12.0-5, MQTT-4.12.0-7] */
  authenticate({ reason, authenticationMethod: method, authenticationData }: Auth, expected: Reason | null): void {
    const isOther = method !== this.connect?.properties.authenticationMethod
    if (isOther || (expected !== null && reason !== expected))
      return this.owner.fail(reasons.protocolError, 'an AUTH that nobody asked for')
    this.owner.tell({ kind: 'authenticate', method, data: authenticationData ?? nothing })
  }

  /** The client is let in. */
  connack(welcome: Welcome, connect: Connect): ServerPacket {
    const { options, packetBytesMax } = this.host
    const keepAliveSeconds = keepAliveOf(connect, options)
    return connackOf(welcome, connect, { clientId: this.clientId, keepAliveSeconds, packetBytesMax }, options)
  }

  /** The next step of its proof, or the last. */
  auth(reason: Reason, { data }: Pick<Challenge, 'data'>): ServerPacket {
    const authenticationMethod = this.connect?.properties.authenticationMethod ?? ''
    const said = { kind: 'auth', reason, authenticationMethod, authenticationData: data } as const
    return { ...said, reasonString: null, userProperties: [] }
  }

  /** The client is sent away with more than core's reason says. */
  deny({ reason, server }: Denied): void {
    const reasonString = denialTexts[reason]
    const connack = { kind: 'connack', isSessionPresent: false, reason: denials[reason], reasonString } as const
    this.owner.end('notAuthenticated', this.encode({ ...connack, ...(server !== '' && { serverReference: server }) }))
  }

  /** In the client's dialect, and no longer than it takes; null: it cannot be said to it. [MQTT-3.1.2-24, MQTT-3.1.2-29] */
  encode(packet: ServerPacket): Uint8Array | null {
    if (this.connect === null) return null
    const { version, properties } = this.connect
    const isExplained = properties.wantsProblemInformation || packet.kind === 'connack' || packet.kind === 'disconnect'
    const told =
      isExplained || packet.kind === 'pingresp' ? packet : { ...packet, reasonString: null, userProperties: [] }
    return encodePacket(told, version, properties.packetBytesMax ?? undefined)
  }

  /** It was no CONNECT that we know: answered where the dialect is clear, without words, since how long they may be is not. [MQTT-3.1.2-2, MQTT-3.1.4-1] */
  private refuse(version: 0 | 4 | 5, reason: Reason, why: string): void {
    this.owner.note(brokeProtocol, why)
    const close = reason === reasons.unsupportedVersion ? 'unsupportedVersion' : closeReasonOf(reason)
    const connack = { kind: 'connack', isSessionPresent: false, reason } as const
    this.owner.end(close, version === 0 ? null : encodePacket(connack, version))
  }
}
