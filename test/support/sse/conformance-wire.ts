import type { EventSourceMessage } from 'eventsource-parser'
import { formatPosition } from '../../../codecs/position/index.js'
import type { ClientMessage, CloseReason, Hello, Identified, Position, Resume, Subscribe } from '../../../core/index.js'
import { closeReasons, refusals } from '../../../core/index.js'
import type { GatewayDoor } from '../../../net/transport-module.js'
import type { Ear } from '../../conformance/ear.js'
import type { Wire } from '../../conformance/harness.js'
import type { EventData, HeldDocument } from './heard-events.js'
import { dataOf, heardOf, positionOf } from './heard-events.js'
import { StreamEnd } from './stream-end.js'
import { furthestBehind, headersOf, optionsOf, queryOf } from './stream-queries.js'

/** One subscription: a stream of its own. */
interface Stream {
  readonly message: Subscribe
  readonly subscription: number
  end: StreamEnd
  lastId: string
  isGranted: boolean
}

/** What a reader remembers of itself beyond its connections. */
export interface StreamIdentity {
  readonly topicIds: Map<string, number>
  readonly held: Map<string, HeldDocument>
  readonly streams: Map<string, Stream>
  subscriptions: number
  epoch: string
}

/** Turns of the loop in which nothing came, after which nothing more is on its way. */
const quietTurns = 40

/**
 * A reader of event streams. Each subscription is a stream; a hello is answered by one that probes whether the reader is let in and which is
 * replaced by the first subscription. What a stream cannot carry, publishes say, is asked beside it without a session, as by the HTTP API. A ping
 * is answered once nothing has come for a while, since a stream has nothing to answer with.
 */
export class SseWire implements Wire {
  private probe: StreamEnd | null = null
  private hello: Hello | null = null
  private identified: Identified | null = null
  private isOver = false
  private isStalled = false
  private news = 0
  private closedFor: CloseReason | null = null
  private gapPath: string | null = null

  constructor(
    private readonly port: number,
    private readonly gateway: GatewayDoor,
    private readonly ear: Ear,
    private readonly identity: StreamIdentity,
  ) {}

  send(message: ClientMessage): void {
    if (this.isOver) return
    if (message.kind === 'hello') this.greet(message)
    else if (message.kind === 'subscribe') this.subscribe(message)
    else if (message.kind === 'unsubscribe') this.unsubscribe(message.selector, message.request)
    else if (message.kind === 'ping') void this.pong(message.nonce)
    else if (message.kind === 'bye' || message.kind === 'leave') void this.leave()
    else if (message.kind !== 'acknowledge') this.ask(message)
  }

  stall(): void {
    this.isStalled = true
    for (const { end } of this.identity.streams.values()) end.stall()
  }

  unstall(): void {
    this.isStalled = false
    for (const { end } of this.identity.streams.values()) end.unstall()
  }

  cut(): void {
    this.over('linkLost')
  }

  close(): void {
    this.over('linkLost')
  }

  private greet(hello: Hello): void {
    this.hello = hello
    const { streams } = this.identity
    if (hello.resume && streams.size > 0) return this.resume(hello.resume)
    streams.clear()
    this.probe = this.open('topic=probe', '', {
      begun: () => this.welcome('new'),
      // Whoever may connect and not read this is let in.
      refused: (code, detail) => (detail.startsWith('topic=probe') ? this.welcome('new') : this.denied(code)),
      event: (event) => this.came([], event),
      retry: (ms) => this.ear.hear({ kind: 'draining', reconnectAfterMs: ms }),
      ended: () => this.ended(),
    })
  }

  private welcome(start: 'new' | 'resumed' | 'resynchronised'): void {
    const { credentials } = this.hello ?? { credentials: {} }
    this.gateway.identify({ ...credentials, peer: '' }, (identified) => {
      this.identified = identified
    })
    this.ear.hear({
      kind: 'welcome',
      version: 1,
      start,
      sessionId: '',
      token: new Uint8Array(16),
      epoch: this.ear.position.epoch,
      sessionTimeoutMs: 0,
      keepAliveMs: 0,
      messageBytesMax: 0,
      sequence: 0,
    })
  }

  private denied(code: string): void {
    this.over(isCloseReason(code) ? code : 'forbidden')
  }

  /** Opens again all that there was, as one stream where all was asked for alike; what it begins with says how that went. */
  private resume({ position }: Resume): void {
    const streams = [...this.identity.streams.values()]
    const optionsFor = ({ message }: Stream) => optionsOf(message, this.hello).join('&')
    let isWelcomed = false
    for (const options of new Set(streams.map(optionsFor))) {
      const some = streams.filter((stream) => optionsFor(stream) === options)
      const lastId = ['', this.identity.epoch].includes(position.epoch)
        ? furthestBehind(some.map(({ lastId }) => lastId))
        : formatPosition(position)
      const topics = some.map(({ message }) => `topic=${encodeURIComponent(message.selector)}`)
      const end = this.open([...topics, options].join('&'), lastId, {
        begun: () => undefined,
        refused: (code) => this.denied(code),
        event: (event) => {
          if (!isWelcomed) this.welcome(event.event === 'resync' ? 'resynchronised' : 'resumed')
          isWelcomed = true
          this.came(some, event)
        },
        retry: () => undefined,
        ended: () => this.ended(),
      })
      for (const stream of some) stream.end = end
    }
  }

