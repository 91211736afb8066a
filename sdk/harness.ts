/** What the SDK's tests share: time that stands still, and a gateway that says what the test tells it to. */
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'
import { decodeFromClient, FrameEncoder } from '../codecs/protobuf/index.js'
import type { Acknowledge, ClientMessage, GatewayMessage, Welcome } from '../core/index.js'
import type { ConnectOptions, Session, Subscription, SubscriptionOptions, Update } from './index.js'
import { connect } from './index.js'
import type { ClientSocket, SocketConstructor, SocketEvent } from './socket.js'
import type { ClientClock } from './system-clock.js'

interface Alarm {
  readonly dueMs: number
  readonly task: () => void
}

/** Time that passes when a test says so. */
export class SimulatedClock implements ClientClock {
  private timeNowMs = 1_000
  private alarms: Alarm[] = []

  nowMs(): number {
    return this.timeNowMs
  }

  /** Tasks that wait for their time. */
  get waiting(): number {
    return this.alarms.length
  }

  after(delayMs: number, task: () => void): () => void {
    const alarm = { dueMs: this.timeNowMs + delayMs, task }
    this.alarms.push(alarm)
    return () => {
      this.alarms = this.alarms.filter((each) => each !== alarm)
    }
  }

  /** Lets time pass, and everything happen that becomes due meanwhile. */
  async pass(ms: number): Promise<void> {
    const endMs = this.timeNowMs + ms
    for (let next = this.next(endMs); next !== undefined; next = this.next(endMs)) {
      this.timeNowMs = Math.max(this.timeNowMs, next.dueMs)
      this.alarms = this.alarms.filter((each) => each !== next)
      next.task()
      await settled()
    }
    this.timeNowMs = endMs
  }

  /** Time passes while nothing can happen, as in a page in the background; what is due happens late, once. */
  oversleep(ms: number): void {
    this.timeNowMs += ms
    const due = this.alarms.filter((alarm) => alarm.dueMs <= this.timeNowMs)
    this.alarms = this.alarms.filter((alarm) => !due.includes(alarm))
    for (const { task } of due) task()
  }

  private next(endMs: number): Alarm | undefined {
    const due = this.alarms.filter((alarm) => alarm.dueMs <= endMs)
    return due.sort((one, other) => one.dueMs - other.dueMs)[0]
  }
}

/** Everything that promises and microtasks had to do is done. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** For what a test starts and does not wait for; how it ends is of no interest. */
export function unawaited(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}

/** An update in the words of gateway.proto; numbers and flags that are left out are absent. */
export interface RawUpdate {
  readonly topic: number
  readonly path?: string
  readonly value?: string
  readonly delta?: Uint8Array
  readonly offset?: number
  readonly time?: number
  readonly skipped?: number
  readonly elapsed?: number
  readonly back?: number
  readonly type?: 'JSON' | 'STRING' | 'INT64' | 'DOUBLE' | 'BINARY'
  readonly snapshot?: boolean
  readonly removed?: boolean
  readonly gap?: boolean
  readonly valueless?: boolean
}

const schema = protobuf.loadSync(fileURLToPath(new URL('../proto/gateway.proto', import.meta.url)))
const fromGateway = schema.lookupType('rivulet.v1.FromGateway')
const encoder = new FrameEncoder()
const terms = { acknowledgeBytes: 40_000, acknowledgeMs: 100 }
const text = new TextEncoder()

/** One life of a gateway's log. */
export const epoch = '00112233445566ff'
export const otherEpoch = 'aaaaaaaaaaaaaaaa'

/** One end of a socket without a network: the test is the other. */
export class FakeSocket implements ClientSocket {
  binaryType = 'blob'
  readonly messages: ClientMessage[] = []
  readonly acknowledgements: (Pick<Acknowledge, 'offset' | 'held'> & { readonly bytes: number })[] = []
  /** Frames that the client sent. */
  frames = 0
  /** What the client closed with; null: it has not. */
  closedWith: number | null = null
  /** Bytes sent to the client. */
  sentBytes = 0
  private readonly listeners: { readonly type: string; readonly listener: (event: SocketEvent) => void }[] = []

