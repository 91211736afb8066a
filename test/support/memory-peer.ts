import type {
  ClientMessage,
  CloseReason,
  Gateway,
  Hello,
  Position,
  Publish,
  SubscribeOptions,
} from '../../core/index.js'
import type { Arrived, ArrivedUpdate } from '../../transports/memory/pipe.js'
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
  keepAliveMs: 0,
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
    expect: null,
    properties: null,
    ...more,
  }
}

/** A client on a memory link: says what a test wants, remembers all it hears, and keeps the copy that a client would keep. */
export class MemoryPeer {
  heard: Arrived[] = []
  closedFor: CloseReason | null = null
  /** Current values by path, as an SDK would hold them. */
  readonly values = new Map<string, string>()
  token: Uint8Array | null = null
  position: Position = { epoch: '', offset: 0, held: [] }
  link: MemoryLink | null = null
  private readonly gateway: Gateway
  private requests = 0
  private unread = 0
  private isStalled = false

  constructor(gateway: Gateway) {
    this.gateway = gateway
  }

  get updates(): ArrivedUpdate[] {
    return this.heard.filter((item) => item.kind === 'update')
  }

  /** Opens a link and greets; with `resume` as the session before. */
  connect(hello: Partial<Hello> = {}, windowBytes = 1_000_000): this {
    const copies = hello.resume ? this.link?.copies : undefined
    this.closedFor = null
    this.unread = 0
    this.link = new MemoryLink(
      { arrived: (item) => this.take(item), closed: (reason) => this.close(reason) },
      windowBytes,
      copies,
    )
    this.link.join(this.gateway.attach(this.link, 'memory', 'test'))
    this.send({ ...plainHello, ...hello })
    return this
  }

  /** Comes back with the token and the position that it applied. */
  resume(hello: Partial<Hello> = {}, windowBytes = 1_000_000): this {
    const resume = this.token ? { token: this.token, position: this.position } : null
    return this.connect({ ...hello, resume }, windowBytes)
  }

  send(message: ClientMessage): void {
    this.link?.push(message)
  }

  subscribe(selector: string, options: Partial<SubscribeOptions> = {}): number {
    this.requests += 1
    this.send({ kind: 'subscribe', request: this.requests, selector, options: { ...plainOptions, ...options } })
    return this.requests
  }

  publish(path: string, value: string, more: Partial<Publish> = {}): void {
    this.send(publication(path, value, more))
  }

  /** Stops reading: what arrives occupies the window. */
  stall(): void {
    this.isStalled = true
  }

  unstall(): void {
    this.isStalled = false
    this.link?.drain(this.unread)
    this.unread = 0
  }

  /** Reads what has come; a client does so all the time unless it stalls. */
  read(): void {
    if (!this.isStalled) this.unstall()
  }

  private close(reason: CloseReason): void {
    this.closedFor = reason
  }

  private take(item: Arrived): void {
    this.heard.push(item)
    this.unread += 1_000_000
    if (item.kind === 'welcome') this.token = item.token
    if (item.kind === 'welcome' && item.start === 'new') this.position = { epoch: item.epoch, offset: 0, held: [] }
    if (item.kind === 'synced' && item.position.offset >= this.position.offset) this.position = item.position
    if (item.kind === 'position') this.position = item.position
    if (item.kind === 'update') this.apply(item)
  }

  private apply(update: ArrivedUpdate): void {
    if (update.isRemoved) this.values.delete(update.path)
    else this.values.set(update.path, text(update.value))
    if (!update.isSnapshot && update.offset > this.position.offset)
      this.position = { ...this.position, offset: update.offset, held: [] }
  }
}
