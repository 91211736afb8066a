import { constants } from 'node:http2'
import type { CloseReason } from '../../core/index.js'
import type { HttpRequest, HttpResponse, Outgoing, Problem, RequestCredentials } from '../../net/index.js'
import { answerProblem } from '../../net/index.js'
import { sseLimits } from './limits.js'
import type { Outlet } from './outlet.js'
import { openOutlet } from './outlet.js'

/** Of the head of a stream. Proxies hold back or pack what they are not told to leave alone. */
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

/** As much of it as a link needs. */
export type StreamExchange = Pick<
  Exchange,
  'credentials' | 'agent' | 'isHead' | 'whenGone' | 'refuse' | 'open' | 'answerHead'
>

/** One request for a stream, and its answer. */
export class Exchange {
  constructor(
    private readonly request: HttpRequest,
    private readonly response: HttpResponse,
    readonly credentials: RequestCredentials,
    /** What CORS has the answer say. */
    private readonly pageHeaders: Readonly<Record<string, string>>,
  ) {}

  /** What the reader calls itself. */
  get agent(): string {
    return (this.request.headers['user-agent'] ?? '').slice(0, sseLimits.agentLengthMax)
  }

  get isHead(): boolean {
    return this.request.method === 'HEAD'
  }

  /** Called once, when the answer was given or its reader has left. */
  whenGone(gone: () => void): void {
    this.response.once('close', gone)
  }

  /**
   * No stream begins. A browser's `EventSource` gives up for good on any answer but a stream, so while the gateway stops it gets none at all,
   * and comes back to the one that is started next.
   */
  refuse(problem: Problem, reason: CloseReason | null = null): void {
    if (reason === 'draining' && this.isEventSource) this.hangUp()
    else
      answerProblem(this.request, this.response, { ...problem, headers: { ...problem.headers, ...this.pageHeaders } })
  }

  /** The stream begins: writes the head of the answer. */
  open(outgoing: Outgoing, sent: () => void): Outlet {
    return openOutlet(this.response, { ...streamHeaders, ...this.pageHeaders }, outgoing, sent)
  }

  /** The whole answer to HEAD. */
  answerHead(): void {
    this.response.writeHead(200, { ...streamHeaders, ...this.pageHeaders })
    this.response.end()
  }

  /** Of HTTP/2 to destroy a request ends no stream. */
  private hangUp(): void {
    if ('stream' in this.request) this.request.stream.close(constants.NGHTTP2_CANCEL)
    else this.request.destroy()
  }

  private get isEventSource(): boolean {
    return this.request.headers.accept?.includes('text/event-stream') ?? false
  }
}
