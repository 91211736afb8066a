import { OriginRule } from './origin-rule.js'
import type { Problem } from './problem.js'
import { answerProblem } from './problem.js'
import type { HttpRequest, HttpResponse } from './secure-http.js'

/** For how long a browser need not ask again, s. */
const preflightAgeS = 600

const none: Readonly<Record<string, string>> = {}

/**
 * Which pages may ask, and what their browsers are told of it (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).
 * A page that is let in only because all are is told so without its cookies: whoever is signed in elsewhere must not be made to act.
 */
export class Cors {
  private readonly named: OriginRule
  private readonly isOpen: boolean
  private readonly exposed: string

  /** `exposed`: header fields of answers that pages may read beside the usual ones. */
  constructor(origins: readonly string[], isLoopbackListener: boolean, exposed: readonly string[] = []) {
    this.isOpen = origins.includes('*')
    const named = origins.filter((origin) => origin !== '*')
    this.named = new OriginRule(named, isLoopbackListener)
    this.exposed = exposed.join(', ')
  }

  /** Header fields for the answer; null: the page may not ask. */
  headersFor(request: HttpRequest): Readonly<Record<string, string>> | null {
    const { origin } = request.headers
    if (origin === undefined) return this.isOpen || this.named.allowsHost(hostOf(request)) ? none : null
    const isNamed = this.isNamed(request)
    if (!isNamed && !this.isOpen) return null
    const fields = isNamed
      ? { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
      : { 'access-control-allow-origin': '*' }
    return { ...fields, vary: 'origin', ...(this.exposed && { 'access-control-expose-headers': this.exposed }) }
  }

  /** Whether the cookies that came with it speak for whoever asks: a program, or a page that may by its origin. */
  trusts(request: HttpRequest): boolean {
    return request.headers.origin === undefined ? this.named.allowsHost(hostOf(request)) : this.isNamed(request)
  }

  /** Answers what a browser asks before it lets a page send something unusual. */
  preflight(request: HttpRequest, response: HttpResponse, methods: readonly string[]): void {
    const headers = this.headersFor(request)
    if (headers === null) return answerProblem(request, response, forbiddenPage)
    const wanted = request.headers['access-control-request-headers']
    response.writeHead(204, {
      ...headers,
      allow: methods.join(', '),
      'access-control-allow-methods': methods.join(', '),
      ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': String(preflightAgeS),
    })
    response.end()
  }

  private isNamed(request: HttpRequest): boolean {
    return this.named.allows(request.headers.origin, hostOf(request))
  }
}

/** Which host was dialled: HTTP/2 says so in another field. RFC 9113 §8.3.1 */
function hostOf({ headers }: HttpRequest): string | undefined {
  const authority = headers.host ?? headers[':authority']
  return typeof authority === 'string' ? authority : undefined
}

/** What a page is told that may not ask. */
export const forbiddenPage: Problem = {
  status: 403,
  code: 'forbidden',
  detail: 'pages of this origin may not ask, nor of this host: `transports.….origins` lists those that may',
}
