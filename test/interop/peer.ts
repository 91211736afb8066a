/** What a scenario knows of the library it tries: the same few actions, whatever carries them out. */
import type { Inbox } from './inbox.js'

/** Protocol level of CONNECT: 4 is MQTT 3.1.1, 5 is MQTT 5. */
export type Level = 4 | 5

/** Quality of service. */
export type QoS = 0 | 1 | 2

/** What can be missing in a peer or in a broker; a scenario names what it uses. */
export type Ability =
  | 'TLS'
  | 'the session-present flag'
  | 'reason codes of publishes'
  | 'reason codes of QoS 2'
  | 'a goodbye without the will'
  | 'reason codes of subscriptions'
  | 'learning of a refusal in TLS'
  | 'handing on what a lost member had not acknowledged'

/** What cannot be tried, each with the reason. */
export type Cannot = Readonly<Partial<Record<Ability, string>>>

/** Properties of MQTT 5 that a message carries; absent ones were not sent. */
export interface Properties {
  /** Seconds. */
  readonly messageExpiry?: number
  readonly responseTopic?: string
  /** Text, since the command line of mosquitto_pub takes no other bytes. */
  readonly correlation?: string
  readonly contentType?: string
  /** In order, names may come twice. */
  readonly userProperties?: readonly (readonly [name: string, value: string])[]
  /** On what is received: of the subscriptions that it matched. */
  readonly subscriptionIdentifiers?: readonly number[]
}

/** What is published. */
export interface Publish extends Properties {
  readonly topic: string
  readonly payload: string | Buffer
  readonly qos: QoS
  readonly retain?: boolean
}

/** What was received. */
export interface Message extends Properties {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: QoS
  readonly retain: boolean
}

/** A will, which the broker publishes when the connection ends without a goodbye. */
export interface Will {
  readonly topic: string
  readonly payload: string
  readonly qos: QoS
  /** Seconds; MQTT 5. */
  readonly delay?: number
}

/** Paths of PEM files. */
export interface Trust {
  readonly authority: string
  /** What the client shows of itself. */
  readonly identity?: { readonly certificate: string; readonly key: string }
}

/** One connection that a peer opens. */
export interface Connect {
  /** mqtt:, mqtts: or ws: */
  readonly url: string
  readonly clientId: string
  /** False keeps the session beyond the connection, and takes up what is there. */
  readonly clean?: boolean
  /** Seconds that the session outlives its connection; MQTT 5. Without it a session that is not clean stays for five minutes. */
  readonly sessionExpiry?: number
  readonly will?: Will
  readonly user?: { readonly name: string; readonly password: string }
  readonly trust?: Trust
}

/** One wish of a client. */
export interface Subscribe {
  readonly filter: string
  readonly qos: QoS
  /** MQTT 5. */
  readonly subscriptionIdentifier?: number
}

/** One connection. */
export interface Client {
  readonly received: Inbox
  /** Whether the broker still had the session; undefined where the library keeps that for itself. */
  readonly sessionPresent: boolean | undefined
  /** The reason code: the granted QoS, or 0x80 and above. */
  subscribe(subscribe: Subscribe): Promise<number>
  /** Resolves with the reason code when the broker has answered as the QoS demands. Publishes leave in the order of the calls. */
  publish(publish: Publish): Promise<number>
  /** Says goodbye: no will. */
  disconnect(): Promise<void>
  /** Breaks the connection without a word; resolves when the peer knows. */
  kill(): Promise<void>
}

/** A library or program that speaks MQTT, with one protocol version and one transport. */
export interface Peer {
  readonly level: Level
  readonly transport: 'tcp' | 'websocket'
  readonly cannot: Cannot
  /** Rejects with `Refused` when the broker does not want the client. */
  connect(connect: Connect): Promise<Client>
  /** Ends what the peer has started. */
  stop(): Promise<void>
}

/** Seconds that a session stays which is to outlive its connection, unless a scenario says otherwise. */
export const sessionExpiryDefault = 300

/** The broker's no to a connection. */
export class Refused extends Error {
  /** `code` of CONNACK: of MQTT 5, or below 0x80 of MQTT 3.1.1. */
  constructor(
    readonly code: number,
    cause?: unknown,
  ) {
    super(`refused with ${code}`, { cause })
  }
}