  constructor(
    readonly url: string,
    readonly protocols: readonly string[],
  ) {}

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.listeners.push({ type, listener })
  }

  send(data: Uint8Array): void {
    this.frames += 1
    const outcome = decodeFromClient(data, {
      peer: '',
      received: (message) => this.messages.push(message),
      acknowledged: (bytes, { offset, held }) => this.acknowledgements.push({ bytes, offset, held }),
    })
    if (outcome.kind === 'malformed') throw new Error(`the client sent something malformed: ${outcome.why}`)
  }

  close(code?: number): void {
    this.closedWith ??= code ?? 1005
  }

  open(): void {
    this.emit({ type: 'open' })
  }

  /** The gateway, or the network, ends the link. */
  cut(code = 1006, reason = ''): void {
    this.emit({ type: 'close', code, reason })
  }

  /** The platform says what is wrong; a close follows. */
  fail(message: string): void {
    this.emit({ type: 'error', message })
    this.cut()
  }

  reply(...messages: GatewayMessage[]): void {
    this.deliver(encoder.encodeReplies(messages, null, terms).slice())
  }

  /** One frame of updates; `standing` where something older is held back. */
  update(
    updates: readonly RawUpdate[],
    standing?: { offset: number; held: { topic: number; offset: number }[] },
  ): void {
    const encoded = updates.map(({ value, ...rest }) => ({
      ...rest,
      ...(value !== undefined && { value: text.encode(value) }),
    }))
    this.deliver(fromGateway.encode(fromGateway.fromObject({ updates: encoded, standing })).finish())
  }

  deliver(frame: Uint8Array): void {
    this.sentBytes += frame.length
    this.emit({ type: 'message', data: new Uint8Array(frame).buffer })
  }

  emit(event: SocketEvent): void {
    for (const { type, listener } of this.listeners) if (type === event.type) listener(event)
  }

  /** The messages of one kind that the client sent. */
  heard<Kind extends ClientMessage['kind']>(kind: Kind): Extract<ClientMessage, { kind: Kind }>[] {
    return this.messages.filter((message): message is Extract<ClientMessage, { kind: Kind }> => message.kind === kind)
  }
}

/** Opens sockets for a client and keeps them. */
export class FakeGateway {
  readonly sockets: FakeSocket[] = []
  readonly webSocket: SocketConstructor

  constructor() {
    const { sockets } = this
    this.webSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        sockets.push(this)
      }
    }
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1)
    if (socket === undefined) throw new Error('the client has not opened a socket')
    return socket
  }

  /** Takes the newest link: opens it, hears the hello, welcomes it. */
  async accept(welcome: Partial<Welcome> = {}): Promise<FakeSocket> {
    const { socket } = this
    socket.open()
    await settled()
    socket.reply(welcomeOf(welcome))
    await settled()
    return socket
  }
}

export function welcomeOf(given: Partial<Welcome> = {}): Welcome {
  return {
    kind: 'welcome',
    version: 1,
    start: 'new',
    sessionId: 'session-1',
    token: Uint8Array.of(1, 2, 3),
    epoch,
    sessionTimeoutMs: 300_000,
    keepAliveMs: 30_000,
    messageBytesMax: 1_048_576,
    sequence: 0,
    ...given,
  }
}

/** A live session, its gateway, and the time. */
export interface Scene {
  readonly session: Session
  readonly gateway: FakeGateway
  readonly clock: SimulatedClock
  /** The first link. */
  readonly socket: FakeSocket
}

/** Half of every longest wait, so that tests can say when. */
const random = (): number => 0.5

/** What `connect` is given, and whom it will talk to. */
export function prepare(options: ConnectOptions = {}): {
  gateway: FakeGateway
  clock: SimulatedClock
  options: ConnectOptions
} {
  const gateway = new FakeGateway()
  const clock = new SimulatedClock()
  return { gateway, clock, options: { webSocket: gateway.webSocket, clock, random, ...options } }
}

export async function openSession(given: ConnectOptions = {}, welcome: Partial<Welcome> = {}): Promise<Scene> {
  const { gateway, clock, options } = prepare(given)
  const opening = connect('ws://gateway/ws', options)
  await settled()
  const socket = await gateway.accept(welcome)
  return { session: await opening, gateway, clock, socket }
}

/** The gateway answers the newest subscribe with a number and, once its snapshot was sent, with `synced`. */
export function answerSubscribe(
  socket: FakeSocket,
  subscription: number,
  offset: number,
  updates: readonly RawUpdate[] = [],
): void {
  const subscribe = socket.heard('subscribe').at(-1)
  if (subscribe === undefined) throw new Error('the client has not subscribed')
  socket.reply({ kind: 'subscribed', request: subscribe.request, subscription })
  if (updates.length > 0) socket.update(updates)
  socket.reply({ kind: 'synced', subscription, position: { epoch, offset, held: [] } })
}

/** Updates in few words: the path, then the value, with `-` for a removal and `*` for a snapshot. */
export function brief(update: Update): string {
  const mark = update.snapshot ? '*' : ''
  return update.removed
    ? `${mark}-${update.path}`
    : `${mark}${update.path}=${String(update.value)}${update.gap ? ' after a gap' : ''}`
}

/** What a subscription tells from now on, in few words. */
export function listen(subscription: Subscription): string[] {
  const told: string[] = []
  subscription.on('update', (update) => told.push(brief(update)))
  subscription.on('synced', () => told.push('synced'))
  subscription.on('resynchronised', ({ reason }) => told.push(`lost: ${reason}`))
  subscription.on('closed', (error) => told.push(`closed: ${error?.code ?? 'by us'}`))
  return told
}

export interface Subscribed extends Scene {
  readonly subscription: Subscription
  readonly told: string[]
}

/** A session with one subscription, which the gateway calls 1 and has brought up to offset 10. */
export async function subscribed(selector: string, options: SubscriptionOptions = {}): Promise<Subscribed> {
  const scene = await openSession()
  const subscription = scene.session.subscribe(selector, options)
  const told = listen(subscription)
  await settled()
  answerSubscribe(scene.socket, 1, 10)
  told.length = 0
  return { ...scene, subscription, told }
}
