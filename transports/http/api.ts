import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import type { Identified } from '../../core/index.js'
import type { HttpRequest, HttpResponse, PeerInfo, TransportServices } from '../../net/index.js'
import { Cors, credentialsIn, forbiddenPage, Identities } from '../../net/index.js'
import { Bodies } from './bodies.js'
import type { Call, CallHost } from './call.js'
import { calls } from './calls.js'
import type { ExchangeHost } from './exchange.js'
import { Exchange } from './exchange.js'
import { Idempotency } from './idempotency.js'
import type { HttpApiOptions } from './options.js'
import { answerPage, Description } from './pages.js'
import { Polls } from './polls.js'
import { problem, problemCodes, strangerProblem } from './problems.js'
import { decodedOnce, pathInUrl, queryOf, shown } from './target.js'
import { ValueAnswers } from './value-answers.js'
import { VersionTags } from './version-tags.js'

type Handler = (exchange: Exchange) => void

/** Header fields of answers that pages may read. */
const exposed = [
  'etag',
  'last-modified',
  'rivulet-type',
  'content-range',
  'retry-after',
  'idempotency-replayed',
  'allow',
]

/**
 * The API behind its path. Which call a request is for hono's router finds in the target as it was written, since what is decoded twice, or
 * folded, would be another topic.
 */
export class Api implements ExchangeHost, CallHost {
  readonly gateway: TransportServices['gateway']
  readonly bodies: Bodies
  readonly tags: VersionTags
  readonly values = new ValueAnswers()
  readonly idempotency: Idempotency
  readonly polls: Polls
  readonly streams = { begun: 0, ended: 0 }
  readonly valueBytesMax: number
  private readonly cors: Cors
  private readonly identities: Identities
  private readonly problems = new Map<string, number>(problemCodes.map((code) => [code, 0]))
  private readonly router: SmartRouter<Handler>
  /** By pattern, as hono has them; the shorter first. */
  private readonly methods = new Map<string, readonly string[]>()
  private requests = 0

  constructor(
    private readonly options: HttpApiOptions,
    private readonly services: TransportServices,
  ) {
    this.gateway = services.gateway
    this.valueBytesMax = services.frameBytesMax
    this.bodies = new Bodies(this.gateway.clock, options)
    this.tags = new VersionTags(this.gateway.epoch)
    this.idempotency = new Idempotency(this.gateway.clock)
    this.identities = new Identities(this.gateway)
    this.cors = new Cors(options.origins, services.http.isLoopback, exposed)
    const { gateway, tags, values } = this
    this.polls = new Polls({ gateway, tags, values, credentialsOf: (exchange) => this.credentialsOf(exchange) })
    this.router = this.routerOfAll()
  }

  /** Takes one request. */
  answer(request: HttpRequest, response: HttpResponse, peer: PeerInfo): void {
    this.requests += 1
    const exchange = new Exchange(request, response, peer, this)
    exchange.attempt(() => this.enter(exchange))
  }

  counters(): Record<string, number> {
    const problems = [...this.problems].map(([code, count]) => [`problem.${code}`, count] as const)
    const { begun: polls, ended: pollsEnded } = this.polls
    const { begun: lineStreams, ended: lineStreamsEnded } = this.streams
    return { calls: this.requests, polls, pollsEnded, lineStreams, lineStreamsEnded, ...Object.fromEntries(problems) }
  }

  refused(code: string): void {
    this.problems.set(code, (this.problems.get(code) ?? 0) + 1)
  }

  failed(error: unknown): void {
    this.services.log.warn({ err: error }, 'a request failed by a mistake of ours')
  }

  keepsOwnTime({ request }: Exchange): void {
    this.services.http.letTakeLonger(request)
  }

  private enter(exchange: Exchange): void {
    if (!isHost.test(exchange.field('host') ?? '')) return exchange.fail(noHost)
    const allowed = this.cors.headersFor(exchange.request)
    if (allowed === null) return exchange.fail(forbiddenPage)
    if (exchange.field('origin') !== null) exchange.cors = allowed
    const { method, path } = exchange
    // A HEAD is what a GET is, but for the content.
    const [[found]] = this.router.match(method === 'HEAD' ? 'GET' : method, path)
    if (found) found[0](exchange)
    else this.others(exchange)
  }

