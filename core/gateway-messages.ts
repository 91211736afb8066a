import type { Refusal } from './refusals.js'
import type { Attributes, Position, TopicProperties, ValueType, Version } from './values.js'

/** How a session began. `resynchronised` is followed by what was lost. [SEM 1.6] */
export type SessionStart = 'new' | 'resumed' | 'resynchronised'

/** Answers a hello. */
export interface Welcome {
  readonly kind: 'welcome'
  readonly version: number
  readonly start: SessionStart
  /** Names the session in lists and logs; no secret. */
  readonly sessionId: string
  /** Opens this session once more; replaced at every resume. [SEM 6.3] */
  readonly token: Uint8Array
  readonly epoch: string
  readonly sessionTimeoutMs: number
  /** The gateway closes a link from which nothing was heard for this long. */
  readonly keepAliveMs: number
  /** Of one frame from the client; a bigger one ends its link. */
  readonly messageBytesMax: number
  /** The highest sequence that came from this publisher; the client repeats those near and above it that it has no answer to. */
  readonly sequence: number
  /** What the client's way to sign in has the gateway say last. */
  readonly data?: Uint8Array
}

/** A subscription stands; its snapshot follows. */
export interface Subscribed {
  readonly kind: 'subscribed'
  readonly request: number
  /** Numbers the subscription within its session; `synced` carries it. */
  readonly subscription: number
}

/** The first snapshot, or a resynchronisation, is complete. [SEM 1.6, 2.2] */
export interface Synced {
  readonly kind: 'synced'
  readonly subscription: number
  readonly position: Position
}

/** Events were lost; current values follow, then `synced`. [SEM 1.6] */
export interface Resynchronised {
  readonly kind: 'resynchronised'
  readonly reason: 'epoch' | 'history' | 'overflow'
  readonly topics: readonly string[]
  /** Named instead of topics when those are more than 100. */
  readonly selectors: readonly string[]
}

/** A subscription ended by the gateway. */
export interface Unsubscribed {
  readonly kind: 'unsubscribed'
  readonly subscription: number
  readonly selector: string
  readonly reason: 'overflow' | 'forbidden'
}

/** A publish is in the log. [SEM 4.1] */
export interface Accepted {
  readonly kind: 'accepted'
  readonly sequence: number
  readonly version: Version
}

/** A publish was not accepted. */
export interface PublishRefused {
  readonly kind: 'publishRefused'
  readonly sequence: number
  readonly refusal: Refusal
}

/** A request was carried out; `count` says how many topics or sessions it touched. */
export interface Done {
  readonly kind: 'done'
  readonly request: number
  readonly count: number
}

/** A request was not carried out. */
export interface Refused {
  readonly kind: 'refused'
  readonly request: number
  readonly refusal: Refusal
}

/** One topic of a fetched page. */
export interface TopicState {
  readonly path: string
  /** Null: the topic has no current value. */
  readonly value: Uint8Array | null
  readonly type: ValueType
  readonly version: Version
  readonly timeMs: number
  readonly attributes: Attributes | null
  /** Set when the fetch asked to describe. */
  readonly properties: TopicProperties | null
}

/** A page of topics, in the tree's own order; ask again with `after` for the next, null when this was the last. */
export interface Fetched {
  readonly kind: 'fetched'
  readonly request: number
  readonly topics: readonly TopicState[]
  readonly after: string | null
}

/** A JSON document for people and dashboards; its members may grow. */
export interface Report {
  readonly kind: 'report'
  readonly request: number
  readonly document: string
}

/** Answers a ping. */
export interface Pong {
  readonly kind: 'pong'
  readonly nonce: number
}

/** The gateway will close soon: reconnect after this time, elsewhere if you can. */
export interface Draining {
  readonly kind: 'draining'
  readonly reconnectAfterMs: number
}

/** The client is to go on proving who it is. */
export interface Challenge {
  readonly kind: 'challenge'
  readonly data: Uint8Array
}

/** A client that is here has proven again who it is. */
export interface Authenticated {
  readonly kind: 'authenticated'
  readonly data: Uint8Array
}

/** Why the client is not let in, where its link can say more than that; the link ends. */
export interface Denied {
  readonly kind: 'denied'
  /** No such way to sign in is known here, or the client is to go to another server: this time, or from now on. */
  readonly reason: 'methodUnknown' | 'elsewhere' | 'elsewhereForGood'
  /** Where to; empty: that is not known. */
  readonly server: string
}

/** What the gateway says to clients beside updates. */
export type GatewayMessage =
  | Welcome
  | Subscribed
  | Synced
  | Resynchronised
  | Unsubscribed
  | Accepted
  | PublishRefused
  | Done
  | Refused
  | Fetched
  | Report
  | Pong
  | Challenge
  | Authenticated
  | Denied
  | Draining