  private subscribe(message: Subscribe): void {
    const { streams } = this.identity
    streams.get(message.selector)?.end.cut()
    this.identity.subscriptions += 1
    const subscription = this.identity.subscriptions
    const { since } = message.options
    const lastId = since.kind === 'position' ? formatPosition(since.position) : ''
    const end = this.open(queryOf(message, this.hello), lastId, {
      begun: () => {
        stream.isGranted = true
        this.ear.hear({ kind: 'subscribed', request: message.request, subscription })
        this.probe?.cut()
        this.probe = null
      },
      refused: (code, detail) => {
        streams.delete(message.selector)
        const refusal = { code: isRefusal(code) ? code : 'invalidSelector', detail } as const
        this.ear.hear({ kind: 'refused', request: message.request, refusal })
      },
      event: (event) => this.came([stream], event),
      retry: (ms) => this.ear.hear({ kind: 'draining', reconnectAfterMs: ms }),
      ended: () => {
        if (stream.isGranted) this.ended()
      },
    })
    const stream: Stream = { message, subscription, end, lastId, isGranted: false }
    streams.set(message.selector, stream)
  }

  private unsubscribe(selector: string, request: number): void {
    const stream = this.identity.streams.get(selector)
    stream?.end.cut()
    this.identity.streams.delete(selector)
    if (stream) this.ear.hear({ kind: 'done', request, count: 1 })
    else this.ear.hear({ kind: 'refused', request, refusal: { code: 'notFound', detail: '' } })
  }

  private open(query: string, lastId: string, news: ConstructorParameters<typeof StreamEnd>[3]): StreamEnd {
    const headers = { ...headersOf(this.hello), ...(lastId && { 'last-event-id': lastId }) }
    const end = new StreamEnd(this.port, `/sse?${query}`, headers, news)
    if (this.isStalled) end.stall()
    return end
  }

  /** An event of the stream that serves these. */
  private came(streams: readonly Stream[], event: EventSourceMessage): void {
    this.news += 1
    for (const stream of streams) stream.lastId = event.id ?? stream.lastId
    const data = dataOf(event)
    const position = positionOf(event)
    this.hear(streams, event, data)
    if (position && event.event !== 'synced') this.ear.hear({ kind: 'position', position })
    this.ear.frameHeard()
  }

  private hear(streams: readonly Stream[], event: EventSourceMessage, data: EventData): void {
    const position = positionOf(event)
    if (event.event === 'synced') {
      if (position && this.gapPath === null) this.synced(streams, position)
      this.gapPath = null
    } else if (event.event === 'resync') this.resync(data)
    else if (event.event === 'closed') this.closedFor = data.reason && isCloseReason(data.reason) ? data.reason : null
    else {
      const isGap = this.gapPath !== null && this.gapPath === data.path
      this.ear.hear(heardOf(event, data, this.identity.held, this.topicIdOf(data.path ?? ''), isGap))
    }
  }

  private synced(streams: readonly Stream[], position: Position): void {
    this.identity.epoch = position.epoch
    for (const { subscription } of streams) this.ear.hear({ kind: 'synced', subscription, position })
  }

  private resync({ reason, topics = [], selectors = [] }: EventData): void {
    // Of one topic of a stream of each update: the suite knows that as the update behind a gap.
    if (reason === 'overflow') this.gapPath = topics[0] ?? null
    else if (reason === 'epoch' || reason === 'history')
      this.ear.hear({ kind: 'resynchronised', reason, topics, selectors })
  }

  private topicIdOf(path: string): number {
    const { topicIds } = this.identity
    const id = topicIds.get(path) ?? topicIds.size + 1
    topicIds.set(path, id)
    return id
  }

  /** Asked beside the stream, by whoever opened it. */
  private ask(message: ClientMessage): void {
    if (this.identified?.kind !== 'accepted') return
    this.gateway.request(this.identified.principal, message, (reply) => {
      if (!this.isOver) this.ear.hear(reply)
    })
  }

  /** Until the gateway has noticed. */
  private async leave(): Promise<void> {
    this.hangUp()
    this.identity.streams.clear()
    await this.quiet()
    this.over('bye')
  }

  private async pong(nonce: number): Promise<void> {
    await this.quiet()
    if (!this.isOver) this.ear.hear({ kind: 'pong', nonce })
  }

  private async quiet(): Promise<void> {
    let before = this.news
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.news !== before) quiet = 0
      before = this.news
    }
  }

  /** The gateway ended a stream. */
  private ended(): void {
    this.over(this.closedFor ?? 'linkLost')
  }

  private over(reason: CloseReason): void {
    if (this.isOver) return
    this.isOver = true
    this.hangUp()
    this.ear.closed(reason)
  }

  private hangUp(): void {
    this.probe?.cut()
    for (const { end } of this.identity.streams.values()) end.cut()
  }
}

const isCloseReason = (name: string): name is CloseReason => name in closeReasons

const isRefusal = (name: string): name is keyof typeof refusals => name in refusals
