import type { Credentials } from './access.js'
import type { Refusal } from './refusals.js'

/** How a value's bytes are to be read. `int64` and `double` are shortest decimal text. [SEM 4.4] */
export type ValueType = 'json' | 'string' | 'int64' | 'double' | 'binary'

/** `latest`: the newest value wins. `all`: each update, in order. [SEM 2.4] */
export type Delivery = 'latest' | 'all'

/** 0 leaves first, 3 last. [SEM 3.1] */
export type Priority = 0 | 1 | 2 | 3

/** What travels beside a value, unchanged over every transport; at most `attributesBytesMax`. [SEM 1.7] */
export interface Attributes {
  /** Name and value, in the publisher's order; a name may repeat. */
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly contentType: string | null
  readonly replyPath: string | null
  readonly correlation: Uint8Array | null
}

/** How much of the past a topic keeps beyond what its readers are owed; a bound of null is the default of [SEM 3.3]. */
export interface HistoryBounds {
  readonly count: number | null
  readonly ageMs: number | null
  readonly bytes: number | null
}

/** When a topic goes by itself; a null member never removes. */
export interface Removal {
  readonly afterMs: number | null
  readonly unsubscribedForMs: number | null
  readonly idleForMs: number | null
  /** The topic goes when the session that created it ends. */
  readonly withSession: boolean
}

/** What a topic is, beyond its value: the table in docs/ARCHITECTURE.md. */
export interface TopicProperties {
  /** A binding type; null lets each update have its own. [SEM 4.4] */
  readonly type: ValueType | null
  readonly delivery: Delivery
  readonly history: HistoryBounds | null
  readonly keep: boolean
  readonly deltas: boolean
  readonly priority: Priority
  /** The one principal that may publish; null: whoever has the right. */
  readonly owner: string | null
  readonly removal: Removal | null
}

/** The version of a topic within the epoch of its log; 0 stands for "none". [SEM 1.2] */
export interface Version {
  readonly offset: number
  readonly previous: number
}

/**
 * "Everything up to here has been delivered to this reader", except what `held` names. [SEM 1.3, 1.4]
 * Offsets are safe integers.
 */
export interface Position {
  readonly epoch: string
  readonly offset: number
  /** Topics older than `offset` still owed: the topic's id and the offset owed. At most 16. */
  readonly held: readonly HeldTopic[]
}

/** One topic that a position leaves out: everything of it up to, but without, `offset` was delivered. */
export interface HeldTopic {
  readonly topicId: number
  readonly offset: number
}

/** What a link's protocol lets its client do with updates; part of the key under which bytes are shared. */
export interface ClientFeatures {
  /** The client can apply deltas. */
  readonly deltas: boolean
  /** The client can inflate values (raw deflate). [SEM 3.5] */
  readonly deflate: boolean
}

/** The first message of a link. */
export interface Hello {
  readonly kind: 'hello'
  /** Protocol versions that the client speaks, any order. The transport's codec chose among them before core sees this. */
  readonly versions: readonly number[]
  readonly credentials: Credentials
  readonly features: ClientFeatures
  readonly resume: Resume | null
  /** How long the session should outlive its link; the gateway's `sessionTimeoutMsMax` caps it. 0: not at all. */
  readonly sessionTimeoutMs: number
  /** The client promises to be heard within this time; 0 leaves the choice to the gateway. */
  readonly keepAliveMs: number
  /** Bytes a second that this client wants at most; 0: no limit but its link. */
  readonly bytesPerSecondMax: number
  /** Free text to be recognised by in lists: an application's name and version. */
  readonly agent: string
}

/** Return to an earlier session with what the client holds. [SEM 1.5] */
export interface Resume {
  readonly token: Uint8Array
  /** The last position that the client applied. */
  readonly position: Position
  /** Subscriptions whose `synced` it applied: only they can be built upon, since snapshots move no position. */
  readonly synced: readonly number[]
}

/** Where a subscription starts. [SEM 2.3] */
export type Since =
  | { readonly kind: 'now' }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'duration'; readonly ms: number }
  | { readonly kind: 'count'; readonly count: number }

