import type { Link, LinkOwner } from '../../core/index.js'
import type {
  HttpRequest,
  HttpResponse,
  PeerInfo,
  Problem,
  Transport,
  TransportModule,
  TransportServices,
} from '../../net/index.js'
import { answerProblem, Cors, credentialsIn, forbiddenPage, Outgoing } from '../../net/index.js'
import { Exchange } from './exchange.js'
import { FrameMakers } from './frames.js'
import { Heartbeat } from './heartbeat.js'
import { SseLink } from './link.js'
import type { LinkHost } from './link-host.js'
import type { SseOptions } from './options.js'
import { parseOptions } from './options.js'
import { notAcceptable, notFound, unreadableAuthorization, wrongMethod } from './problems.js'
import { StreamCounts } from './stream-counts.js'
import { readStreamRequest } from './stream-request.js'

export type { SseOptions } from './options.js'

/** Server-sent events: topics for whatever can read an HTTP answer. */
export const transport: TransportModule<SseOptions> = {
  parseOptions,
  create: (options, services) => new SseTransport(options, services),
}

const methods = ['GET', 'HEAD', 'OPTIONS'] as const

/** Makes a link of each request that asks for a stream. */
class SseTransport implements Transport, LinkHost {
  readonly frames = new FrameMakers()
  readonly outgoing = new Outgoing()
  readonly heartbeat: Heartbeat
  readonly retryMs: number
  private readonly cors: Cors
  private readonly streams: StreamCounts
  /** Requests that were answered with a problem before core was asked, by its code. */
  private readonly refused = new Map<string, number>(refusedFor.map((code) => [code, 0]))

  constructor(
    private readonly options: SseOptions,
    private readonly services: TransportServices,
  ) {
    const { http } = services
    this.heartbeat = new Heartbeat(options.heartbeatMs)
    this.retryMs = options.retryMs
    this.cors = new Cors(options.origins, http.isLoopback)
    this.streams = new StreamCounts(options)
    http.routes.addRequest({
      path: options.path,
      answer: (request, response, peer) => this.answer(request, response, peer),
    })
  }

  async listen(): Promise<readonly string[]> {
    const { authority, secured } = await this.services.http.listen()
    const { path } = this.options
    return [`sse http://${authority}${path}`, ...(secured ? [`sse https://${secured.authority}${path}`] : [])]
  }

  async close(): Promise<void> {
    // Streams end with their links; until then they are looked after.
  }

  counters(): Record<string, number> {
    const refused = [...this.refused].map(([code, count]) => [`refused.${code}`, count])
    return { connections: this.streams.all, ...Object.fromEntries(refused) }
  }

  attach(link: Link, peer: PeerInfo): LinkOwner {
    return this.services.gateway.attach(link, 'sse', peer.address)
  }

  ended(peer: PeerInfo): void {
    this.streams.leave(peer.address)
  }

  private answer(request: HttpRequest, response: HttpResponse, peer: PeerInfo): void {
    if (request.method === 'OPTIONS') return this.cors.preflight(request, response, methods)
    const pageHeaders = this.cors.headersFor(request)
    const begun = pageHeaders === null ? forbiddenPage : this.begin(request, response, peer, pageHeaders)
    if (begun === null) return
    this.refused.set(begun.code, (this.refused.get(begun.code) ?? 0) + 1)
    answerProblem(request, response, { ...begun, headers: { ...begun.headers, ...pageHeaders } })
  }

  /** Makes a link of the request; or says what is wrong. */
  private begin(
    request: HttpRequest,
    response: HttpResponse,
    peer: PeerInfo,
    pageHeaders: Readonly<Record<string, string>>,
  ): Problem | null {
    const wrong = problemWithHead(request, this.options.path)
    if (wrong) return wrong
    const wanted = readStreamRequest(request, this.options.selectorsMax)
    if ('status' in wanted) return wanted
    const credentials = credentialsIn(request, wanted.token, this.cors.trusts(request))
    if (credentials === null) return unreadableAuthorization
    const full = this.streams.enter(peer.address)
    if (full) return full
    if (request.method === 'GET') this.services.http.keepToItself(request)
    new SseLink(wanted, new Exchange(request, response, credentials, pageHeaders), this, peer).begin()
    return null
  }
}

/** Known from the start, so that a scraper sees the first. */
const refusedFor = ['forbidden', 'invalidParameter', 'invalidEncoding', 'tooManyConnections', 'notAuthenticated']

function problemWithHead({ url = '', method = '', headers }: HttpRequest, path: string): Problem | null {
  if (url.split('?', 1)[0] !== path) return notFound
  if (method !== 'GET' && method !== 'HEAD') return wrongMethod(methods)
  return accepts(headers.accept) ? null : notAcceptable
}

/** Whether an `Accept` has room for an event stream; it is not weighed, since there is nothing else to give. RFC 9110 §12.5.1 */
function accepts(accept: string | undefined): boolean {
  return accept === undefined || /text\/event-stream|text\/\*|\*\/\*/i.test(accept)
}
