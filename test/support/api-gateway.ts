/** A gateway behind the HTTP API, over real sockets and on real time. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { NodeClock } from '../../cli/node-clock.js'
import type { GatewayMessage, GatewayOptions } from '../../core/index.js'
import { Gateway } from '../../core/index.js'
import type { Transport } from '../../net/index.js'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import { transport } from '../../transports/http/index.js'
import { publication } from './memory-peer.js'
import { Random } from './random.js'

/** What a test may choose. */
export interface ApiOptions {
  readonly http?: object
  readonly api?: object
  readonly gateway?: Partial<GatewayOptions>
  readonly frameBytesMax?: number
}

/** What came over a bare socket. */
export interface RawAnswer {
  readonly status: number
  readonly text: string
}

/** Its address, calls to it, and what it holds. */
export class ApiGateway {
  private constructor(
    /** What went to the log. */
    readonly warnings: readonly string[],
    readonly gateway: Gateway,
    readonly http: HttpListener,
    readonly running: Transport,
    private readonly ports: { readonly port: number; readonly securePort: number },
  ) {}

  get port(): number {
    return this.ports.port
  }

  get securePort(): number {
    return this.ports.securePort
  }

  static async start({
    http: settings = {},
    api = {},
    gateway: chosen = {},
    frameBytesMax = 1_048_576,
  }: ApiOptions = {}) {
    const random = new Random(1)
    const gateway = new Gateway({ clock: new NodeClock(), random: (count) => random.bytes(count), ...chosen })
    const http = new HttpListener(parseHttpOptions({ port: 0, ...settings }))
    const warnings: string[] = []
    const log = {
      info: () => undefined,
      warn: (fields: object, text: string) => warnings.push(`${text} ${String(Reflect.get(fields, 'err'))}`),
    }
    const running = transport.create(transport.parseOptions(api), { gateway, http, log, frameBytesMax })
    await running.listen()
    const { port, secured } = await http.listen()
    return new ApiGateway(warnings, gateway, http, running, { port, securePort: secured?.port ?? 0 })
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}/api/v1`
  }

  call(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.base}${path}`, init)
  }

  put(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return this.call(path, { method: 'PUT', body: Buffer.from(body), headers })
  }

  /** Publishes as somebody else does, not over HTTP. */
  publish(path: string, value: string | Uint8Array, more: object = {}): void {
    const anybody = { name: 'anybody', roles: [], rootPath: '', properties: {} }
    this.gateway.request(anybody, publication(path, value, { sequence: 1, ...more }), (answer: GatewayMessage) => {
      if (answer.kind !== 'accepted') throw new Error(`not published: ${JSON.stringify(answer)}`)
    })
  }

  /** Counters of the transport that are not 0. */
  counted(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.running.counters?.() ?? {}).filter(([, count]) => count !== 0))
  }

  /** A bare socket to it. */
  async dial(): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    await once(socket, 'connect')
    return socket
  }

  /** Sends these bytes as they are, and hears until the other side closes. */
  async raw(bytes: string | Uint8Array): Promise<RawAnswer> {
    const socket = await this.dial()
    socket.write(bytes)
    const text = await heardOf(socket)
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }
  }

  async close(): Promise<void> {
    this.gateway.close()
    await this.running.close()
    await this.http.close()
  }
}

/** All that comes until the other side closes. */
export async function heardOf(socket: Socket): Promise<string> {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(pieces).toString('latin1')
}

/** The code of a problem, or the status where it is none. */
export async function codeOf(answer: Response): Promise<string> {
  const isProblem = answer.headers.get('content-type') === 'application/problem+json'
  const document = isProblem ? Object(await answer.json()) : null
  return document === null ? String(answer.status) : `${answer.status} ${document.code}`
}
