import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { createConnection } from 'node:net'
import type { Packet } from 'mqtt-packet'
import { generate, parser } from 'mqtt-packet'

/** What a device publishes. */
export interface Spoken {
  readonly topic: string
  readonly text: string
  readonly qos: 1 | 2
}

/** A publish that was not answered to the end. */
interface Unanswered extends Spoken {
  /** PUBREC came. */
  isReleased: boolean
}

/** So many publishes of a device are unanswered, at most. */
const unansweredMax = 20

/**
 * A device that keeps its side of one session of MQTT 5.0 over broken connections to the letter: what it published and was not
 * answered it says again, under its identifier; a message of QoS 2 it takes once until its identifier is released.
 */
export class StrictDevice {
  /** Texts of the messages that it took, in order, by topic. */
  readonly got = new Map<string, string[]>()
  /** Texts of what it published that were answered to the end. */
  readonly answered = new Set<string>()
  /** When each of its publishes was taken over, by PUBACK or PUBREC, ms since 1970, by its text. */
  readonly takenOverMs = new Map<string, number>()
  /** Packets that came, on all connections. */
  packets = 0
  private readonly unanswered = new Map<number, Unanswered>()
  /** Identifiers of messages of QoS 2 that were not released. */
  private readonly received = new Set<number>()
  private readonly news = new EventEmitter()
  private socket: Socket | null = null
  private lastId = 0
  private breaksAt: ((kind: Packet['cmd']) => boolean) | null = null
  private state: 'away' | 'new' | 'known' | 'subscribed' = 'away'

  /** `next` says what it publishes; null: nothing for now. */
  constructor(
    private readonly name: string,
    private readonly filter: string,
    private readonly next: () => Spoken | null,
  ) {}

  /** Comes back, or comes for the first time and subscribes; says whether its session was there. */
  async connect(port: number): Promise<boolean> {
    const socket = createConnection(port, '127.0.0.1')
    const reader = parser({ protocolVersion: 5 })
    reader.on('packet', (packet) => this.take(packet))
    socket.on('data', (chunk) => {
      if (this.socket === socket) reader.parse(chunk)
    })
    socket.on('error', () => socket.destroy())
    this.socket = socket
    const properties = { sessionExpiryInterval: 3_600 }
    this.send({ cmd: 'connect', protocolVersion: 5, clientId: this.name, clean: false, keepalive: 60, properties })
    await this.until(() => this.state === 'new' || this.state === 'known')
    const isKnown = this.state === 'known'
    if (!isKnown) await this.subscribe()
    for (const [id, spoken] of this.unanswered) this.say(id, spoken, true)
    return isKnown
  }

  /** The connection breaks: what is on its way is lost. */
  break(): void {
    this.socket?.destroy()
    this.socket = null
    this.state = 'away'
  }

  /** Breaks the connection right behind the first packet of which this is true, and resolves then; what came with it is lost. */
  async brokenAt(condition: (kind: Packet['cmd']) => boolean): Promise<void> {
    this.breaksAt = condition
    await this.until(() => this.socket === null)
    this.breaksAt = null
  }

  get isAnswered(): boolean {
    return this.unanswered.size === 0
  }

  /** Resolves when the condition holds, looking at each packet that comes. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.news, 'news')
  }

  /** Publishes what there is, as far as it may. */
  publish(): void {
    while (this.unanswered.size < unansweredMax) {
      const spoken = this.next()
      if (spoken === null) return
      this.lastId = (this.lastId % 65_535) + 1
      const unanswered = { ...spoken, isReleased: false }
      this.unanswered.set(this.lastId, unanswered)
      this.say(this.lastId, unanswered, false)
    }
  }

  private async subscribe(): Promise<void> {
    const subscriptions = [{ topic: this.filter, qos: 2 } as const]
    this.send({ cmd: 'subscribe', messageId: 65_535, subscriptions })
    await this.until(() => this.state === 'subscribed')
  }

  private say(messageId: number, { topic, text, qos, isReleased }: Unanswered, dup: boolean): void {
    if (isReleased) this.send({ cmd: 'pubrel', messageId })
    else this.send({ cmd: 'publish', topic, payload: text, qos, messageId, dup, retain: false })
  }

  private take(packet: Packet): void {
    if (this.socket === null) return
    this.packets += 1
    const messageId = 'messageId' in packet ? (packet.messageId ?? 0) : 0
    switch (packet.cmd) {
      case 'connack':
        this.state = packet.sessionPresent ? 'known' : 'new'
        break
      case 'suback':
        this.state = 'subscribed'
        break
      case 'publish':
        this.told(packet.topic, packet.payload.toString(), packet.qos, messageId)
        break
      case 'pubrel':
        this.received.delete(messageId)
        this.send({ cmd: 'pubcomp', messageId })
        break
      case 'pubrec':
        this.recorded(messageId)
        break
      case 'puback':
      case 'pubcomp':
        this.completed(messageId)
    }
    if (this.breaksAt?.(packet.cmd)) this.break()
    this.news.emit('news')
  }

  private told(topic: string, text: string, qos: number, messageId: number): void {
    const texts = this.got.get(topic) ?? []
    this.got.set(topic, texts)
    if (qos !== 2 || !this.received.has(messageId)) texts.push(text)
    if (qos === 2) this.received.add(messageId)
    this.send({ cmd: qos === 2 ? 'pubrec' : 'puback', messageId })
  }

  private recorded(messageId: number): void {
    const unanswered = this.unanswered.get(messageId)
    if (unanswered) {
      unanswered.isReleased = true
      this.takenOverMs.set(unanswered.text, Date.now())
    }
    this.send({ cmd: 'pubrel', messageId })
  }

  private completed(messageId: number): void {
    const unanswered = this.unanswered.get(messageId)
    if (!unanswered) return
    this.unanswered.delete(messageId)
    this.answered.add(unanswered.text)
    if (unanswered.qos === 1) this.takenOverMs.set(unanswered.text, Date.now())
    this.publish()
  }

  private send(packet: Packet): void {
    this.socket?.write(generate(packet, { protocolVersion: 5 }))
  }
}
