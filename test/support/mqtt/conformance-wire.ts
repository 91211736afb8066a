import type { Socket } from 'node:net'
import type { IConnackPacket, IPublishPacket, Packet } from 'mqtt-packet'
import { generate, parser } from 'mqtt-packet'
import type { ClientMessage, CloseReason, GatewayMessage } from '../../../core/index.js'
import { refusals } from '../../../core/index.js'
import type { Ear } from '../../conformance/ear.js'
import type { Wire } from '../../conformance/harness.js'
import {
  closeReasonOf,
  connectOf,
  heardOf,
  publishOf,
  refusalCodeOf,
  refusalReasonOf,
  removalOf,
  subscribeOf,
} from './spoken.js'
import { bytesOf, hexOf } from './vectors.js'

const version5 = { protocolVersion: 5 } as const

/** What a packet identifier was given to. */
type Asked =
  | { readonly kind: 'publish'; readonly sequence: number }
  | { readonly kind: 'subscribe' | 'unsubscribe' | 'remove' | 'fence'; readonly request: number }
  | { readonly kind: 'ping'; readonly nonce: number }

/** What a client remembers of itself beyond a connection. */
export interface Identity {
  /** 16 bytes as hexadecimal text, which the suite has as the token of the session. */
  readonly clientId: string
  readonly topicIds: Map<string, number>
  lastOffset: number
}

/**
 * The client's end of a connection with MQTT 5.0. It acknowledges what it reads.
 *
 * What core answers and MQTT has no packet for is asked another way: a ping is an UNSUBSCRIBE of nothing, since PINGRESP is not core's
 * to give; what is told first is over when such an answer comes, behind SUBACK, with nothing before it.
 */
export class MqttWire implements Wire {
  private readonly reader = parser(version5)
  private readonly asked = new Map<number, Asked>()
  private readonly aliases = new Map<number, string>()
  private lastId = 0
  private said: ClientMessage['kind'] | null = null
  private reason: CloseReason | null = null
  private isOver = false
  private fencedOffset = 0

