import type { Credentials } from './access.js'
import type {
  Attributes,
  ClientFeatures,
  Delivery,
  Handling,
  HeldTopic,
  Position,
  Priority,
  Qos,
  TopicProperties,
  ValueType,
} from './values.js'

/** The first message of a link. */
export interface Hello {
  readonly kind: 'hello'
  /** Protocol versions that client and codec both speak; with none the link is closed. */
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
  /** The client names its session; absent: it comes back by a token, or not at all. */
  readonly identity?: Identity
  /** What is to be published where the client goes without saying so. */
  readonly will?: Will | undefined
}

/** A name under which a client finds its session again: whoever signs in as the same principal has it, and nobody else. */
export interface Identity {
  readonly name: string
  /** Whatever there was under this name ends; a new session begins. */
  readonly isClean: boolean
}

/** Published for a client that is gone. [MQTT-3.1.2-8] */
export interface Will {
  readonly publish: Publish
  /** So long after its link was lost, unless it comes back before; at once when its session ends. */
  readonly delayMs: number
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
  /** The subscriber wants messages, each as it was published; absent: the states of topics. */
  readonly messages?: MessageOptions
}

/** How a reader of messages reads. */
export interface MessageOptions {
  readonly terms: MessageTerms
  /** Whether retained values come first: each time the client subscribes, only where it had no such subscription, or never. */
  readonly retained: 'always' | 'ifNew' | 'never'
}

/** Those who read alike share the object, and with it the bytes of what they are sent: links compare it by identity. */
export interface MessageTerms {
  /** No message comes more surely than this. */
  readonly qos: Qos
  /** Not what this session published itself. */
  readonly excludesOwn: boolean
  /** What the link finds with each message: one for each subscription that matches. Core never looks inside. */
  readonly labels: readonly string[]
}

/**
 * What a reader that fell behind its history gets: the newest with the gap marked (of messages, all that are still there), or an
 * end with the reason. [SEM 3.3]
 */
export type Overflow = 'conflate' | 'unsubscribe' | 'disconnect'

/** Asks for all topics that a selector matches. The same selector again replaces the options. */
export interface Subscribe {
  readonly kind: 'subscribe'
  /** The client's number for this request; the answer carries it. */
  readonly request: number
  readonly selector: string
  readonly options: SubscribeOptions
  /** The subscriber shares what is matched with others of the same group; absent: it reads for itself. */
  readonly group?: GroupOptions
}

/**
 * How the members of a group share: each message goes to whoever has room, or messages of one topic to one member until it has
 * settled them, so that they are handled in order. [SEM 2.7]
 */
export type GroupOrder = 'none' | 'path'

/** Which group, and how it shares; the one who makes it says how. */
export interface GroupOptions {
  readonly name: string
  readonly order: GroupOrder
}

/** Ends a subscription by its selector. */
export interface Unsubscribe {
  readonly kind: 'unsubscribe'
  readonly request: number
  readonly selector: string
  /** The group that it leaves; absent: it read for itself. */
  readonly group?: string
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
  /** Null: as surely as can be, and retained where the topic keeps its value. [SEM 4.7] */
  readonly handling: Handling | null
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
  /** Continue where the page before ended, by the name that it gave; null: from the start. */
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
  /** Lists continue where the page before ended, by what it said; empty: from the start. */
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

/** The next step in proving who the client is; once it was let in, the first step in proving that again. */
export interface Authenticate {
  readonly kind: 'authenticate'
  readonly method: string
  readonly data: Uint8Array
}

/** The client hangs up, and its session goes on without it as long as it may. */
export interface Leave {
  readonly kind: 'leave'
  readonly publishesWill: boolean
  /** How long the session is to wait for it; null: as was said at the beginning. */
  readonly sessionTimeoutMs: number | null
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
  | Authenticate
  | Leave
  | Bye
