import type { CloseReason, Refusal, RefusalCode } from '../../core/index.js'
import { closeReasons } from '../../core/index.js'
import type { Problem } from '../../net/index.js'
import { sseLimits } from './limits.js'

const retryAfter = { 'retry-after': String(sseLimits.retryAfterS) }

/** Whoever shows nothing, or the wrong thing, is told what counts here. RFC 9110 §11.6.1 */
const challenge = { 'www-authenticate': 'Bearer realm="rivulet", Basic realm="rivulet", charset="UTF-8"' }

const statuses: Readonly<Partial<Record<CloseReason, number>>> = {
  notAuthenticated: 401,
  credentialsExpired: 401,
  forbidden: 403,
  tooManyConnections: 503,
  tooManyRequests: 503,
  authenticationTimeout: 503,
  draining: 503,
}

/** Why no stream begins, where core ends the link before it does. */
export function problemOfEnd(reason: CloseReason): Problem {
  const status = statuses[reason] ?? 500
  const headers = status === 401 ? challenge : retryAfter
  // Who showed nothing was refused nothing.
  const detail = reason === 'notAuthenticated' ? 'credentials are missing or were refused' : closeReasons[reason].text
  const problem = { status, code: reason, detail }
  return status === 401 || status === 503 ? { ...problem, headers } : problem
}

const refusalStatuses: Readonly<Partial<Record<RefusalCode, number>>> = { forbidden: 403, limitReached: 503 }

/** Why a selector is not served. */
export function problemOfRefusal({ code, detail }: Refusal, selector: string): Problem {
  const status = refusalStatuses[code] ?? 400
  const problem = { status, code, detail: `topic=${selector.slice(0, 200)}: ${detail}` }
  return status === 503 ? { ...problem, headers: retryAfter } : problem
}

/** An `Authorization` that cannot be read. */
export const unreadableAuthorization: Problem = {
  status: 401,
  code: 'notAuthenticated',
  detail: 'Authorization must be Basic or Bearer',
  headers: challenge,
}

/** One more stream than there may be. */
export const tooManyStreams: Problem = {
  status: 503,
  code: 'tooManyConnections',
  detail: 'as many streams are open as may be',
  headers: retryAfter,
}

/** The same of one client. */
export const tooManyOfClient: Problem = {
  status: 429,
  code: 'tooManyConnections',
  detail: 'as many streams are open from this address as may be',
  headers: retryAfter,
}

/** A query that cannot be carried out. */
export function wrongParameter(detail: string): Problem {
  return { status: 400, code: 'invalidParameter', detail }
}

export const notFound: Problem = {
  status: 404,
  code: 'notFound',
  detail: 'streams are at the path itself, not below it',
}

export const notAcceptable: Problem = {
  status: 406,
  code: 'notAcceptable',
  detail: 'there is nothing here but text/event-stream',
}

export function wrongMethod(methods: readonly string[]): Problem {
  const detail = `a stream is asked for with ${methods[0]}`
  return { status: 405, code: 'methodNotAllowed', detail, headers: { allow: methods.join(', ') } }
}
