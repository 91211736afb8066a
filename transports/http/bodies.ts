import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { Cancel, Clock } from '../../core/index.js'
import type { HttpRequest, Problem } from '../../net/index.js'
import type { Exchange } from './exchange.js'
import { httpLimits } from './limits.js'
import { Pieces } from './pieces.js'
import { problem } from './problems.js'

/** A body that is being read, and is watched while it comes. */
export class Watch {
  /** When some of it came last, monotonic ms. */
  heardMs: number

  constructor(
    private readonly open: Set<Watch>,
    private readonly clock: Clock,
    /** When it must have come as a whole. */
    readonly deadlineMs: number,
    /** It took too long. */
    readonly late: () => void,
  ) {
    this.heardMs = clock.nowMs()
    open.add(this)
  }

  heard(): void {
    this.heardMs = this.clock.nowMs()
  }

  end(): void {
    this.open.delete(this)
  }
}

/**
 * The bodies of all requests that are being read: bounded in time, one by one, and in bytes, together. One sweep looks after all
 * of them, since a timer each would cost as much as reading a small one.
 */
export class Bodies {
  private readonly open = new Set<Watch>()
  private cancel: Cancel | null = null
  private bytes = 0
  private readonly sweepMs: number

  constructor(
    private readonly clock: Clock,
    private readonly bounds: { readonly bodyIdleMs: number; readonly bodyMs: number },
  ) {
    this.sweepMs = Math.min(httpLimits.bodySweepMs, Math.ceil(Math.min(bounds.bodyIdleMs, bounds.bodyMs) / 4))
  }

  /** Watches one; `isStream`: only its silence counts. `late` is called once, if at all, and not after `end`. */
  watch(isStream: boolean, late: () => void): Watch {
    const deadlineMs = isStream ? Number.POSITIVE_INFINITY : this.clock.nowMs() + this.bounds.bodyMs
    this.cancel ??= this.clock.after(this.sweepMs, () => this.sweep())
    return new Watch(this.open, this.clock, deadlineMs, late)
  }

  /** Room for so many bytes, or more of them than was thought; false: there is none. What was taken must be given back. */
  take(bytes: number): boolean {
    if (this.bytes + bytes > httpLimits.bodiesBytesMax) return false
    this.bytes += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.bytes -= bytes
  }

  /** Reads a little of what nobody wants, so that a refusal is read by its client before the connection closes, and then says so. */
  throwAway(request: HttpRequest, done: () => void): void {
    let bytes = 0
    const cancel = this.clock.after(httpLimits.lingerMs, done)
    const stop = () => {
      cancel()
      done()
    }
    request.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > httpLimits.lingerBytesMax) stop()
    })
    request.once('end', stop)
    request.once('close', stop)
    request.resume()
  }

  private sweep(): void {
    this.cancel = this.open.size === 0 ? null : this.clock.after(this.sweepMs, () => this.sweep())
    const nowMs = this.clock.nowMs()
    for (const open of this.open) {
      if (nowMs < open.deadlineMs && nowMs < open.heardMs + this.bounds.bodyIdleMs) continue
      open.end()
      open.late()
    }
  }
}

/** Reads a body as a whole, up to the bound, and undoes its coding. `done` is not called where it cannot be had: then the client is told. */
export function readBody(exchange: Exchange, bytesMax: number, done: (body: Buffer) => void): void {
  const decode = decoderFor(exchange.field('content-encoding'))
  if (decode === null) return exchange.fail(unsupportedEncoding)
  const declared = Number(exchange.field('content-length') ?? 0)
  const rawBytesMax = decode === plain ? bytesMax : Math.min(bytesMax, httpLimits.encodedBodyBytesMax)
  if (declared > rawBytesMax) return exchange.fail(tooLarge(rawBytesMax))
  if (exchange.isRead) return done(empty)
  new BodyReader(exchange, rawBytesMax, (raw) => {
    if (decode === plain) return done(raw)
    const decoded = (body: Buffer) => exchange.attempt(() => done(body))
    decode(raw, bytesMax).then(decoded, (error: unknown) => exchange.fail(whyNotDecoded(error, bytesMax)))
  })
}

const empty = Buffer.alloc(0)

type Decode = (raw: Buffer, bytesMax: number) => Promise<Buffer>

const plain: Decode = (raw) => Promise.resolve(raw)
const decoders: Readonly<Record<string, Decode>> = {
  identity: plain,
  gzip: (raw, maxOutputLength) => promisify(gunzip)(raw, { maxOutputLength }),
  deflate: (raw, maxOutputLength) => promisify(inflate)(raw, { maxOutputLength }),
  br: (raw, maxOutputLength) => promisify(brotliDecompress)(raw, { maxOutputLength }),
}

/** Codings that a body may come in, for the field that says so. RFC 9110 §12.5.3 */
const known = 'gzip, deflate, br'

/** A coding that bodies may not come in. */
export const unsupportedEncoding: Problem = problem(
  'unsupportedEncoding',
  `bodies may come as they are, or in one of ${known}`,
  {
    'accept-encoding': known,
  },
)

function decoderFor(coding: string | null): Decode | null {
  if (coding === null) return plain
  const name = coding.trim().toLowerCase().replace(/^x-/, '')
  return Object.hasOwn(decoders, name) ? (decoders[name] ?? null) : null
}

/** More than the bound, whatever it is coded in. */
function tooLarge(bytesMax: number): Problem {
  return { status: 413, code: 'tooLarge', detail: `a body may have ${bytesMax} bytes` }
}

/** The body did not come in time. */
export const tooLate: Problem = problem('bodyTimeout', 'the body did not come in time')

function whyNotDecoded(error: unknown, bytesMax: number): Problem {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(bytesMax) : problem('badEncoding', 'the body is not in its coding')
}

/** Collects one body. Nothing is kept beyond what came, and what came is bounded. */
class BodyReader {
  private readonly pieces = new Pieces()
  /** Taken from what all bodies may have. */
  private bytes = 0
  private isDone = false
  private readonly watch: Watch

  constructor(
    private readonly exchange: Exchange,
    private readonly bytesMax: number,
    private readonly done: (body: Buffer) => void,
  ) {
    const { request, host } = exchange
    this.watch = host.bodies.watch(false, () => this.refuse(tooLate))
    request.on('data', (chunk: Buffer) => this.received(chunk))
    request.on('end', () => this.ended())
    // The client is gone: there is nobody to tell.
    const stop = () => this.stop()
    request.on('close', stop)
    request.on('error', stop)
  }

  private received(chunk: Buffer): void {
    if (this.isDone) return
    if (this.bytes + chunk.length > this.bytesMax) return this.refuse(tooLarge(this.bytesMax))
    if (!this.exchange.host.bodies.take(chunk.length)) return this.refuse(noRoom)
    this.pieces.add(chunk)
    this.bytes += chunk.length
    this.watch.heard()
  }

  private ended(): void {
    if (this.isDone) return
    this.exchange.isRead = true
    const body = this.pieces.take()
    this.stop()
    this.exchange.attempt(() => this.done(body))
  }

  private refuse(why: Problem): void {
    this.stop()
    this.exchange.fail(why)
  }

  private stop(): void {
    if (this.isDone) return
    this.isDone = true
    this.watch.end()
    this.exchange.host.bodies.giveBack(this.bytes)
    this.pieces.take()
  }
}

const noRoom: Problem = problem('tooManyRequests', 'too much is being sent at once: try again soon', {
  'retry-after': '1',
})