/** What a subscriber may choose; null leaves it to the topic. [SEM 2.1] */
export interface SubscribeOptions {
  readonly snapshot: boolean
  /** Shortest time between two updates of one topic in milliseconds; 0: as they come. [SEM 3.2] */
  readonly intervalMs: number
  readonly delivery: Delivery | null
  readonly priority: Priority | null
  readonly since: Since
  /** What happens at the history bound. [SEM 3.3] */
  readonly overflow: Overflow
}

/** What a reader that fell behind its history gets: the newest with the gap marked, or an end with the reason. [SEM 3.3] */
export type Overflow = 'conflate' | 'unsubscribe' | 'disconnect'

/** Asks for all topics that a selector matches. The same selector again replaces the options. */
export interface Subscribe {
  readonly kind: 'subscribe'
  /** The client's number for this request; the answer carries it. */
  readonly request: number
  readonly selector: string
  readonly options: SubscribeOptions
}

/** Ends a subscription by its selector. */
export interface Unsubscribe {
  readonly kind: 'unsubscribe'
  readonly request: number
  readonly selector: string
}

/** What must hold for a publish to be accepted; compared when the record is applied. */
export type Expectation =
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly epoch: string; readonly offset: number }

/** A new value for a topic. */
export interface Publish {
  readonly kind: 'publish'
  /** The publisher's count from 1, by which repeats are recognised [SEM 4.3]; 0: no answer is wanted unless refused. */
  readonly sequence: number
  /** Null where `alias` is bound already. */
  readonly path: string | null
  /** A number of the publisher's choice for the path, 1 to `aliasesMax`; 0: none. */
  readonly alias: number
  /** May be a view into a receive buffer: core copies what it keeps before it returns. */
  readonly value: Uint8Array
  /** Null: guess from the bytes. */
  readonly type: ValueType | null
  /** `value` is a JSON merge patch (RFC 7396) to the current value. */
  readonly merge: boolean
  /** The source's own time, ms since 1970; 0: the time of acceptance. */
  readonly timeMs: number
  /** The value vanishes after this time; 0: never. */
  readonly lifetimeMs: number
  readonly attributes: Attributes | null
  readonly expect: Expectation | null
  /** Properties for a topic that this publish creates; ignored if it exists. */
  readonly properties: Partial<TopicProperties> | null
}

/** Creates a topic, with or without a value to follow; the same properties again are accepted. */
export interface Create {
  readonly kind: 'create'
  readonly request: number
  readonly path: string
  readonly properties: Partial<TopicProperties>
}

/** Removes every topic that the selector matches. */
export interface Remove {
  readonly kind: 'remove'
  readonly request: number
  readonly selector: string
}

/** Asks for current values, a page at a time. */
export interface Fetch {
  readonly kind: 'fetch'
  readonly request: number
  readonly selector: string
  /** Continue behind this path, as the page before said; null: from the start. */
  readonly after: string | null
  /** Topics wanted at most in this page; 0 leaves it to the gateway. */
  readonly limit: number
  /** Also the topics' properties, and topics without a value. */
  readonly describe: boolean
}

/** Asks about sessions, or ends one. */
export interface Administer {
  readonly kind: 'administer'
  readonly request: number
  readonly operation: 'listSessions' | 'showSession' | 'removeSession' | 'showGateway'
  /** The session's id where one is meant, else empty. */
  readonly target: string
  /** Lists continue behind this id. */
  readonly after: string
}

/** The client has applied everything up to here, in this epoch. What that frees on the link is the link's own affair. */
export interface Acknowledge {
  readonly kind: 'acknowledge'
  readonly offset: number
  readonly held: readonly HeldTopic[]
}

/** Anything to be heard by; answered with the same nonce. */
export interface Ping {
  readonly kind: 'ping'
  readonly nonce: number
}

/** The client leaves for good: the session ends with the link. */
export interface Bye {
  readonly kind: 'bye'
}

/** What clients say to the gateway, free of any dialect. */
export type ClientMessage =
  | Hello
  | Subscribe
  | Unsubscribe
  | Publish
  | Create
  | Remove
  | Fetch
  | Administer
  | Acknowledge
  | Ping
  | Bye

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
  readonly messageBytesMax: number
  /** The highest sequence accepted from this publisher; the client repeats what is above it. */
  readonly sequence: number
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
  | Draining
