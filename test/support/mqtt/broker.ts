import { once } from 'node:events'
import type { Context } from 'mocha'
import { skip } from '../skip.js'

/** The server under test. */
export interface Broker {
  readonly port: number
  /** Where `/mqtt` is a WebSocket. */
  readonly webSocketPort: number
  /** Lets so much time pass for the server. */
  pass(ms: number): Promise<void>
  stop(): Promise<void>
}

/** Who may connect with a password; whoever gives no name is let in without one. */
export const account = { username: 'device', password: 'secret' } as const

/** The authentication method in which the server asks one question, whoever connects. */
export const challenge = { method: 'challenge', answer: 'the right answer' } as const

/** The first level of topics that nobody may publish to. */
export const forbidden = 'forbidden'

/** What a suite wants other than the defaults. */
export interface BrokerSettings {
  /** The longest keep-alive that the server agrees to, s. */
  readonly keepAliveMaxSeconds?: number
}

/**
 * Starts the server under test with its defaults, but for `account`, `challenge`, `forbidden` and these settings.
 *
 * Until the transport is there, MQTT_PORT and MQTT_WEBSOCKET_PORT name a server that runs already; its time passes as ours does.
 */
export async function startBroker(context: Context, settings: BrokerSettings): Promise<Broker> {
  const { MQTT_PORT, MQTT_WEBSOCKET_PORT } = process.env
  if (MQTT_PORT === undefined) skip(context, 'there is no server to test yet: MQTT_PORT names one')
  if (Object.keys(settings).length > 0) skip(context, 'settings cannot be given to a server that runs already')
  return {
    port: Number(MQTT_PORT),
    webSocketPort: Number(MQTT_WEBSOCKET_PORT),
    pass: async (ms) => {
      await once(AbortSignal.timeout(ms), 'abort')
    },
    stop: async () => undefined,
  }
}
