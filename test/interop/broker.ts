import type { Context } from 'mocha'
import type { Certificates } from './certificates.js'
import { startMosquittoBroker } from './mosquitto-broker.js'
import type { Cannot } from './peer.js'
import { startRivuletBroker } from './rivulet-broker.js'

/** The broker that the scenarios try, and what it was told beforehand. Anonymous clients may do all but one thing. */
export interface Broker {
  readonly tcp: string
  readonly websocket: string
  /** Takes clients with and without a certificate. */
  readonly tls: string
  /** Refuses clients that show no certificate of the authority. */
  readonly mutualTls: string
  readonly certificates: Certificates
  /** Known to it, beside the anonymous. */
  readonly user: { readonly name: string; readonly password: string }
  /** The one topic that nobody may publish or subscribe to. */
  readonly forbiddenTopic: string
  readonly cannot: Cannot
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

const brokers: Readonly<Record<string, (context: Context) => Promise<Broker>>> = {
  rivulet: startRivuletBroker,
  mosquitto: startMosquittoBroker,
}

/**
 * Starts the broker under test, which INTEROP_BROKER names: with `mosquitto` the scenarios themselves are tried. Call it in
 * `before`: it skips the suite, with the reason, where the machine lacks a program.
 */
export function startBroker(context: Context): Promise<Broker> {
  const name = process.env.INTEROP_BROKER ?? 'rivulet'
  const start = brokers[name]
  if (!start) throw new Error(`INTEROP_BROKER is one of ${Object.keys(brokers).join(', ')}, not ${name}`)
  return start(context)
}
