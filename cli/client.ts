import { WebSocket } from 'ws'
import { refusals } from '../core/index.js'
import type { ClientCredentials, ConnectOptions, Session } from '../sdk/index.js'
import { connect, RivuletError } from '../sdk/index.js'
import { Failure } from './failure.js'

/** Which gateway, and as whom: the options of every client command. */
export interface ClientOptions {
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly token?: string
}

/**
 * Runs a command over a session of its own, and says in one line what went wrong and what to do about it. `action` is what
 * the command does, as in "may not publish to fx/eurusd".
 */
export async function withSession<Result>(
  options: ClientOptions,
  action: string,
  work: (session: Session) => Promise<Result>,
  more: Pick<ConnectOptions, 'reconnect' | 'sessionTimeoutMs'> = { reconnect: false, sessionTimeoutMs: 0 },
): Promise<Result> {
  let isConnected = false
  try {
    // The platform's own WebSocket, where there is one, does not tell with which status of HTTP it was refused.
    const shared = { credentials: credentialsOf(options), agent: 'rivulet command line', webSocket: WebSocket }
    const session = await connect(options.url, { ...more, ...shared })
    isConnected = true
    try {
      return await work(session)
    } finally {
      await session.close()
    }
  } catch (error) {
    throw error instanceof RivuletError ? explain(error, options, isConnected ? action : null) : error
  }
}

function credentialsOf({ user, password, token }: ClientOptions): ClientCredentials {
  return { ...(user && { user }), ...(password && { password }), ...(token && { token }) }
}

/** Wrong in the command itself, whatever the gateway is. */
const usageCodes = [
  'invalidArgument',
  'invalidPath',
  'invalidSelector',
  'invalidProperties',
  'invalidValue',
  'typeMismatch',
]

/** The line for an error of the SDK, with what to do next; without an action there was no session yet. */
export function explain(error: RivuletError, options: ClientOptions, action: string | null): Failure {
  const exitCode = usageCodes.includes(error.code) ? 2 : 1
  const isUnreachable = error.code === 'linkLost' && action === null
  const what = isUnreachable ? unreachable(error.message, options.url) : sentence(error, options, action)
  return new Failure(exitCode, `rivulet: ${what}`, { cause: error })
}

function unreachable(message: string, url: string): string {
  const [, status] = /server response: (\d+)/.exec(message) ?? []
  if (status === undefined)
    return `no gateway answers at ${url} (${message}): start one with \`rivulet serve\`, or name another with --url`
  if (status === '404')
    return `something answers at ${url}, but no gateway at this path (HTTP 404): the usual one is /ws; name another with --url`
  if (status === '429' || status === '503')
    return `${url} takes no connections at present (HTTP ${status}): try again later`
  return `something answers at ${url}, but not as a gateway (HTTP ${status}): name another with --url`
}

function sentence({ code, message }: RivuletError, options: ClientOptions, action: string | null): string {
  const { url } = options
  switch (code) {
    case 'linkLost':
      return `the connection to ${url} broke (${message}): try again`
    case 'notAuthenticated':
      return notBelieved(options)
    case 'forbidden':
      return forbidden(message, options, action ?? `connect to ${url}`)
    case 'unsupportedVersion':
      return `${url} speaks another version of the protocol: use the rivulet that came with it`
    case 'draining':
      return `${url} is shutting down: try again when it is back`
    default:
      return `${message} (${code})`
  }
}

function notBelieved({ url, user, token }: ClientOptions): string {
  if (token)
    return `${url} does not accept the token: pass another, or sign in with --user and RIVULET_PASSWORD instead`
  if (user)
    return `${url} does not accept user ${JSON.stringify(user)} with this password: check --user and RIVULET_PASSWORD`
  return `${url} wants to know who you are: pass --user and set RIVULET_PASSWORD, or set RIVULET_TOKEN`
}

/** What the gateway says beyond "no" is the reason; advice would be wrong where no user may. */
function forbidden(message: string, { user, token }: ClientOptions, action: string): string {
  const who = user || (token ? 'the owner of the token' : 'an anonymous client')
  const reason = withoutSubject(message, action)
  if (reason !== refusals.forbidden.text) return `${who} may not ${action}: ${reason}`
  const isSignedIn = Boolean(user || token)
  const advice = isSignedIn
    ? 'a rule under `permissions` would have to allow it'
    : 'sign in with --user and RIVULET_PASSWORD'
  return `${who} may not ${action}: ${advice}`
}

/** A refusal begins with the topic or selector that it is about, which the action names already. */
function withoutSubject(message: string, action: string): string {
  const colons = [...message.matchAll(/: /g)].map(({ index }) => index)
  const end = colons.find((index) => action.includes(message.slice(0, index)))
  return end === undefined ? message : message.slice(end + 2)
}
