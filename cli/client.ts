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

/** Runs a command over a session of its own, and says in one line what went wrong and what to do about it. */
export async function withSession<Result>(
  options: ClientOptions,
  work: (session: Session) => Promise<Result>,
  more: Pick<ConnectOptions, 'reconnect' | 'sessionTimeoutMs'> = { reconnect: false, sessionTimeoutMs: 0 },
): Promise<Result> {
  const { url } = options
  let isConnected = false
  try {
    const session = await connect(url, { ...more, credentials: credentialsOf(options), agent: 'rivulet command line' })
    isConnected = true
    try {
      return await work(session)
    } finally {
      await session.close()
    }
  } catch (error) {
    throw error instanceof RivuletError ? explain(error, url, isConnected) : error
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

/** The line for an error of the SDK, with what to do next. */
function explain(error: RivuletError, url: string, isConnected: boolean): Failure {
  const exitCode = usageCodes.includes(error.code) ? 2 : 1
  const isUnreachable = error.code === 'linkLost' && !isConnected
  const what = isUnreachable
    ? `no gateway answers at ${url} (${error.message}): start one with \`rivulet serve\`, or name another with --url`
    : sentence(error, url)
  return new Failure(exitCode, `rivulet: ${what}`, { cause: error })
}

function sentence({ code, message }: RivuletError, url: string): string {
  switch (code) {
    case 'linkLost':
      return `the connection to ${url} broke (${message}): try again`
    case 'notAuthenticated':
      return `${url} wants to know who you are, or did not believe it: pass --user and set RIVULET_PASSWORD`
    case 'forbidden':
      return `not permitted (${message}): sign in as somebody who may, with --user`
    case 'unsupportedVersion':
      return `${url} speaks another version of the protocol: use the rivulet that came with it`
    case 'draining':
      return `${url} is shutting down: try again when it is back`
    default:
      return `${message} (${code})`
  }
}
