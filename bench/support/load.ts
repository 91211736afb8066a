import { z } from 'zod'
import { compileLoadClient } from './compile.js'
import { LineProcess } from './line-process.js'
import type { Place, Server } from './server.js'

/** Options of the load client; bench/load/options.h says what each means. */
export interface LoadOptions {
  readonly subscribers: number
  readonly topics?: number
  readonly own?: number
  readonly deep?: boolean
  readonly asking?: 'each' | 'branch' | 'everything' | 'nothing' | 'lines'
  readonly subscriptions?: number
  readonly publishers?: number
  /** What an HTTP server is asked, by as many connections as there are publishers; and how many values a batch has. */
  readonly requests?: 'put' | 'batch' | 'get' | 'unchanged'
  readonly lines?: number
  readonly mqttVersion?: 4 | 5
  readonly qos?: 0 | 1
  readonly interval?: number
  readonly delivery?: 'latest' | 'all'
  /** Every update must arrive; goes with `delivery: 'all'`, and with every rival that queues. */
  readonly complete?: boolean
  readonly snapshot?: boolean
  readonly deltas?: boolean
  readonly payload?: 'text' | 'quote' | 'stamped-quote' | 'match'
  readonly size?: number
  readonly sample?: number
  readonly track?: boolean
  readonly keep?: boolean
  readonly sessionTimeout?: number
}

/** How a server is spoken to. */
export type Dialect = 'rivulet' | 'plain' | 'socket.io' | 'mqtt' | 'sse' | 'plain-sse' | 'nchan' | 'http'

/** Which of a server's listeners each dialect is spoken to. */
const listeners: Readonly<Record<Dialect, string>> = {
  rivulet: 'websocket',
  plain: 'websocket',
  'socket.io': 'websocket',
  mqtt: 'mqtt',
  sse: 'sse',
  'plain-sse': 'sse',
  nchan: 'sse',
  http: 'http',
}

const deliveries = { latest: 1, all: 2 } as const

const connectedSchema = z.object({
  event: z.literal('connected'),
  ready: z.number(),
  missing: z.number(),
  snapshots: z.number(),
  seconds: z.number(),
})

const filledSchema = z.object({
  event: z.literal('filled'),
  topics: z.number(),
  taken: z.number(),
  seconds: z.number(),
})
const stalledSchema = z.object({ event: z.literal('stalled'), live: z.number(), unread: z.number() })
const eventSchema = (event: string) => z.object({ event: z.literal(event) })

const measuredSchema = z.object({
  event: z.literal('measured'),
  rate: z.number(),
  /** 1: it was given up early, since updates came far too late. */
  hopeless: z.number(),
  subscribers: z.number(),
  published: z.number(),
  expected: z.number(),
  received: z.number(),
  snapshots: z.number(),
  skipped: z.number(),
  repeated: z.number(),
  corrupt: z.number(),
  misrouted: z.number(),
  checked: z.number(),
  /** Topics of which a reader did not hold the newest value in the end. */
  stale: z.number(),
  refused: z.number(),
  resynchronised: z.number(),
  lost: z.number(),
  /** Publishes that the server was to acknowledge and has not. */
  unacknowledged: z.number(),
  values: z.number(),
  deltas: z.number(),
  frames: z.number(),
  reads: z.number(),
  bytes: z.number(),
  bytesUp: z.number(),
  /** What one reader would have got as plain JSON frames. */
  plainBytes: z.number(),
  /** Milliseconds from when an update was due to when it was read. */
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
  /** How late the publisher itself was. */
  lateP99: z.number(),
  lateMax: z.number(),
  seconds: z.number(),
  /** Cores. */
  serverCpu: z.number(),
  loadCpu: z.number(),
  foreignCpu: z.number(),
})

const recoveredSchema = z.object({
  event: z.literal('recovered'),
  ready: z.number(),
  refused: z.number(),
  corrupt: z.number(),
  resynchronised: z.number(),
  readySeconds: z.number(),
  rightSeconds: z.number(),
})

const requestedSchema = z.object({
  event: z.literal('requested'),
  answers: z.number(),
  values: z.number(),
  refused: z.number(),
  corrupt: z.number(),
  /** Values that came back with a PUT and were compared; and topics that were read in the end. */
  echoed: z.number(),
  verified: z.number(),
  /** Milliseconds from a request to its answer. */
  p50: z.number(),
  p99: z.number(),
  seconds: z.number(),
  serverCpu: z.number(),
  loadCpu: z.number(),
  foreignCpu: z.number(),
})

