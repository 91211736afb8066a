import { EventEmitter, once } from 'node:events'
import type { Batch, Flush, GatewayMessage, Position } from '../../core/index.js'
import { Update } from '../../core/index.js'
import type { Transport } from '../../net/index.js'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import { transport } from '../../transports/websocket/index.js'
import { LinkRecorder } from './link-recorder.js'
import { SimulatedClock } from './simulated-clock.js'

/** The WebSocket transport on a free port, with nothing behind it but recorders, one for each link. */
export class WebSocketGateway {
  readonly recorders: LinkRecorder[] = []
  readonly warnings: string[] = []
  private readonly news = new EventEmitter()

  private constructor(
    readonly http: HttpListener,
    readonly transport: Transport,
    readonly port: number,
  ) {}

  static async start(options: object = {}, httpOptions: object = {}): Promise<WebSocketGateway> {
    const http = new HttpListener(parseHttpOptions({ port: 0, ...httpOptions }))
    const made: { gateway?: WebSocketGateway } = {}
    const services = {
      gateway: {
        clock: new SimulatedClock(),
        epoch: '0000000000000000',
        answersWait: false,
        attach: (link: LinkRecorder['link'], _medium: string, peer: string) => {
          const recorder = new LinkRecorder(link, peer)
          made.gateway?.attached(recorder)
          return recorder
        },
        identify: () => undefined,
        request: () => undefined,
      },
      http,
      log: { info: () => undefined, warn: (_fields: object, text: string) => made.gateway?.warnings.push(text) },
      frameBytesMax: 1_048_576,
    }
    const running = transport.create(transport.parseOptions(options), services)
    await running.listen()
    const { port } = await http.listen()
    made.gateway = new WebSocketGateway(http, running, port)
    return made.gateway
  }

  /** The recorder of the link that was opened as the nth. */
  async link(index = 0): Promise<LinkRecorder> {
    for (;;) {
      const recorder = this.recorders[index]
      if (recorder !== undefined) return recorder
      await once(this.news, 'attached')
    }
  }

  async stop(): Promise<void> {
    for (const { link } of this.recorders) link.close('linkLost')
    await this.http.close()
  }

  private attached(recorder: LinkRecorder): void {
    this.recorders.push(recorder)
    this.news.emit('attached')
  }
}

const audience = { features: { deltas: false, deflate: false }, outwardPath: (path: string) => path }

let offset = 0

/** An update of some topic with a value of this size. */
function updateOf(valueBytes: number): Update {
  offset++
  return new Update({
    topic: { id: 7, path: 'a/b' },
    offset,
    previous: 0,
    timeMs: 1_763_683_200_000,
    previousTimeMs: 0,
    type: 'binary',
    value: new Uint8Array(valueBytes).fill(offset),
    attributes: null,
    handling: { qos: 2, isRetained: true, isMessage: true },
    origin: '',
    expiresAtMs: 0,
    content: 'value',
    isShared: true,
  })
}

/** A batch as core would hand it over, that counts how often a frame was made of it. */
export class RecordedBatch implements Batch {
  readonly terms = []
  readonly audience = audience
  readonly bases: readonly null[]
  readonly flags: readonly number[]
  readonly kept: Uint8Array[] = []
  private readonly frames = new Map<object, Uint8Array>()

  constructor(readonly updates: readonly Update[]) {
    this.bases = updates.map(() => null)
    this.flags = updates.map(() => 0)
  }

  get count(): number {
    return this.updates.length
  }

  frameOf(codec: object): Uint8Array | null {
    return this.frames.get(codec) ?? null
  }

  keepFrame(codec: object, frame: Uint8Array): void {
    this.kept.push(frame)
    this.frames.set(codec, frame)
  }
}

/** A flush of values of these sizes, and what else is given. */
export function flushOf(
  valueBytes: readonly number[],
  replies: readonly GatewayMessage[] = [],
  position: Position | null = null,
): Flush & { readonly batch: RecordedBatch } {
  return { replies, batch: new RecordedBatch(valueBytes.map(updateOf)), position, rest: 'nothing' }
}
