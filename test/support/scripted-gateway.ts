/** A gateway without a network, that says to the SDK what a test tells it to. */
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'
import { decodeFromClient, FrameEncoder } from '../../codecs/protobuf/index.js'
import type { Acknowledge, ClientMessage, GatewayMessage, Welcome } from '../../core/index.js'
import type { ClientSocket, SocketConstructor, SocketEvent } from '../../sdk/index.js'

/** Everything that promises and microtasks had to do is done. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

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

const schema = protobuf.loadSync(fileURLToPath(new URL('../../proto/gateway.proto', import.meta.url)))
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

function welcomeOf(given: Partial<Welcome> = {}): Welcome {
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
