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
  const own = [...transports].flatMap(([name, options]) => listenersOfSection(`transports.${name}`, options))
  return [...listenersOfSection('http', http), ...listenersOfSection('ops', ops), ...own]
}

/** Where a section has ports of its own, it says `host` and `port`; a secured one has them under `tls`. */
function listenersOfSection(key: string, options: unknown): ListenerSetting[] {
  return [...listenerIn(key, options), ...listenerIn(`${key}.tls`, memberOf(options, 'tls'))]
}

function listenerIn(key: string, options: unknown): ListenerSetting[] {
  const [host, port] = [memberOf(options, 'host'), memberOf(options, 'port')]
  return typeof host === 'string' ? [{ key, host, port: typeof port === 'number' ? port : 0 }] : []
}

function memberOf(options: unknown, name: string): unknown {
  return typeof options === 'object' && options !== null ? Reflect.get(options, name) : undefined
}
