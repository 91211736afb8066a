import type { AccessSettings } from '../auth/index.js'
import { isLoopback } from '../net/index.js'
import type { GatewayConfig } from './config/index.js'
import { listenersOf } from './listener-settings.js'

/** As much of a configuration as says who can connect, and who may. */
export type Exposed = Pick<GatewayConfig, 'http' | 'ops' | 'transports' | 'access'>

/**
 * Why this configuration may not be run without `--insecure`; null when it may: whoever can reach the gateway from
 * another machine must sign in, or be held by rules.
 */
export function exposure(config: Exposed): string | null {
  const first = listenersOf(config).find(({ host }) => !isLoopback(host))
  if (first === undefined || isGuarded(config.access)) return null
  const { key, host } = first
  return (
    `${key}.host is ${host}, so that other machines can connect, and everybody may do everything: ` +
    'configure auth.users or permissions.rules, or pass --insecure if the network is yours alone'
  )
}

function isGuarded({ anonymousRoles, rules }: AccessSettings): boolean {
  return anonymousRoles === null || rules !== null
}
