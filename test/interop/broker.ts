import type { Context } from 'mocha'
import type { Certificates } from './certificates.js'
import { startMosquittoBroker } from './mosquitto-broker.js'
import type { Cannot } from './peer.js'

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

/** Starts the broker under test. Call it in `before`: it skips the suite, with the reason, where the machine lacks a program. */
export const startBroker = (context: Context): Promise<Broker> => startMosquittoBroker(context)
