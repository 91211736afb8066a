import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { GatewayMessage, Publish } from '../../core/index.js'
import type { Watch } from './bodies.js'
import { tooLate, unsupportedEncoding } from './bodies.js'
import type { Exchange } from './exchange.js'
import { linesLimits } from './limits.js'
import { Pieces } from './pieces.js'
import { problem } from './problems.js'
import type { Line, LineFault } from './publish-line.js'
import { LineReader } from './publish-line.js'

/** What became of a line that was not accepted. */
interface Failure extends LineFault {
  /** From 1. */
  readonly line: number
}

const lineFeed = 0x0a

/** Undoes the coding of a stream; null: it is not known. A stream of zlib asks for more only when what it made was read. */
function decodedFrom(exchange: Exchange): Readable | null {
  const { request } = exchange
  switch ((exchange.field('content-encoding') ?? 'identity').trim().toLowerCase()) {
    case 'identity':
      return request
    case 'gzip':
    case 'x-gzip':
      return request.pipe(createGunzip())
    case 'deflate':
      return request.pipe(createInflate())
    case 'br':
      return request.pipe(createBrotliDecompress())
    default:
      return null
  }
}

/** Starts to publish the lines of a body; `over` is called once they are done with, or the client is gone. */
export function publishLines(exchange: Exchange, lineBytesMax: number, over: () => void): void {
  const source = decodedFrom(exchange)
  if (source !== null) new LineStream(exchange, source, lineBytesMax, over).begin()
  else {
    over()
    exchange.fail(unsupportedEncoding)
  }
}

/**
 * Publishes a stream of lines as they come. Of the stream no more is held than a piece of it and one line; while answers are awaited
 * from a store, or others are to have their turn, it is not read.
 */
class LineStream {
  private readonly reader = new LineReader()
  private readonly failures: Failure[] = []
  /** What came and was not looked at, from `at` on. */
  private chunk: Buffer | null = null
  private at = 0
  /** The beginning of a line whose end did not come yet. */
  private readonly rest = new Pieces()
  private restBytes = 0
  /** The line is too long: it is passed over up to its end. */
  private isSkipping = false
  private line = 0
  private accepted = 0
  private failed = 0
  private pending = 0
  /** Goes on by itself in a later turn of the loop. */
  private isScheduled = false
  private isFull = false
  private isEnded = false
  private isOver = false
  /** Of the client's silence; none while it is we who keep it waiting. */
  private watch: Watch
  private readonly answered = (answer: GatewayMessage) => this.settled(answer)

  constructor(
    private readonly exchange: Exchange,
    private readonly source: Readable,
    private readonly lineBytesMax: number,
    private readonly over: () => void,
  ) {
    this.watch = this.watched()
  }

  private watched(): Watch {
    const { exchange } = this
    return exchange.host.bodies.watch(true, () => this.finish(() => exchange.fail(tooLate, this.summary())))
  }

  begin(): void {
    const { exchange, source } = this
    const { request } = exchange
    // The client is gone: what it sent stays published, and there is nobody to tell.
    const gone = () => this.finish(() => exchange.giveUp())
    request.on('error', gone)
    request.once('close', () => {
      if (!request.readableEnded) gone()
    })
    source.on('data', (chunk: Buffer) => exchange.attempt(() => this.received(chunk)))
    source.once('end', () => exchange.attempt(() => this.ended()))
    source.on('error', () => this.finish(() => exchange.fail(badCoding, this.summary())))
  }

  private received(chunk: Buffer): void {
    if (this.isOver) return
    this.watch.heard()
    this.chunk = chunk
    this.at = 0
    this.source.pause()
    this.work()
  }

  private ended(): void {
    const { exchange, source } = this
    this.isEnded = true
    this.watch.end()
    // A coding may end before the body does: then what is left is not read, and the connection closes.
    exchange.isRead = source === exchange.request || exchange.request.complete
    this.work()
  }

  /** Goes on until all that came is done with, the time is over, or too many answers are awaited. */
  private work(): void {
    if (this.isOver || this.isScheduled || this.isFull) return
    const { clock } = this.exchange.host.gateway
    const untilMs = clock.nowMs() + linesLimits.sliceMs
    while (this.chunk !== null) {
      for (let count = 0; count < linesLimits.linesPerClockRead && this.chunk !== null; count++) this.next(this.chunk)
      if (this.pending >= linesLimits.pendingMax) {
        this.isFull = true
        this.watch.end()
        return
      }
      if (this.chunk !== null && clock.nowMs() >= untilMs) return this.later()
    }
    if (this.isEnded) this.conclude()
    else this.source.resume()
  }

