import type { OutgoingHttpHeaders } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { ClientMessage, GatewayMessage, Principal } from '../../core/index.js'
import type { GatewayDoor, HttpRequest, HttpResponse, PeerInfo, Problem } from '../../net/index.js'
import type { Bodies } from './bodies.js'
import { problem } from './problems.js'
import type { Query } from './target.js'
import { rawPathOf } from './target.js'

/** What all exchanges share. */
export interface ExchangeHost {
  readonly gateway: GatewayDoor
  readonly bodies: Bodies
  /** A request was answered with a problem. */
  refused(code: string): void
  /** Our own mistake. */
  failed(error: unknown): void
}

/** What a request is answered. */
export interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Uint8Array | string
}

/** Whoever is told what an exchange was answered; null: nothing, since the client left before it had said all. */
export type Recorder = (answer: Answer | null) => void

const none: Readonly<Record<string, string>> = {}
const nobody: Principal = { name: '', roles: [], rootPath: '', properties: {} }

/**
 * One request and its answer. Handlers answer through it, and straight on Node's response: a body can be cut off while it is read,
 * a value is written without a copy in between, and nothing is decided twice.
 *
 * Invariant: it is answered once; what comes after that is dropped.
 */
export class Exchange {
  readonly method: string
  /** As it was written, without the query. */
  readonly path: string
  query: Query = new Map()
  principal: Principal = nobody
  /** Fields that each answer has. */
  cors: Readonly<Record<string, string>> = none
  /** Hears the answer, if anybody is to. */
  recorder: Recorder | null = null
  /** The body was read to its end, or there is none: the connection can take another request. */
  isRead: boolean
  isAnswered = false

  constructor(
    readonly request: HttpRequest,
    readonly response: HttpResponse,
    readonly peer: PeerInfo,
    readonly host: ExchangeHost,
  ) {
    this.method = request.method ?? 'GET'
    this.path = rawPathOf(request.url ?? '/')
    this.isRead = !hasBody(request)
  }

  /** The value of a header field; null: it is not there. */
  field(name: string): string | null {
    const value = this.request.headers[name]
    return typeof value === 'string' ? value : null
  }

  /** Asks core on the caller's behalf. */
  ask(message: ClientMessage, reply: (message: GatewayMessage) => void): void {
    this.host.gateway.request(this.principal, message, (answer) => this.attempt(() => reply(answer)))
  }

  /** Does what may be our mistake: then the client is told so, and nobody else. */
  attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.failBy(error)
    }
  }

  /** A mistake of ours. */
  failBy(error: unknown): void {
    this.host.failed(error)
    this.fail(problem('internalError', 'an internal error; the log of the gateway has it'))
  }

  /** The client left before it had said all. */
  giveUp(): void {
    if (this.isAnswered) return
    this.isAnswered = true
    this.recorder?.(null)
  }

  /** Answers with a value, or with nothing. A client that has gone does not hear it, and may ask what it was told. */
  answer(status: number, headers: OutgoingHttpHeaders, body: Uint8Array | string = ''): void {
    if (this.isAnswered) return
    this.isAnswered = true
    this.recorder?.({ status, headers, body })
    if (this.response.destroyed || this.response.headersSent) return
    const fields = this.completed(status, headers, body)
    const content = this.method === 'HEAD' ? '' : body
    if (!this.isRead) return this.answerUnread(status, fields, content)
    this.response.writeHead(status, fields)
    if (content.length === 0) this.response.end()
    else if (content.length > pieceBytesMax || typeof content === 'string') this.response.end(content)
    // Head and body in one piece: the system takes it in half the time of two.
    else this.response.end(latin1(content), 'latin1')
  }

  /** With what is said of every answer; fields that are complete already stay as they are, since they may be another's, too. */
  private completed(status: number, headers: OutgoingHttpHeaders, body: Uint8Array | string): OutgoingHttpHeaders {
    const hasLength = status === 204 || status === 304 || headers['content-length'] !== undefined
    if (hasLength && this.cors === none) return headers
    const fields: OutgoingHttpHeaders = { ...headers, ...this.cors }
    if (headers.vary && this.cors.vary) fields.vary = `${String(headers.vary)}, ${this.cors.vary}`
    if (!hasLength) fields['content-length'] = byteLength(body)
    return fields
  }

  /** Answers with a document. */
  answerJson(status: number, document: unknown, headers: OutgoingHttpHeaders = {}): void {
    this.answer(status, { 'content-type': 'application/json', ...headers }, `${JSON.stringify(document)}\n`)
  }

  /** Answers with a problem. RFC 9457 */
  fail({ status, code, detail, headers }: Problem, more: object = {}): void {
    if (this.isAnswered) return
    this.host.refused(code)
    const document = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail, ...more }
    const fields = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers }
    this.answer(status, fields, `${JSON.stringify(document)}\n`)
  }

  /** What is left of the body is not wanted: the connection closes, once the client had the chance to read why. RFC 9112 §9.6 */
  private answerUnread(status: number, fields: OutgoingHttpHeaders, content: Uint8Array | string): void {
    const { request, response } = this
    if ('stream' in response) {
      // A stream ends, and the others of its connection go on. RFC 9113 §8.1
      const { stream } = response
      response.writeHead(status, fields)
      response.once('finish', () => stream.close())
      response.end(content)
      return
    }
    response.writeHead(status, { ...fields, connection: 'close' })
    if (content.length > 0) response.write(content)
    else response.flushHeaders()
    this.host.bodies.throwAway(request, () => response.end())
  }
}

/**
 * Bodies up to so many bytes go in one piece with the head; a longer one is not worth the copy. They are read within the call, so that
 * they may be views of what changes later.
 */
export const pieceBytesMax = 16_384

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function byteLength(body: Uint8Array | string): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

function hasBody(request: HttpRequest): boolean {
  if ('stream' in request) return !request.stream.endAfterHeaders
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  return coding !== undefined || (length !== undefined && length !== '0')
}
