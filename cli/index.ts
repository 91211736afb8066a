import type { Gateway } from '../core/index.js'
import type { Log } from '../ops/index.js'
import { createLog } from '../ops/index.js'
import type { ConnectOptions, Session } from '../sdk/index.js'
import { connect } from '../sdk/index.js'
import type { Tree } from './config/index.js'
import { hintFor } from './config/index.js'
import { Failure } from './failure.js'
import { makeRun } from './make-run.js'
import { readConfig } from './read-config.js'
import { loadTransports } from './transport-folders.js'

export type { Gateway } from '../core/index.js'
export type { ConnectOptions, Session } from '../sdk/index.js'
export { Failure } from './failure.js'

/** How to start a gateway inside a program; everything may be left out. */
export interface StartOptions {
  /** The keys of a configuration file, such as `{ http: { port: 0 } }`. The process's environment is not read. */
  readonly settings?: Tree
  /** A configuration file; `settings` win over it. */
  readonly config?: string
  /** Listen beyond loopback although nobody has to sign in. */
  readonly insecure?: boolean
  /** Takes the place of the JSON lines on stderr. */
  readonly log?: Log
}

/** A gateway inside this program. */
export interface RunningGateway {
  readonly gateway: Gateway
  /** Where it listens, one line for each listener: `websocket ws://127.0.0.1:8080/ws`. */
  readonly listeners: readonly string[]
  /** For clients. */
  readonly url: string
  /** A session with it, to publish and subscribe in this program. It goes over loopback, so it has the rights of its credentials. */
  connect(options?: ConnectOptions): Promise<Session>
  /** Gives every session what it is owed, within bounds, then ends. */
  drain(): Promise<void>
  /** Ends at once: clients are told `draining`, and what they are owed is not sent. */
  close(): Promise<void>
}

const optionNames: { readonly [Name in keyof Required<StartOptions>]: true } = {
  settings: true,
  config: true,
  insecure: true,
  log: true,
}

/** Starts a gateway in this program. Throws a `Failure` that says everything that is wrong with the settings. */
export async function startGateway(options: StartOptions = {}): Promise<RunningGateway> {
  const { settings = {}, config: file = null, insecure = false } = options
  refuseUnknown(Object.keys(options))
  const modules = await loadTransports()
  const config = readConfig({ program: settings, file, environment: {}, set: [] }, modules, insecure)
  const run = await makeRun(config, { modules, log: options.log ?? createLog(config.logLevel), insecure })
  const { lines, url } = await run.listen()
  return {
    gateway: run.gateway,
    listeners: lines,
    url,
    connect: (wanted) => connect(url, wanted),
    drain: () => run.drain(),
    close: () => run.close(),
  }
}

/** A misspelled option would be ignored, and the gateway run with other settings than were meant. */
function refuseUnknown(given: readonly string[]): void {
  const known = Object.keys(optionNames)
  const faults = given.filter((name) => !known.includes(name)).map((name) => `${name}: ${hintFor(name, known)}`)
  if (faults.length > 0) throw new Failure(2, `startGateway has no option ${faults.join('; ')}`)
}
