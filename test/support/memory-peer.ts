import type {
  ClientMessage,
  CloseReason,
  Gateway,
  Hello,
  Position,
  Publish,
  Subscribe,
  SubscribeOptions,
  Unsubscribe,
} from '../../core/index.js'
import { parseSelector, selectorMatches } from '../../core/index.js'
import type { Arrived, ArrivedFrame, ArrivedUpdate, HeldCopy } from '../../transports/memory/pipe.js'
import { MemoryLink } from '../../transports/memory/pipe.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** UTF-8 bytes of a text. */
export const bytes = (text: string): Uint8Array => encoder.encode(text)
/** The text of UTF-8 bytes. */
export const text = (value: Uint8Array): string => decoder.decode(value)

/** A hello that asks for nothing special. */
export const plainHello: Hello = {
  kind: 'hello',
  versions: [1],
  credentials: { peer: '' },
  features: { deltas: true, deflate: false },
  resume: null,
  sessionTimeoutMs: 60_000,
  keepAliveMs: 3_600_000,
  bytesPerSecondMax: 0,
  agent: 'test',
}

/** Options of a subscription that leaves everything to the topic. */
export const plainOptions: SubscribeOptions = {
  snapshot: true,
  intervalMs: 0,
  delivery: null,
  priority: null,
  since: { kind: 'now' },
  overflow: 'conflate',
}

/** A publish with nothing but a path and a value. */
export function publication(path: string, value: string | Uint8Array, more: Partial<Publish> = {}): Publish {
  return {
    kind: 'publish',
    sequence: 0,
    path,
    alias: 0,
    value: typeof value === 'string' ? bytes(value) : value,
    type: null,
    merge: false,
    timeMs: 0,
    lifetimeMs: 0,
    attributes: null,
    handling: null,
    expect: null,
    properties: null,
    ...more,
  }
}

/**
 * A client on a memory link: says what a test wants, remembers all it hears, and keeps the copies that a client keeps. While it
 * stalls, what arrives waits unread and unacknowledged; what is unread when the link is cut is lost.
 */
export class MemoryPeer {
  readonly heard: Arrived[] = []
  /** Paths of which a delta came, though nothing was held for it to be against. */
  readonly puzzled: string[] = []
  closedFor: CloseReason | null = null
  token: Uint8Array | null = null
  /** The position that it applied. */
  position: Position = { epoch: '', offset: 0, held: [] }
  link: MemoryLink | null = null
  private readonly gateway: Gateway
  private readonly copies = new Map<number, HeldCopy>()
  /** The topic of each path that has the newest copy. */
  private readonly newest = new Map<string, number>()
  private readonly synced = new Set<number>()
  /** What to ask for again where the gateway does not know the session any more. */
  private readonly wanted = new Map<string, SubscribeOptions>()
  private requests = 0
  /** Selectors by the requests that were not answered yet, and those of which the gateway said that they stand. */
  private readonly asked = new Map<number, string>()
  private readonly leaving = new Map<number, string>()
  private readonly standing = new Set<string>()
  private unread: ArrivedFrame[] = []
  private isStalled = false

  /** `Pipe`: what its links are made of. `later`: when it answers what arrives, which on a simulated network is not at once. */
  constructor(
    gateway: Gateway,
    private readonly Pipe = MemoryLink,
    private readonly later = (task: () => void) => task(),
  ) {
    this.gateway = gateway
  }

  get updates(): ArrivedUpdate[] {
    return this.heard.filter((item) => item.kind === 'update')
  }

  /** Current values by path, as an application would see them. */
  get values(): Map<string, string> {
    return new Map(Array.from(this.copies.values(), (copy) => [copy.path, text(copy.value)]))
  }

  /** Opens a link and greets, knowing nothing. */
  connect(hello: Partial<Hello> = {}, windowBytes = 1_000_000): this {
    this.copies.clear()
    this.token = null
    return this.open(hello, windowBytes)
  }

  /** Comes back with the token, the position and the copies that it has. */
  resume(hello: Partial<Hello> = {}, windowBytes = 1_000_000): this {
    const resume = this.token ? { token: this.token, position: this.position, synced: [...this.synced] } : null
    return this.open({ ...hello, resume }, windowBytes)
  }

  send(message: ClientMessage): void {
    this.link?.push(message)
  }

  subscribe(selector: string, options: Partial<SubscribeOptions> = {}): number {
    this.wanted.set(selector, { ...plainOptions, ...options })
    const message = this.asking(selector)
    this.send(message)
    return message.request
  }

  /** Ends a subscription. Once that is confirmed, what no other covers that stands by then is not held any more. */
  unsubscribe(selector: string): void {
    this.wanted.delete(selector)
    this.send(this.leavingOf(selector))
  }

  publish(path: string, value: string, more: Partial<Publish> = {}): void {
    this.send(publication(path, value, more))
  }

  /** Stops reading: what arrives occupies the window. */
  stall(): void {
    this.isStalled = true
  }

  /** Reads what has waited, and whatever comes from now on. */
  unstall(): void {
    this.isStalled = false
    while (!this.isStalled && this.unread.length > 0) this.readOne()
  }

  /** The network fails: what was not read is lost. */
  cut(): void {
    this.unread = []
    this.link?.cut()
  }

