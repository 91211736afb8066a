/** A gateway with event streams on a real socket, and readers of them. */
import { once } from 'node:events'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'
import { NodeClock } from '../../../cli/node-clock.js'
import type { GatewayOptions, Publish } from '../../../core/index.js'
import { Gateway } from '../../../core/index.js'
import type { HttpListening } from '../../../net/http-listener.js'
import type { Transport } from '../../../net/index.js'
import { HttpListener, parseHttpOptions } from '../../../net/index.js'
import { transport } from '../../../transports/sse/index.js'
import { within } from '../deadline.js'
import { publication } from '../memory-peer.js'
import { Random } from '../random.js'
import { principal } from '../scripted-access.js'

const clerk = principal('clerk')

/** What a gateway is made of, as a test chooses. */
export interface StreamWorld {
  readonly sse?: object
  readonly http?: object
  readonly gateway?: Partial<GatewayOptions>
}

export class StreamGateway {
  private readonly readers: StreamReader[] = []

  private constructor(
    readonly gateway: Gateway,
    readonly http: HttpListener,
    readonly running: Transport,
    private readonly listening: HttpListening,
    readonly failures: readonly unknown[],
  ) {}

  get port(): number {
    return this.listening.port
  }

  /** Of the port behind a certificate; 0: there is none. */
  get securedPort(): number {
    return this.listening.secured?.port ?? 0
  }

  static async open({
    sse = {},
    http: httpOptions = {},
    gateway: options = {},
  }: StreamWorld = {}): Promise<StreamGateway> {
    const random = new Random(7)
    const failures: unknown[] = []
    const failed = (error: unknown) => failures.push(error)
    const gateway = new Gateway({ clock: new NodeClock(), random: (count) => random.bytes(count), failed, ...options })
    const http = new HttpListener(parseHttpOptions({ port: 0, ...httpOptions }))
    const log = { info: () => undefined, warn: () => undefined }
    const services = { gateway, http, log, frameBytesMax: 1_048_576 }
    const running = transport.create(transport.parseOptions(sse), services)
    await running.listen()
    return new StreamGateway(gateway, http, running, await http.listen(), failures)
  }

  publish(path: string, value: string | Uint8Array, more: Partial<Publish> = {}): void {
    this.gateway.request(clerk, publication(path, value, { sequence: 1, ...more }), () => undefined)
  }

  remove(selector: string): void {
    this.gateway.request(clerk, { kind: 'remove', request: 1, selector }, () => undefined)
  }

  /** Asks for a stream and waits for the head of the answer. */
  async read(query: string, headers: OutgoingHttpHeaders = {}): Promise<StreamReader> {
    const reader = await StreamReader.open(this.port, `/sse?${query}`, headers)
    this.readers.push(reader)
    return reader
  }

  /** Until nothing that began is still open. */
  async emptied(): Promise<void> {
    await until(
      'no streams',
      () => this.running.counters?.().connections === 0 && this.gateway.statistics().links === 0,
    )
  }

  async close(): Promise<void> {
    for (const reader of this.readers) reader.cut()
    this.gateway.close()
    await this.running.close()
    await this.http.close()
  }
}

/** Lets the loop turn until something is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const turns = async () => {
    while (!isSo() && !isLate) await new Promise((resolve) => setImmediate(resolve))
  }
  let isLate = false
  try {
    await within(what, turns())
  } finally {
    isLate = true
  }
}

/** One event, its data read. */
export interface HeardEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** A client that reads a stream as another's parser does. */
export class StreamReader {
  readonly events: HeardEvent[] = []
  readonly retries: number[] = []
  readonly comments: string[] = []
  /** Everything that came, as text. */
  text = ''
  hasEnded = false

  private constructor(
    private readonly asking: ClientRequest,
    readonly answer: IncomingMessage,
  ) {
    const parser = createParser({
      onEvent: (event) => this.events.push(read(event)),
      onRetry: (ms) => this.retries.push(ms),
      onComment: (comment) => this.comments.push(comment),
    })
    answer.setEncoding('utf8')
    answer.on('data', (text: string) => {
      this.text += text
      parser.feed(text)
    })
    answer.on('error', () => undefined)
    answer.on('close', () => {
      this.hasEnded = true
    })
  }

  static async open(port: number, path: string, headers: OutgoingHttpHeaders = {}): Promise<StreamReader> {
    const { method = 'GET', ...fields } = headers
    const asking = request({ port, host: '127.0.0.1', path, method: String(method), headers: fields, agent: false })
    asking.end()
    const [answer] = await within(`an answer to ${path}`, once(asking, 'response'))
    asking.on('error', () => undefined)
    return new StreamReader(asking, answer)
  }

  get status(): number {
    return this.answer.statusCode ?? 0
  }

  /** The id of the last event that has one. */
  get lastId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? ''
  }

  names(): string[] {
    return this.events.map(({ event }) => event)
  }

  /** Values of updates, in order. */
  values(path?: string): unknown[] {
    const updates = this.events.filter(
      ({ event, data }) => event === 'update' && (path === undefined || data.path === path),
    )
    return updates.map(({ data }) => data.value)
  }

  async until(what: string, isSo: (reader: this) => boolean): Promise<this> {
    await until(what, () => isSo(this))
    return this
  }

  /** The nth event of a name. */
  async event(name: string, count = 1): Promise<HeardEvent> {
    const found = () => this.events.filter(({ event }) => event === name)[count - 1]
    await this.until(`${name} ${count}`, () => found() !== undefined)
    const event = found()
    if (!event) throw new Error(`no ${name}`)
    return event
  }

  async ended(): Promise<this> {
    return this.until('the end of the stream', () => this.hasEnded)
  }

  /** The problem that was answered. */
  async problem(): Promise<{ status: number; code: string; detail: string }> {
    await this.ended()
    const { status, code, detail } = JSON.parse(this.text)
    return { status, code, detail }
  }

  stall(): void {
    this.answer.pause()
  }

  unstall(): void {
    this.answer.resume()
  }

  cut(): void {
    this.asking.destroy()
  }
}

function read({ event = 'message', id, data }: EventSourceMessage): HeardEvent {
  return { event, id, data: JSON.parse(data) }
}
