import type { AccessSettings } from '../auth/index.js'
import { isLoopback } from '../net/index.js'
import type { GatewayConfig } from './config/index.js'

/** As much of a configuration as says who can connect, and who may. */
export type Exposed = Pick<GatewayConfig, 'http' | 'ops' | 'transports' | 'access'>

/**
 * Why this configuration may not be run without `--insecure`; null when it may: whoever can reach the gateway from
 * another machine must sign in, or be held by rules.
 */
export function exposure(config: Exposed): string | null {
  const open = Object.entries(hostsOf(config)).filter(([, host]) => !isLoopback(host))
  const [first] = open
  if (first === undefined || isGuarded(config.access)) return null
  const [key, host] = first
  return (
    `${key} is ${host}, so that other machines can connect, and everybody may do everything: ` +
    'configure auth.users or permissions.rules, or pass --insecure if the network is yours alone'
  )
}

function isGuarded({ anonymousRoles, rules }: AccessSettings): boolean {
  return anonymousRoles === null || rules !== null
}

/** By key: every host of the configuration. A listener of a transport's own calls its option `host`; a secured one has it under `tls`. */
function hostsOf({ http, ops, transports }: Exposed): Record<string, string> {
  const own = [...transports].flatMap(([name, options]) => [
    ...hostIn(`transports.${name}`, options),
    ...hostIn(`transports.${name}.tls`, memberOf(options, 'tls')),
  ])
  return { 'http.host': http.host, 'ops.host': ops.host, ...Object.fromEntries(own) }
}

function hostIn(key: string, options: unknown): [key: string, host: string][] {
  const host = memberOf(options, 'host')
  return typeof host === 'string' ? [[`${key}.host`, host]] : []
}

function memberOf(options: unknown, name: string): unknown {
  return typeof options === 'object' && options !== null ? Reflect.get(options, name) : undefined
}
