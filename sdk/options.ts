import type { Credentials } from '../core/index.js'
import type { Names } from './arguments.js'
import { noOthers, wholeNumber } from './arguments.js'
import type { RetryTimes } from './back-off.js'
import { usualRetryTimes } from './back-off.js'
import { RivuletError } from './errors.js'
import { times } from './limits.js'
import type { SocketConstructor } from './socket.js'
import { platformSocket } from './socket.js'
import type { ClientClock } from './system-clock.js'
import { systemClock } from './system-clock.js'

/** What a client shows when it connects. */
export type ClientCredentials = Pick<Credentials, 'user' | 'password' | 'token'>

/** How to connect; everything may be left out. Times are in ms. */
export interface ConnectOptions {
  /** User and password, or a token; or a function that gets them anew for each connection, such as a token that expires. */
  readonly credentials?: ClientCredentials | (() => ClientCredentials | Promise<ClientCredentials>)
  /** Come back after a lost connection, on by default; with the longest waits before the first and before any attempt. */
  readonly reconnect?: boolean | Partial<RetryTimes>
  /** Also keep trying when the first connection fails, which otherwise rejects. Off by default. */
  readonly waitForGateway?: boolean
  /** How long one attempt may take. */
  readonly connectTimeoutMs?: number
  /** How long a request waits for its answer, reconnections included. */
  readonly requestTimeoutMs?: number
  /** Silence after which the connection is given up; shorter notices sooner and costs a few bytes more. */
  readonly keepAliveMs?: number
  /** How long the gateway keeps the session after its connection is lost. 0: not at all. */
  readonly sessionTimeoutMs?: number
  /** Bytes a second that the gateway may send at most; 0: no limit. */
  readonly bytesPerSecondMax?: number
  /** To be recognised by in lists: your application's name and version. */
  readonly agent?: string
  /** Another WebSocket than the platform's. */
  readonly webSocket?: SocketConstructor
  /** @internal Time and chance, for tests. */
  readonly clock?: ClientClock
  /** @internal From 0 up to 1. */
  readonly random?: () => number
}

/** What a connection needs, with every choice made. */
export interface ConnectionOptions {
  readonly url: string
  readonly reconnect: boolean
  readonly waitForGateway: boolean
  readonly retry: RetryTimes
  readonly connectTimeoutMs: number
  readonly settledMs: number
  readonly webSocket: SocketConstructor
  readonly random: () => number
}

/** What a session needs, with every choice made. */
export interface SessionOptions {
  readonly connection: ConnectionOptions
  readonly clock: ClientClock
  readonly credentials: () => ClientCredentials | Promise<ClientCredentials>
  readonly requestTimeoutMs: number
  readonly keepAliveMs: number
  readonly sessionTimeoutMs: number
  readonly bytesPerSecondMax: number
  readonly agent: string
}

const names: Names<ConnectOptions> = {
  credentials: 1,
  reconnect: 1,
  waitForGateway: 1,
  connectTimeoutMs: 1,
  requestTimeoutMs: 1,
  keepAliveMs: 1,
  sessionTimeoutMs: 1,
  bytesPerSecondMax: 1,
  agent: 1,
  webSocket: 1,
  clock: 1,
  random: 1,
}

const credentialNames: Names<ClientCredentials> = { user: 1, password: 1, token: 1 }

/** Makes every choice that the program left open. Throws `invalidArgument`. */
export async function chooseOptions(url: string, options: ConnectOptions): Promise<SessionOptions> {
  const { credentials = {} } = options
  noOthers(options, names)
  noOthers(credentials, credentialNames)
  return {
    connection: await connectionOptions(url, options),
    clock: options.clock ?? systemClock,
    credentials: typeof credentials === 'function' ? credentials : () => credentials,
    requestTimeoutMs: options.requestTimeoutMs ?? times.requestTimeoutMs,
    keepAliveMs: wholeNumber(options.keepAliveMs ?? times.keepAliveMs, 'keepAliveMs'),
    sessionTimeoutMs: wholeNumber(options.sessionTimeoutMs ?? times.sessionTimeoutMs, 'sessionTimeoutMs'),
    bytesPerSecondMax: wholeNumber(options.bytesPerSecondMax ?? 0, 'bytesPerSecondMax'),
    agent: options.agent ?? 'rivulet/client',
  }
}

async function connectionOptions(url: string, options: ConnectOptions): Promise<ConnectionOptions> {
  const { reconnect = true } = options
  noOthers(Object(reconnect), usualRetryTimes)
  if (!/^wss?:/.test(url) || !URL.canParse(url)) {
    throw new RivuletError('invalidArgument', `${JSON.stringify(url)}: expected a URL such as ws://127.0.0.1:8080/ws`)
  }
  return {
    url,
    reconnect: reconnect !== false,
    waitForGateway: options.waitForGateway ?? false,
    retry: { ...usualRetryTimes, ...(typeof reconnect === 'object' && reconnect) },
    connectTimeoutMs: options.connectTimeoutMs ?? times.connectTimeoutMs,
    settledMs: times.settledMs,
    webSocket: options.webSocket ?? (await platformSocket()),
    random: options.random ?? Math.random,
  }
}