  constructor(
    private readonly socket: Socket,
    private readonly ear: Ear,
    private readonly identity: Identity,
  ) {
    this.reader.on('packet', (packet) => this.came(packet))
    this.reader.on('error', (error) => ear.puzzled(`${error}`))
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      if (this.isOver) return
      this.reader.parse(chunk)
      ear.frameHeard()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.over(this.reason ?? this.silentReason))
  }

  send(message: ClientMessage): void {
    this.said ??= message.kind
    if (message.kind === 'hello') this.write(connectOf(message, this.clientIdFor(message.resume?.token)))
    else if (message.kind === 'publish') {
      const id = message.sequence > 0 ? this.ask({ kind: 'publish', sequence: message.sequence }) : 0
      this.write(publishOf(message, id))
    } else if (message.kind === 'ping') this.write(nothingOf(this.ask(message)))
    else if (message.kind === 'bye') this.leave()
    else this.request(message)
  }

  sendGarbage(): void {
    this.socket.write(Buffer.alloc(9, 0xff))
  }

  stall(): void {
    this.socket.pause()
  }

  unstall(): void {
    this.socket.resume()
  }

  cut(): void {
    this.over('linkLost')
    this.socket.destroy()
  }

  close(): void {
    this.over('linkLost')
    this.socket.end()
  }

  private over(reason: CloseReason): void {
    if (!this.isOver) this.ear.closed(reason)
    this.isOver = true
  }

  private request(message: ClientMessage): void {
    if (message.kind === 'subscribe') this.write(subscribeOf(message, this.ask({ ...message, kind: 'subscribe' })))
    else if (message.kind === 'unsubscribe') {
      const messageId = this.ask({ ...message, kind: 'unsubscribe' })
      this.write({ cmd: 'unsubscribe', messageId, unsubscriptions: [message.selector] })
    } else if (message.kind === 'remove')
      this.write(removalOf(message.selector, this.ask({ ...message, kind: 'remove' })))
    // What was applied is acknowledged message by message, as it is read.
    else if (message.kind !== 'acknowledge') throw new Error(`MQTT cannot say ${message.kind}`)
  }

  /** A goodbye for good. */
  private leave(): void {
    if (this.said === 'hello') this.reason = 'bye'
    this.write({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
  }

  private ask(asked: Asked): number {
    this.lastId += 1
    this.asked.set(this.lastId, asked)
    return this.lastId
  }

  private write(packet: Packet): void {
    this.socket.write(generate(packet, version5))
  }

  private clientIdFor(token: Uint8Array | undefined): string {
    return token ? hexOf(token) : this.identity.clientId
  }

  private came(packet: Packet): void {
    if (packet.cmd === 'connack') this.connected(packet)
    else if (packet.cmd === 'publish') this.hearUpdate(packet)
    else if (packet.cmd === 'disconnect') this.dismissed(packet.reasonCode)
    else if (packet.cmd === 'suback') this.answered(packet.messageId, Number(packet.granted[0]))
    else if (packet.cmd === 'unsuback') this.answered(packet.messageId, Number([packet.granted].flat()[0]))
    else if (packet.cmd === 'puback') this.answered(packet.messageId, packet.reasonCode)
  }

  private connected({ reasonCode = 0, sessionPresent, properties }: IConnackPacket): void {
    if (reasonCode >= 0x80) {
      this.reason = refusalReasonOf(reasonCode)
      return
    }
    this.hear({
      kind: 'welcome',
      version: 1,
      start: sessionPresent ? 'resumed' : 'new',
      sessionId: this.identity.clientId,
      token: bytesOf(this.identity.clientId),
      epoch: '',
      sessionTimeoutMs: (properties?.sessionExpiryInterval ?? 0) * 1_000,
      keepAliveMs: 0,
      messageBytesMax: properties?.maximumPacketSize ?? 0,
      sequence: 0,
    })
  }

  private dismissed(code: number | undefined): void {
    this.reason = closeReasonOf(code)
    if (this.reason === 'draining') this.hear({ kind: 'draining', reconnectAfterMs: 0 })
  }

  private answered(id: number | undefined, reasonCode: number | undefined): void {
    const asked = this.asked.get(id ?? 0)
    this.asked.delete(id ?? 0)
    const code = refusalCodeOf(reasonCode)
    if (asked?.kind === 'ping') this.hear({ kind: 'pong', nonce: asked.nonce })
    else if (asked?.kind === 'fence') this.fenced(asked.request)
    else if (asked?.kind === 'publish') this.publishAnswered(asked.sequence, code)
    else if (asked && code)
      this.hear({ kind: 'refused', request: asked.request, refusal: { code, detail: refusals[code].text } })
    else if (asked?.kind === 'subscribe') this.subscribed(asked.request)
    else if (asked) this.hear({ kind: 'done', request: asked.request, count: 1 })
  }

  private publishAnswered(sequence: number, code: ReturnType<typeof refusalCodeOf>): void {
    if (code) this.hear({ kind: 'publishRefused', sequence, refusal: { code, detail: refusals[code].text } })
    else this.hear({ kind: 'accepted', sequence, version: { offset: 0, previous: 0 } })
  }

  private subscribed(request: number): void {
    this.hear({ kind: 'subscribed', request, subscription: request })
    this.fence(request)
  }

  /** As long as more of it came, more may follow. */
  private fenced(subscription: number): void {
    const { lastOffset } = this.identity
    if (lastOffset > this.fencedOffset) return this.fence(subscription)
    this.hear({ kind: 'synced', subscription, position: this.ear.position })
  }

  private fence(request: number): void {
    this.fencedOffset = this.identity.lastOffset
    this.write(nothingOf(this.ask({ kind: 'fence', request })))
  }

  private hearUpdate(packet: IPublishPacket): void {
    const { messageId, properties, qos } = packet
    const alias = properties?.topicAlias ?? 0
    if (alias > 0 && packet.topic !== '') this.aliases.set(alias, packet.topic)
    const path = packet.topic === '' ? (this.aliases.get(alias) ?? '') : packet.topic
    const { topicIds } = this.identity
    const topicId = topicIds.get(path) ?? topicIds.size + 1
    topicIds.set(path, topicId)
    this.identity.lastOffset += 1
    this.ear.hear({ ...heardOf(packet), topicId, path, offset: this.identity.lastOffset })
    if (qos === 1 && messageId !== undefined) this.write({ cmd: 'puback', messageId, reasonCode: 0 })
  }

  private hear(message: GatewayMessage): void {
    this.ear.hear(message)
  }

  /** The gateway hung up without a word, as it does where no dialect was agreed on. */
  private get silentReason(): CloseReason {
    if (this.said === null) return 'helloTimeout'
    return this.said === 'hello' ? 'linkLost' : 'protocolViolation'
  }
}

const nothingOf = (messageId: number): Packet => ({
  cmd: 'unsubscribe',
  messageId,
  unsubscriptions: ['nothing/of/this'],
})
