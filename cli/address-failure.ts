import type { GatewayConfig } from './config/index.js'
import { Failure, isSystemError } from './failure.js'
import type { ListenerSetting } from './listener-settings.js'
import { listenersOf } from './listener-settings.js'
import { isTaken } from './ports.js'

/** As much of a configuration as says where a gateway listens. */
export type Addresses = Pick<GatewayConfig, 'http' | 'ops' | 'transports'>

/** An address that cannot be had, as a line that says what to do; any other error as it is. Nothing of the gateway listens by then. */
export async function addressFailure(error: unknown, config: Addresses): Promise<unknown> {
  if (!isSystemError(error, 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND')) return error
  const { address, port } = { address: undefined, port: undefined, ...error }
  const listeners = listenersOf(config)
  // The first that fails ends the start, and who mends it should not find the next by trying.
  const taken = error.code === 'EADDRINUSE' ? await takenOf(listeners) : []
  if (taken.length > 1) return failure(`ports ${textOf(taken.map(portOf))} are in use: ${otherPorts(taken)}`, error)
  const place = port === undefined ? String(address ?? '') : `port ${port} of ${address}`
  const failed = listenersAt(listeners, address, port)
  if (error.code === 'EADDRINUSE') return failure(`${place} is in use: ${otherPorts(failed)}`, error)
  const what = error.code === 'EACCES' ? 'may not be used by this user' : 'is not an address of this machine'
  return failure(`${place} ${what}: ${changeText(failed.map(({ key }) => `${key}.host`))}`, error)
}

/** Those who wanted the address; where a host is a name, those who wanted the port. */
function listenersAt(listeners: readonly ListenerSetting[], address: unknown, port: unknown): ListenerSetting[] {
  const wanted = listeners.filter((listener) => listener.port === port)
  const exactly = wanted.filter(({ host }) => host === address)
  return exactly.length > 0 ? exactly : wanted
}

async function takenOf(listeners: readonly ListenerSetting[]): Promise<ListenerSetting[]> {
  const given = listeners.filter(({ port }) => port !== 0)
  // What is wrong with another address shows when this one is mended.
  const found = await Promise.all(given.map(({ host, port }) => isTaken(host, port).catch(() => false)))
  return given.filter((_, index) => found[index])
}

const portOf = ({ port }: ListenerSetting): string => String(port)

function otherPorts(listeners: readonly ListenerSetting[]): string {
  return `${changeText(listeners.map(({ key }) => `${key}.port`))}, unless it is a gateway that runs already`
}

function failure(what: string, cause: Error): Failure {
  return new Failure(1, `rivulet: ${what}`, { cause })
}

/** Right for whoever reads it: a program has settings only, the command line `--set` too. */
function changeText(settings: readonly string[]): string {
  if (settings.length === 0) return 'choose another in the configuration'
  const which = settings.length === 1 ? 'another' : 'others'
  const options = settings.map((setting) => `--set ${setting}=…`).join(' ')
  return `choose ${which} in the settings, as ${textOf(settings)} (on the command line: ${options})`
}

/** `a`, `a and b`, `a, b and c`. */
function textOf(parts: readonly string[]): string {
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
}