const watchedSchema = z.object({
  event: z.literal('watched'),
  ready: z.number(),
  received: z.number(),
  corrupt: z.number(),
  resynchronised: z.number(),
  bytes: z.number(),
  /** Ages in ms, of all watches of the group so far. */
  p50: z.number(),
  p95: z.number(),
  max: z.number(),
  /** From the beginning of this watch until every topic had a newer value; -1: not within it. */
  rightSeconds: z.number(),
})

export type Watched = z.infer<typeof watchedSchema>
export type LoadReport = z.infer<typeof measuredSchema>
export type Requested = z.infer<typeof requestedSchema>
export type Recovered = z.infer<typeof recoveredSchema>

/** One measurement; seconds and milliseconds as in bench/load/measure.h. */
export interface MeasureOptions {
  readonly rate: number
  readonly warm: number
  readonly seconds: number
  readonly drain?: number
  readonly hopeless?: number
}

/** A running load client. */
export class Load {
  private constructor(private readonly process: LineProcess) {}

  static async start(
    server: Server,
    dialect: Dialect,
    options: LoadOptions,
    seed: number,
    place: Place = { inside: [], host: '127.0.0.1' },
  ): Promise<Load> {
    const where = {
      host: place.host,
      dialect,
      port: server.port(listeners[dialect]),
      'ingest-port': server.hasPort('ingest') ? server.port('ingest') : 0,
      'server-pid': server.pid,
      seed,
    }
    const flags = Object.entries({ ...where, ...spelled(options) }).map(([name, value]) => `--${name}=${value}`)
    const load = new Load(LineProcess.start('load', [...place.inside, compileLoadClient(), ...flags]))
    eventSchema('started').parse(await load.answer(10_000))
    return load
  }

  get pid(): number {
    return this.process.pid
  }

  /** Opens more subscribers; fails where some did not get what they asked for. */
  async connect(count: number, options: { parallel?: number; timeout?: number } = {}) {
    const timeout = options.timeout ?? 60
    const answer = await this.command('connect', { count, ...options, timeout }, timeout + 10)
    const connected = connectedSchema.parse(answer)
    if (connected.missing > 0) throw new Error(`${connected.missing} of ${count} subscribers did not get ready`)
    return connected
  }

  /** Publishes every topic once. */
  async fill() {
    const filled = filledSchema.parse(await this.command('fill', { timeout: 240 }, 300))
    if (filled.taken === 0) throw new Error('the server did not take in every topic')
    return filled
  }

  async measure(options: MeasureOptions): Promise<LoadReport> {
    const seconds = options.warm + options.seconds + (options.drain ?? 3)
    return measuredSchema.parse(await this.command('measure', { ...options }, seconds + 30))
  }

  async stall(count: number) {
    return stalledSchema.parse(await this.command('stall', { count }, 10))
  }

  async publish(rate: number): Promise<void> {
    eventSchema('publishing').parse(await this.command('publish', { rate }, 10))
  }

  async recover(timeout: number): Promise<Recovered> {
    return recoveredSchema.parse(await this.command('recover', { timeout }, timeout + 10))
  }

  async watch(seconds: number, group: number): Promise<Watched> {
    return watchedSchema.parse(await this.command('watch', { seconds, group }, seconds + 10))
  }

  /** Asks an HTTP server as fast as it answers; `verify` reads every topic that was written in the end. */
  async request(options: { warm: number; seconds: number; verify: boolean }): Promise<Requested> {
    const { warm, seconds, verify } = options
    const answer = await this.command('request', { warm, seconds, verify: Number(verify) }, warm + seconds + 60)
    return requestedSchema.parse(answer)
  }

  async redial(): Promise<void> {
    eventSchema('redialling').parse(await this.command('redial', {}, 10))
  }

  stop(): Promise<void> {
    return this.process.kill()
  }

  private command(name: string, values: Readonly<Record<string, number>>, timeoutSeconds: number): Promise<unknown> {
    this.process.write(
      `${name} ${Object.entries(values)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}`,
    )
    return this.answer(timeoutSeconds * 1_000)
  }

  private async answer(timeoutMs: number): Promise<unknown> {
    return JSON.parse(await this.process.nextLine(timeoutMs))
  }
}

/** Options as the client spells them: `sessionTimeout: 5` is `session-timeout=5`, true is 1. */
function spelled(options: LoadOptions): Record<string, string | number> {
  const { delivery, ...rest } = options
  const entries = Object.entries(rest).map(([name, value]) => {
    const spelling = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    return [spelling, typeof value === 'boolean' ? Number(value) : value] as const
  })
  return { ...Object.fromEntries(entries), ...(delivery && { delivery: deliveries[delivery] }) }
}