  private later(): void {
    this.isScheduled = true
    setImmediate(() => {
      this.isScheduled = false
      this.exchange.attempt(() => this.work())
    })
  }

  /** One line, or what there is of it. */
  private next(chunk: Buffer): void {
    const end = chunk.indexOf(lineFeed, this.at)
    if (end < 0) {
      this.keep(chunk.subarray(this.at))
      this.chunk = null
      return
    }
    const start = this.at
    this.at = end + 1
    if (this.at >= chunk.length) this.chunk = null
    if (this.restBytes === 0 && !this.isSkipping) this.take(chunk, start, end)
    else this.takeRest(chunk.subarray(start, end))
  }

  private keep(piece: Buffer): void {
    if (this.isSkipping) return
    this.restBytes += piece.length
    if (this.restBytes <= this.lineBytesMax) this.rest.add(piece)
    else {
      this.isSkipping = true
      this.rest.take()
    }
  }

  private takeRest(piece: Buffer): void {
    this.keep(piece)
    const isTooLong = this.isSkipping
    const whole = this.rest.take()
    this.restBytes = 0
    this.isSkipping = false
    if (isTooLong) this.fail(++this.line, { code: 'tooLarge', detail: `a line may have ${this.lineBytesMax} bytes` })
    else this.take(whole, 0, whole.length)
  }

  private take(bytes: Buffer, start: number, end: number): void {
    this.line += 1
    // Nothing between two ends of lines says nothing; an end may be written as on Windows.
    const isEmpty = end === start || (end === start + 1 && bytes[start] === 0x0d)
    if (isEmpty) return
    if (end - start > this.lineBytesMax)
      return this.fail(this.line, { code: 'tooLarge', detail: `a line may have ${this.lineBytesMax} bytes` })
    const read = this.reader.read(bytes, start, end)
    if ('code' in read) return this.fail(this.line, read)
    this.pending += 1
    const { host, principal } = this.exchange
    host.gateway.request(principal, publishOf(read, this.line), this.answered)
  }

  private settled(answer: GatewayMessage): void {
    this.pending -= 1
    if (answer.kind === 'accepted') this.accepted += 1
    else if (answer.kind === 'publishRefused') this.fail(answer.sequence, answer.refusal)
    if (this.isFull && this.pending <= linesLimits.pendingMax / 2) {
      this.isFull = false
      if (!this.isEnded && !this.isOver) this.watch = this.watched()
      this.later()
    }
    if (this.isEnded && this.chunk === null && !this.isScheduled) this.exchange.attempt(() => this.conclude())
  }

  private fail(line: number, { code, detail }: LineFault): void {
    this.failed += 1
    if (this.failures.length < linesLimits.failuresMax) this.failures.push({ line, code, detail })
  }

  /** The last line may lack its end. */
  private conclude(): void {
    if (this.restBytes > 0) this.takeRest(empty)
    if (this.pending === 0) this.finish(() => this.exchange.answerJson(200, this.summary()))
  }

  private summary() {
    const { line: lines, accepted, failed, failures } = this
    return { lines, accepted, failed, failures, failuresCut: failed > failures.length }
  }

  /** The coding's stream would stop the request when it ends, and with it what follows on the connection. */
  private letGo(): void {
    const { request } = this.exchange
    if (this.source === request) return
    request.unpipe()
    this.source.destroy()
    request.resume()
  }

  private finish(tell: () => void): void {
    if (this.isOver) return
    this.isOver = true
    this.chunk = null
    this.rest.take()
    this.watch.end()
    this.letGo()
    this.over()
    tell()
  }
}

/** Written out, for the same reason as where the line was read. */
function publishOf(line: Line, sequence: number): Publish {
  return {
    kind: 'publish',
    sequence,
    path: line.path,
    alias: 0,
    value: line.value,
    type: line.type,
    merge: line.merge,
    timeMs: line.timeMs,
    lifetimeMs: line.lifetimeMs,
    attributes: line.attributes,
    expect: null,
    handling: null,
    properties: line.properties,
  }
}

const empty = Buffer.alloc(0)
const badCoding = problem('badEncoding', 'the body is not in its coding')
