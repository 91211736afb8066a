import type { GatewayConfig } from './config/index.js'
import { Failure, isSystemError } from './failure.js'
import { isTaken } from './ports.js'

/** As much of a configuration as says where a gateway listens. */
export type Addresses = Pick<GatewayConfig, 'http' | 'ops' | 'transports'>

/** An address that cannot be had, as a line that says what to do; any other error as it is. */
export async function addressFailure(error: unknown, { http, ops, transports }: Addresses): Promise<unknown> {
  if (!isSystemError(error, 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND')) return error
  const { address, port } = { address: undefined, port: undefined, ...error }
  // The first that fails ends the start, and who mends it should not find the second by trying.
  if (error.code === 'EADDRINUSE' && port === http.port && ops.port !== 0 && (await isTakenToo(ops)))
    return failure(`ports ${port} and ${ops.port} are in use: ${changeText('http.port', 'ops.port')}${orLeave}`, error)
  const key = port === http.port ? 'http' : port === ops.port ? 'ops' : transportAt(transports, port)
  const place = port === undefined ? String(address ?? '') : `port ${port} of ${address}`
  const change =
    key === null
      ? 'choose another in the configuration'
      : changeText(`${key}.${error.code === 'EADDRINUSE' ? 'port' : 'host'}`)
  const what =
    { EADDRINUSE: 'is in use', EACCES: 'may not be used by this user' }[error.code] ??
    'is not an address of this machine'
  return failure(`${place} ${what}: ${change}${error.code === 'EADDRINUSE' ? orLeave : ''}`, error)
}

/** The setting under which a transport has this port; null: none has. */
function transportAt(transports: Addresses['transports'], port: unknown): string | null {
  for (const [name, options] of transports) {
    for (const [section, at] of [['', options] as const, ['.tls', memberOf(options, 'tls')] as const]) {
      if (memberOf(at, 'port') === port) return `transports.${name}${section}`
    }
  }
  return null
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** What else may be wrong with the second address shows when the first is mended. */
function isTakenToo({ host, port }: Addresses['ops']): Promise<boolean> {
  return isTaken(host, port).catch(() => false)
}

const orLeave = ', unless it is a gateway that runs already'

function failure(what: string, cause: Error): Failure {
  return new Failure(1, `rivulet: ${what}`, { cause })
}

/** Right for whoever reads it: a program has settings only, the command line `--set` too. */
function changeText(...settings: readonly string[]): string {
  const which = settings.length === 1 ? 'another' : 'others'
  const options = settings.map((setting) => `--set ${setting}=…`).join(' ')
  return `choose ${which} in the settings, as ${settings.join(' and ')} (on the command line: ${options})`
}