  private open(hello: Partial<Hello>, windowBytes: number): this {
    this.closedFor = null
    const end = {
      arrived: (frame: ArrivedFrame) => this.arrived(frame),
      closed: (reason: CloseReason) => this.closed(reason),
    }
    this.link = new this.Pipe(end, windowBytes, this.copies)
    this.link.join(this.gateway.attach(this.link, 'memory', 'test'))
    this.send({ ...plainHello, ...hello })
    return this
  }

  private leavingOf(selector: string): Unsubscribe {
    this.requests += 1
    this.leaving.set(this.requests, selector)
    return { kind: 'unsubscribe', request: this.requests, selector }
  }

  private asking(selector: string): Subscribe {
    this.requests += 1
    this.asked.set(this.requests, selector)
    return { kind: 'subscribe', request: this.requests, selector, options: this.wanted.get(selector) ?? plainOptions }
  }

  private arrived(frame: ArrivedFrame): void {
    this.unread.push(frame)
    if (!this.isStalled) this.unstall()
  }

  private closed(reason: CloseReason): void {
    this.closedFor = reason
  }

  private readOne(): void {
    const frame = this.unread.shift()
    for (const item of frame?.items ?? []) this.take(item)
    if (frame) this.move(frame)
    const { offset, held } = this.position
    this.send({ kind: 'acknowledge', offset, held })
    this.link?.drain(frame?.bytes ?? 0)
  }

  private take(item: Arrived): void {
    this.heard.push(item)
    if (item.kind === 'welcome') this.token = item.token
    if (item.kind === 'welcome' && item.start === 'new') this.beginAnew(item.epoch)
    if (item.kind === 'welcome' && item.start !== 'new') this.askAgain()
    if (item.kind === 'resynchronised') this.forget({ ...this.position, offset: 0, held: [] })
    if (item.kind === 'synced') this.synced.add(item.subscription)
    if (item.kind === 'synced' && item.position.offset >= this.position.offset) this.position = item.position
    if (item.kind === 'subscribed') this.subscribed(item.request)
    if (item.kind === 'done' || item.kind === 'refused') this.left(item.request)
    if (item.kind === 'update') this.apply(item)
  }

  private subscribed(request: number): void {
    this.standing.add(this.asked.get(request) ?? '')
    this.asked.delete(request)
  }

  /** The link failed before these were answered: whether they were heard is not known. */
  private askAgain(): void {
    const [leaving, asked] = [[...this.leaving.values()], new Set(this.asked.values())]
    this.leaving.clear()
    this.asked.clear()
    const stillWanted = [...asked].filter((selector) => this.wanted.has(selector))
    this.answer([
      ...leaving.map((selector) => this.leavingOf(selector)),
      ...stillWanted.map((selector) => this.asking(selector)),
    ])
  }

  private answer(messages: readonly ClientMessage[]): void {
    const { link } = this
    this.later(() => {
      if (this.link === link) for (const message of messages) this.send(message)
    })
  }

  private left(request: number): void {
    const ended = this.leaving.get(request)
    if (ended === undefined) return
    this.leaving.delete(request)
    this.standing.delete(ended)
    const covers = (selector: string, path: string) => {
      const parsed = parseSelector(selector)
      return parsed.kind === 'selector' && selectorMatches(parsed.selector, path.split('/'))
    }
    for (const [id, { path }] of this.copies) {
      const isCovered = [...this.standing].some((selector) => covers(selector, path))
      if (covers(ended, path) && !isCovered) this.copies.delete(id)
    }
  }

  private beginAnew(epoch: string): void {
    this.forget({ epoch, offset: 0, held: [] })
    this.standing.clear()
    this.leaving.clear()
    this.asked.clear()
    for (const [selector, options] of this.wanted) this.wanted.set(selector, { ...options, snapshot: true })
    this.answer([...this.wanted.keys()].map((selector) => this.asking(selector)))
  }

  /** What was held cannot be built upon: the gateway tells everything again. */
  private forget(position: Position): void {
    this.position = position
    this.synced.clear()
    this.copies.clear()
  }

  private apply(update: ArrivedUpdate): void {
    if (update.isDelta && !this.copies.has(update.topicId)) this.puzzled.push(update.path)
    for (const id of [update.topicId, this.newest.get(update.path) ?? 0]) {
      if ((this.copies.get(id)?.offset ?? update.offset) < update.offset) this.copies.delete(id)
    }
    if (update.isRemoved) return
    this.copies.set(update.topicId, update)
    if ((this.copies.get(this.newest.get(update.path) ?? 0)?.offset ?? 0) < update.offset)
      this.newest.set(update.path, update.topicId)
  }

  /** A frame moves the position to where it says, or else to its newest update with nothing held back. [PROTOCOL 4] */
  private move(frame: ArrivedFrame): void {
    const stated = frame.items.find((item) => item.kind === 'position')
    const changes = frame.items.filter((item) => item.kind === 'update' && !item.isSnapshot)
    if (stated) this.position = stated.position
    else if (changes.length > 0) {
      const offsets = changes.map((item) => (item.kind === 'update' ? item.offset : 0))
      this.position = { ...this.position, offset: Math.max(this.position.offset, ...offsets), held: [] }
    }
  }
}