  private routerOfAll(): SmartRouter<Handler> {
    const router = new SmartRouter<Handler>({ routers: [new RegExpRouter(), new TrieRouter()] })
    const { path: base } = this.options
    const description = new Description(base)
    const pages: readonly (readonly [string, Handler])[] = [
      ['/openapi.json', (exchange) => description.answer(exchange)],
      ['/', answerPage],
      ['', (exchange) => exchange.answer(308, { location: `${base}/` })],
    ]
    for (const [path, answer] of pages) {
      router.add('GET', `${base}${path}`, answer)
      this.methods.set(`${base}${path}`, ['GET'])
    }
    // `/topics/*` would be found for `/topics`, too: what is longer stands behind.
    const patterns = new Set(Object.values<Call>(calls).map(({ path }) => path))
    for (const path of [...patterns].sort((one, other) => one.length - other.length)) this.route(router, path)
    return router
  }

  /** All calls of one path. */
  private route(router: SmartRouter<Handler>, path: string): void {
    const pattern = `${this.options.path}${path.replace(/\{\w+\}$/, '*')}`
    const here = Object.values<Call>(calls).filter((call) => call.path === path)
    for (const call of here) router.add(call.method.toUpperCase(), pattern, this.handler(call, pattern))
    this.methods.set(
      pattern,
      here.map(({ method }) => method.toUpperCase()),
    )
  }

  /** What no call has: browsers ask beforehand which there are. */
  private others(exchange: Exchange): void {
    const fits = (pattern: string) =>
      pattern.endsWith('*') ? exchange.path.startsWith(pattern.slice(0, -1)) : exchange.path === pattern
    const known = [...this.methods].find(([pattern]) => fits(pattern))?.[1]
    if (known === undefined) return exchange.fail(nothingHere)
    const methods = [...(known.includes('GET') ? ['HEAD'] : []), ...known, 'OPTIONS']
    if (exchange.method === 'OPTIONS') return this.cors.preflight(exchange.request, exchange.response, methods)
    exchange.fail(problem('methodNotAllowed', `${exchange.method} is not for this`, { allow: methods.join(', ') }))
  }

  private handler(call: Call, pattern: string): Handler {
    const start = pattern.endsWith('*') ? pattern.length - 1 : -1
    return (exchange) => {
      const query = queryOf(exchange.request.url ?? '')
      if ('why' in query) return exchange.fail(problem('invalidQuery', query.why))
      exchange.query = query
      this.admit(call, exchange, start < 0 ? null : exchange.path.slice(start))
    }
  }

  /** Whoever asks must be known before anything is read of what it sends. */
  private admit(call: Call, exchange: Exchange, rest: string | null): void {
    const unknown = unknownParameter(call, exchange)
    if (unknown !== null) return exchange.fail(unknown)
    const credentials = this.credentialsOf(exchange)
    if (credentials === null) return exchange.fail(strangerProblem('notAuthenticated'))
    const identified = this.identities.of(credentials)
    const go = (who: Identified) => exchange.attempt(() => this.identified(call, exchange, rest, who))
    if (identified instanceof Promise) identified.then(go, (error: unknown) => exchange.failBy(error))
    else go(identified)
  }

  private identified(call: Call, exchange: Exchange, rest: string | null, who: Identified): void {
    if (who.kind === 'refused') return exchange.fail(strangerProblem(who.reason))
    exchange.principal = who.principal
    const topic = topicOf(call, exchange, rest)
    if (typeof topic === 'string') call.answer(exchange, topic, this)
    else exchange.fail(problem('badEncoding', topic.why))
  }

  private credentialsOf({ request, query, peer }: Exchange) {
    const shown = credentialsIn(request, query.get('token') ?? null, this.cors.trusts(request))
    return shown === null ? null : { ...shown, peer: peer.address }
  }
}

/** What may stand in a host with its port. RFC 9112 §3.2: what else stands there is answered 400. */
const isHost = /^[\w.~!$&'()*+,;=%:[\]-]*$/

const noHost = problem('malformedRequest', 'the field Host names no host')

const nothingHere = {
  status: 404,
  code: 'notFound',
  detail: 'there is no such call; the API is described at openapi.json',
} as const

/** What the call is about: a topic's path, from where the call has it, or the last part of the URL. */
function topicOf(call: Call, { query }: Exchange, rest: string | null): string | { readonly why: string } {
  if (call.path === '/topic') return query.get('path') ?? { why: 'path: expected the path of a topic' }
  if (rest === null) return ''
  if (call.path === '/topics/{path}') return pathInUrl(rest)
  return decodedOnce(rest) ?? { why: 'what is percent-encoded in the URL is not UTF-8' }
}

/** A parameter that is not known is a slip, and what it was to mean would not happen. */
function unknownParameter({ parameters }: Call, { query }: Exchange) {
  if (query.size === 0) return null
  for (const name of query.keys()) {
    if (name === 'token' || parameters.includes(name)) continue
    const known = parameters.length === 0 ? 'there are none here' : `known here: ${parameters.join(', ')}`
    return problem('invalidQuery', `${shown(name)} is no parameter; ${known}`)
  }
  return null
}
