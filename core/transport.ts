import type { CloseReason } from './close-reasons.js'
import type { ClientFeatures, ClientMessage, GatewayMessage, MessageTerms, Position, Qos } from './messages.js'
import type { HeldVersion, Update } from './update.js'

/** What a link can do; core asks this and never what the link is. */
export interface LinkTraits {
  /** Messages arrive in the order in which they were sent. */
  readonly ordered: boolean
  /** A message arrives, or the link closes. */
  readonly reliable: boolean
  /** The link reports the fate of each item to `LinkOwner.settled`. */
  readonly settles: boolean
  /** The peer can send messages. */
  readonly upstream: boolean
}

/** Those for whom the same update has the same bytes, given one codec. One object each, compared by identity. */
export interface Audience {
  readonly features: ClientFeatures
  /** The path as this audience sees it. [SEM 5.1] */
  outwardPath(path: string): string
}

/** How the item stands to what its receiver holds; bits of `Batch.flags`. */
export const itemFlags = {
  /** The receiver may not know the topic's id yet: the path goes with it. */
  bind: 1,
  /** Part of a first snapshot: carries no position. [SEM 2.2] */
  snapshot: 2,
  /** Updates before this one were left out of an `all` stream. [SEM 3.3] */
  gap: 4,
  /** The receiver holds the version directly before this one, so numbers may be written relative to it. */
  follows: 8,
  /** It was sent on an earlier link and not settled. */
  again: 16,
} as const

/**
 * Updates for one flush, in the order of their offsets; parallel columns, since this is filled per delivery: the first `count`
 * entries count, others may be left over. Valid during `Link.send` only, and so are the values of bases and of updates that are not
 * shared: who keeps one copies it. Sessions that are owed the same get the same batch, so that a codec can keep the finished frame in it.
 */
export interface Batch {
  readonly audience: Audience
  readonly count: number
  readonly updates: readonly Update[]
  /** How the reader of each gets messages; null: it reads states. */
  readonly terms: readonly (MessageTerms | null)[]
  /** The version the receiver holds, when a delta against it may be sent; else null. */
  readonly bases: readonly (HeldVersion | null)[]
  readonly flags: readonly number[]
  /** The frame that this codec made of the whole batch before; null if there is none. */
  frameOf(codec: object): Uint8Array | null
  keepFrame(codec: object, frame: Uint8Array): void
}

/** What a session sends in one go: first the replies, then the updates. */
export interface Flush {
  readonly replies: readonly GatewayMessage[]
  readonly batch: Batch
  /** Set where something older than the newest update is held back: where the reader stands after this flush. [SEM 1.4] */
  readonly position: Position | null
  readonly rest: Rest
}

/**
 * What is to be expected behind a flush: `nothing` until something changes; `waits`: more, in its time; `follows`: what one step
 * could not hold, in a next turn, so that to the medium all of it is one flush.
 */
export type Rest = 'nothing' | 'waits' | 'follows'

/** How much of a flush a link took. */
export interface Taken {
  /** Items from the front, replies and updates counted alike. */
  readonly items: number
  /** Bytes written to the medium. */
  readonly bytes: number
  /** Numbers, as in `LinkOwner.settled`, of messages among them that were not written and never will be: they are settled. */
  readonly dropped?: readonly number[]
}

/** One peer's pipe. It carries messages; it knows nothing of topics, sessions or rights. */
export interface Link {
  readonly traits: LinkTraits
  /** Bytes that fit now; 0 while blocked. Core puts no more than about this into a flush, and at least one item. */
  readonly roomBytes: number
  /** Updates that may be sent now, however short: 0 while as many are unsettled as the peer allows. Answers do not count. */
  readonly roomItems: number
  /**
   * Takes items from the front until one does not fit, in one write. The rest stays owed. Never throws. A link that takes
   * nothing says by it that it is blocked, whatever `roomBytes` said: it is asked again after `writable`. After its end it
   * takes nothing.
   */
  send(flush: Flush): Taken
  /**
   * Stop and restart reading from the peer: core's only brake on a publisher, used while answers pile up. What a paused link
   * takes must not depend on anything that it does not read: one that waits for acknowledgements waits no more, or the pause
   * would never end. Core therefore asks for room anew after `pause`.
   */
  pause(): void
  resume(): void
  /** Ends the link. Calling it again, or after the peer left, does nothing. */
  close(reason: CloseReason): void
}

/** What became of an item. */
export type Outcome = 'acknowledged' | 'lost' | 'tooLarge'

/** What a protocol must remember of a client beyond a link: packet identifiers, say. Core keeps it and never looks inside. */
export interface SessionNotes {
  /** As the links of this medium read them when the session was restored from a store. */
  bytes(): Uint8Array
}

/** The session side of a link. Calls never overlap; `closed` is called once, last. */
export interface LinkOwner {
  /**
   * What earlier links of this medium left with the session, for the link to go on with: to be read once it is welcomed, and
   * replaced at will; set again, the same object says that it has changed. Bytes where they come from a store; null: nothing.
   */
  notes: SessionNotes | Uint8Array | null
  /** `isInGo`: `goEnded` follows before the loop goes on. */
  received(message: ClientMessage, isInGo?: boolean): void
  /**
   * What came in one go was handed over, as far as it is to be now. Whoever is owed answers and nothing else is given them at once, by a
   * `Link.send` within this call; all else waits for its turn. Not within `Link.send`.
   */
  goEnded(): void
  /** The peer is there, and said nothing that is a message: an empty frame, a ping of the medium itself. [PROTOCOL 2.11] */
  heard(): void
  /**
   * Something fits again: a drained socket, a freed window, the next slot of a paced radio. Owed to whoever was told that there
   * is no room, by a `roomBytes` or `roomItems` of 0 or by a `send` that took nothing: core waits for it.
   */
  writable(): void
  /**
   * Messages that are to arrive, of a `qosOf` above 0, are numbered per link from 0 as they are taken. Where `traits.settles`, what
   * is unsettled at `closed` is told again by the next link of the session.
   */
  settled(first: number, last: number, outcome: Outcome): void
  /**
   * Calls once all that came, was sent and was noted until now is stored as surely as answers promise; what came in the call at hand
   * together with its notes. At once where answers do not wait for a store; perhaps after `closed`. Not within `Link.send`, since core
   * is at work then. For a link that must not say what it would have to take back.
   */
  stored(done: () => void): void
  closed(reason: CloseReason): void
}

/** How surely an update is to reach a reader of messages: as surely as both its publisher and the reader want. */
export function qosOf(update: Update, terms: MessageTerms): Qos {
  return update.handling.qos < terms.qos ? update.handling.qos : terms.qos
}
