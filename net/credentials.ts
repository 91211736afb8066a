import type { Credentials } from '../core/index.js'
import type { HttpRequest } from './secure-http.js'

/** What a request shows of who sends it; where it came from is said elsewhere. */
export type RequestCredentials = Omit<Credentials, 'peer'>

/** The cookie that a token may stand in, for pages whose `EventSource` can set no header. */
const tokenCookie = 'rivulet_token'

/**
 * What a request shows of who sends it: its `Authorization` (Basic, RFC 7617; Bearer, RFC 6750), else the token of its query, else the
 * cookie, which a browser adds unasked and is therefore looked at only where `takesCookie`. Nothing of it: whoever needs no credentials.
 * Null: an `Authorization` that cannot be read, which must not pass as nobody's.
 */
export function credentialsIn(
  { headers }: Pick<HttpRequest, 'headers'>,
  queryToken: string | null,
  takesCookie: boolean,
): RequestCredentials | null {
  const { authorization, cookie } = headers
  if (authorization !== undefined) return authorized(authorization)
  const token = queryToken ?? (takesCookie && cookie !== undefined ? tokenIn(cookie) : null)
  return token === null ? nobody : { token }
}

const nobody: RequestCredentials = {}

function authorized(field: string): RequestCredentials | null {
  const [, scheme = '', shown = ''] = /^([a-z]+) +(\S+)$/i.exec(field) ?? []
  if (scheme.toLowerCase() === 'bearer') return { token: shown }
  return scheme.toLowerCase() === 'basic' ? userIn(shown) : null
}

function userIn(base64: string): RequestCredentials | null {
  const bytes = Buffer.from(base64, 'base64')
  const text = bytes.toString('utf8')
  const colon = text.indexOf(':')
  // Decoding replaces what is no UTF-8, and skips what is no base64.
  if (colon < 0 || !bytes.equals(Buffer.from(text)) || !isBase64.test(base64)) return null
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/

function tokenIn(cookies: string): string | null {
  for (const cookie of cookies.split(';')) {
    const [name = '', ...value] = cookie.split('=')
    if (name.trim() === tokenCookie) return value.join('=').trim()
  }
  return null
}
