import type { Log } from '../ops/index.js'
import type { ChangedSettings } from './config/index.js'
import { Failure } from './failure.js'

/** What the process can be told from outside. */
export interface Supervised {
  /** Resolves when everything has ended in good order. */
  drain(): Promise<void>
  /** Throws a `Failure` where the new settings cannot be used. */
  reload(): ChangedSettings
}

/** Connects signals and unexpected errors with the gateway. The second signal to end ends at once. */
export function superviseProcess(log: Log, gateway: Supervised): void {
  let isEnding = false
  const end = (signal: NodeJS.Signals) => {
    if (isEnding) process.exit(1)
    isEnding = true
    log.info({ signal }, 'draining; a second signal ends at once')
    gateway.drain().then(
      () => process.exit(0),
      (error) => die(log, error, 'draining failed'),
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('SIGHUP', () => reload(log, gateway))
  process.on('uncaughtException', (error) => die(log, error, 'an error that nobody expected'))
  process.on('unhandledRejection', (error) => die(log, error, 'a rejection that nobody expected'))
}

/** Settings with mistakes change nothing. */
function reload(log: Log, gateway: Supervised): void {
  try {
    const { applied, needRestart } = gateway.reload()
    log.info({ applied }, applied.length === 0 ? 'settings read again; none of them changed' : 'settings changed')
    if (needRestart.length > 0) log.warn({ needRestart }, 'these settings hold after a restart')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    log.error({ problems: error.message.split('\n') }, 'the settings cannot be used; those before stay')
  }
}

/** Leaves with the reason in the log: a process in an unknown state serves nobody. */
function die(log: Log, error: unknown, text: string): never {
  log.error({ err: error }, text)
  process.exit(1)
}
