import assert from 'node:assert/strict'
import { createParser } from 'eventsource-parser'
import { parseVersion } from '../../codecs/position/index.js'
import type { Gateway } from '../../core/index.js'
import { parseSelector, selectorMatches } from '../../core/index.js'
import { Outgoing } from '../../net/index.js'
import type { StreamExchange } from '../../transports/sse/exchange.js'
import { FrameMakers } from '../../transports/sse/frames.js'
import { SseLink } from '../../transports/sse/link.js'
import type { Outlet } from '../../transports/sse/outlet.js'
import { readStreamRequest } from '../../transports/sse/stream-request.js'
import type { Random } from '../support/random.js'

interface Told {
  readonly event: string
  readonly id: string | undefined
  readonly data: {
    readonly path?: string
    readonly value?: number
    readonly version?: string
    readonly topics?: readonly string[]
    readonly selectors?: readonly string[]
  }
}

/** An outlet that takes a frame at a time, and now and then nothing for a while. */
class FickleOutlet implements Outlet {
  readonly isChunked = false
  isBusy = false
  private readonly told: Told[] = []
  private readonly parser = createParser({
    onEvent: ({ event = '', id, data }) => this.told.push({ event, id, data: JSON.parse(data) }),
  })

  constructor(private readonly sent: () => void) {}

  write(frame: Uint8Array): void {
    this.isBusy = true
    this.parser.feed(new TextDecoder().decode(frame))
  }

  end(): void {
    this.isBusy = true
  }

  cut(): void {
    this.isBusy = true
  }

  /** What was written arrives. */
  arrive(): Told[] {
    const arrived = this.told.splice(0)
    if (!this.isBusy) return arrived
    this.isBusy = false
    this.sent()
    return arrived
  }
}

/**
 * A reader whose stream is cut behind any event: what had arrived behind it is lost, and it comes back with that event's id. It notes what must
 * not happen: an update of a topic that is told each that is missing, and, of a stream that was synced, one that is told again.
 */
export class CutReader {
  readonly faults: string[] = []
  /** The newest value of each path. */
  readonly values = new Map<string, number>()
  /** How often it was told that it may have missed something. */
  resyncs = 0
  repeats = 0
  cuts = 0
  private readonly offsets = new Map<string, number>()
  private readonly frames = new FrameMakers()
  private lastId = ''
  private isSynced = false
  private mayRepeat = true
  private isResynced = false
  private outlet: FickleOutlet | null = null
  private gone: () => void = () => undefined
  private waiting: Told[] = []

  constructor(
    private gateway: Gateway,
    private readonly random: Random,
    private readonly query: string,
  ) {}

  /** Opens a stream, from the last event on if there was one. */
  open(): void {
    const headers = this.lastId === '' ? {} : { 'last-event-id': this.lastId }
    const wanted = readStreamRequest({ url: `/sse?${this.query}`, headers }, 64)
    assert.ok(!('status' in wanted), this.query)
    this.mayRepeat = !this.isSynced
    this.isSynced = false
    new SseLink(wanted, this.exchange(), this.host(), { address: 'here', certificate: null }).begin()
  }

  /** Reads some of what has arrived. */
  read(): void {
    this.waiting.push(...(this.outlet?.arrive() ?? []))
    const count = this.random.below(this.waiting.length + 1)
    for (const told of this.waiting.splice(0, count)) this.apply(told)
  }

  /** Reads all that has arrived. */
  readAll(): void {
    this.waiting.push(...(this.outlet?.arrive() ?? []))
    for (const told of this.waiting.splice(0)) this.apply(told)
  }

  cut(): void {
    this.cuts += 1
    this.waiting = []
    this.outlet = null
    this.gone()
  }

  /** The gateway was killed, and this is the one that came after it. */
  movesTo(gateway: Gateway): void {
    this.cut()
    this.gateway = gateway
  }

  private apply({ event, id, data }: Told): void {
    if (id !== undefined) this.lastId = id
    if (event === 'synced') {
      this.isSynced = true
      this.mayRepeat = false
      this.isResynced = false
    } else if (event === 'resync') this.forget([...(data.topics ?? []), ...(data.selectors ?? [])])
    else if (data.path !== undefined) this.applyChange(event, data.path, data.value ?? 0, offsetOf(data.version))
  }

  private forget(selectors: readonly string[]): void {
    this.resyncs += 1
    this.isResynced = true
    for (const each of selectors) {
      const parsed = parseSelector(each)
      assert.ok(parsed.kind === 'selector', each)
      for (const path of [...this.values.keys()])
        if (selectorMatches(parsed.selector, path.split('/'))) this.values.delete(path)
    }
  }

  private applyChange(event: string, path: string, value: number, offset: number): void {
    const before = this.offsets.get(path) ?? 0
    if (offset <= before && !this.isResynced) {
      this.repeats += 1
      if (!this.mayRepeat) this.faults.push(`${this.query}: ${path} at ${offset} was told again behind ${before}`)
      if (offset < before) return
    }
    const known = this.values.get(path) ?? 0
    const isMissing = path.startsWith('each/') && known > 0 && value > known + 1 && !this.isResynced
    if (isMissing) this.faults.push(`${this.query}: ${path} went from ${known} to ${value}`)
    this.offsets.set(path, offset)
    if (event === 'remove') this.values.delete(path)
    else this.values.set(path, value)
  }

  private exchange(): StreamExchange {
    return {
      credentials: {},
      agent: '',
      isHead: false,
      whenGone: (gone) => {
        this.gone = gone
      },
      refuse: (problem) => this.faults.push(`refused: ${problem.detail}`),
      open: (_outgoing, sent) => {
        this.outlet = new FickleOutlet(sent)
        return this.outlet
      },
      answerHead: () => undefined,
    }
  }

  private host() {
    return {
      frames: this.frames,
      outgoing: new Outgoing(),
      heartbeat: { add: () => () => undefined },
      retryMs: 0,
      attach: (link: SseLink) => this.gateway.attach(link, 'sse', 'here'),
      ended: () => undefined,
    }
  }
}

function offsetOf(version = ''): number {
  return parseVersion(version)?.version.offset ?? 0
}
