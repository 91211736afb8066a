import type { GatewayConfig } from './config/index.js'

/** One address that a configuration says to listen at. */
export interface ListenerSetting {
  /** The section that says it: `http`, `transports.mqtt.tls`. */
  readonly key: string
  readonly host: string
  /** 0: a free one. */
  readonly port: number
}

/** Every address of a configuration. */
export function listenersOf({ http, ops, transports }: Pick<GatewayConfig, 'http' | 'ops' | 'transports'>) {
  const own = [...transports].flatMap(([name, options]) => listenersOfTransport(`transports.${name}`, options))
  return [{ key: 'http', ...addressOf(http) }, { key: 'ops', ...addressOf(ops) }, ...own]
}

/** Where a transport has ports of its own, its options say `host` and `port`; a secured one has them under `tls`. */
function listenersOfTransport(key: string, options: unknown): ListenerSetting[] {
  return [...listenerIn(key, options), ...listenerIn(`${key}.tls`, memberOf(options, 'tls'))]
}

function listenerIn(key: string, options: unknown): ListenerSetting[] {
  const [host, port] = [memberOf(options, 'host'), memberOf(options, 'port')]
  return typeof host === 'string' ? [{ key, host, port: typeof port === 'number' ? port : 0 }] : []
}

const addressOf = ({ host, port }: { readonly host: string; readonly port: number }) => ({ host, port })

function memberOf(options: unknown, name: string): unknown {
  return typeof options === 'object' && options !== null ? Reflect.get(options, name) : undefined
}
