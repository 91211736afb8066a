import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { Hono } from 'hono'
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

type Handler = (context: Context<{ Bindings: Exchange }>) => Response

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
 * What handlers return: they answered on Node's response themselves, or will. A copy is one of the runtime's own, also where
 * somebody else in this process has put another class in its place.
 */
const alreadySent = RESPONSE_ALREADY_SENT.clone()

/**
 * The API behind its path. Routes are found by hono in the target as it was written, since what is decoded twice, or folded, would
 * be another topic.
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
  private readonly listener: (request: HttpRequest, response: HttpResponse) => Promise<void>
  /** By pattern, as hono has them; the shorter first. */
  private readonly methods = new Map<string, readonly string[]>()
  /** The one that is being handed to hono: it goes on within the call. */
  private entering: Exchange | null = null
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
    this.listener = this.listenerOf(this.router())
  }

  /** Takes one request. */
  answer(request: HttpRequest, response: HttpResponse, peer: PeerInfo): void {
    this.requests += 1
    this.entering = new Exchange(request, response, peer, this)
    void this.listener(request, response)
    this.entering = null
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

  /** Node's requests of both kinds reach hono by its own adapter; the exchange goes with them as the bindings. */
  private listenerOf(app: Hono<{ Bindings: Exchange }>) {
    const noFallback = () => {
      const { entering } = this
      // A host or a target that is no URL: hono has no request for it.
      entering?.fail(problem('malformedRequest', 'the target or the host of the request is no URL'))
    }
    return getRequestListener((request) => this.dispatch(app, request), {
      overrideGlobalObjects: false,
      autoCleanupIncoming: false,
      errorHandler: noFallback,
    })
  }

  private dispatch(app: Hono<{ Bindings: Exchange }>, request: Request): Response | Promise<Response> {
    const { entering } = this
    if (entering === null) return alreadySent
    const { method } = entering
    const { cors } = this
    const allowed = cors.headersFor(entering.request)
    if (allowed === null) entering.fail(forbiddenPage)
    else {
      if (entering.field('origin') !== null) entering.cors = allowed
      // Hono would answer a HEAD by a second response, made from that of a GET; here nothing is made of it.
      return app.fetch(method === 'HEAD' ? asGet(request) : request, entering)
    }
    return alreadySent
  }

  private router(): Hono<{ Bindings: Exchange }> {
    const app = new Hono<{ Bindings: Exchange }>({ getPath: (_request, options) => pathOf(options?.env) })
    const { path: base } = this.options
    const description = new Description(base)
    const pages: readonly (readonly [string, (exchange: Exchange) => void])[] = [
      ['/openapi.json', (exchange) => description.answer(exchange)],
      ['/', answerPage],
      ['', (exchange) => exchange.answer(308, { location: `${base}/` })],
    ]
    for (const [path, answer] of pages) {
      app.get(`${base}${path}`, this.plain(answer))
      this.methods.set(`${base}${path}`, ['GET'])
    }
    // `/topics/*` would be found for `/topics`, too: what is longer stands behind.
    const patterns = new Set(Object.values<Call>(calls).map(({ path }) => path))
    for (const path of [...patterns].sort((one, other) => one.length - other.length)) this.route(app, path)
    // Where a second handler fitted, each request would go through hono's chain of promises.
    app.notFound(this.plain((exchange) => this.others(exchange)))
    app.onError((error, context) => {
      context.env.attempt(() => {
        throw error
      })
      return alreadySent
    })
    return app
  }

  /** All calls of one path. */
  private route(app: Hono<{ Bindings: Exchange }>, path: string): void {
    const pattern = `${this.options.path}${path.replace(/\{\w+\}$/, '*')}`
    const here = Object.values<Call>(calls).filter((call) => call.path === path)
    for (const call of here) app.on(call.method.toUpperCase(), pattern, this.handler(call, pattern))
    this.methods.set(
      pattern,
      here.map(({ method }) => method.toUpperCase()),
    )
  }

  private plain(answer: (exchange: Exchange) => void): Handler {
    return ({ env }) => {
      answer(env)
      return alreadySent
    }
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
    return ({ env: exchange }) => {
      const query = queryOf(exchange.request.url ?? '')
      if ('why' in query) exchange.fail(problem('invalidQuery', query.why))
      else {
        exchange.query = query
        this.admit(call, exchange, start < 0 ? null : exchange.path.slice(start))
      }
      return alreadySent
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
    if (identified instanceof Promise) identified.then(go, (error: unknown) => this.failed(error))
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

const nothingHere = {
  status: 404,
  code: 'notFound',
  detail: 'there is no such call; the API is described at openapi.json',
} as const

function pathOf(env: unknown): string {
  return env instanceof Exchange ? env.path : '/'
}

function asGet(request: Request): Request {
  return Object.create(request, { method: { value: 'GET' } })
}

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
