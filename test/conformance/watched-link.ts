import type {
  ClientMessage,
  CloseReason,
  Flush,
  Link,
  LinkOwner,
  LinkTraits,
  Outcome,
  SessionNotes,
  Taken,
} from '../../core/index.js'
import type { GatewayDoor } from '../../net/transport-module.js'
import { frameless } from '../support/frameless.js'

/** Messages that may still come after a pause: what stood in the same frame, say. */
const messagesAfterPauseMax = 16

const oneMore: Flush = {
  replies: [{ kind: 'pong', nonce: 0 }],
  batch: {
    audience: { features: { deltas: false, deflate: false }, outwardPath: (path) => path },
    count: 0,
    updates: [],
    bases: [],
    flags: [],
    ...frameless,
  },
  position: null,
  rest: 'nothing',
}

/**
 * Stands between a link and its session and watches that the link keeps the contract of `core/transport.ts`, whatever the case at
 * work is about. It also closes every link once more than core does, and offers it something afterwards, since both must change
 * nothing.
 */
export class WatchedLink implements Link, LinkOwner {
  readonly traits: LinkTraits
  /** What core heard as the end; null while the link lives. */
  closedWith: CloseReason | null = null
  /** The kinds of the messages that came from the peer. */
  readonly kinds: ClientMessage['kind'][] = []
  isPaused = false
  private owner: LinkOwner | null = null
  private askedFor: CloseReason | null = null
  private messagesPaused = 0

  constructor(
    private readonly link: Link,
    /** As which it was attached. */
    readonly medium: string,
    private readonly fault: (what: string) => void,
  ) {
    this.traits = { ...link.traits }
  }

  join(owner: LinkOwner): void {
    this.owner = owner
  }

  get notes(): SessionNotes | Uint8Array | null {
    return this.owner?.notes ?? null
  }

  set notes(notes: SessionNotes | Uint8Array | null) {
    if (this.owner) this.owner.notes = notes
  }

  get roomItems(): number {
    return this.link.roomItems
  }

  get roomBytes(): number {
    return this.link.roomBytes
  }

  send(flush: Flush): Taken {
    const taken = this.tried(flush)
    const offered = flush.replies.length + flush.batch.count
    const isPossible = Number.isInteger(taken.items) && taken.items >= 0 && taken.items <= offered && taken.bytes >= 0
    if (!isPossible) this.fault(`send took ${taken.items} of ${offered} items`)
    if (this.askedFor !== null && taken.items > 0) this.fault('send took items after close')
    return taken
  }

  pause(): void {
    this.isPaused = true
    this.messagesPaused = 0
    this.link.pause()
  }

  resume(): void {
    this.isPaused = false
    this.link.resume()
  }

  close(reason: CloseReason): void {
    this.askedFor ??= reason
    this.link.close(reason)
    this.link.close('internalError')
    this.send(oneMore)
  }

  received(message: ClientMessage, isInGo = false): void {
    this.mustBeOpen(`received ${message.kind}`)
    this.kinds.push(message.kind)
    if (this.isPaused) this.messagesPaused += 1
    if (this.messagesPaused > messagesAfterPauseMax) this.fault('a paused link goes on reading')
    this.owner?.received(message, isInGo)
  }

  heard(): void {
    this.mustBeOpen('heard')
    this.owner?.heard()
  }

  writable(): void {
    this.mustBeOpen('writable')
    if (this.link.roomBytes === 0) this.fault('writable before there is room')
    this.owner?.writable()
  }

  settled(first: number, last: number, outcome: Outcome): void {
    this.mustBeOpen('settled')
    if (!this.traits.settles) this.fault('a link without the trait `settles` settled something')
    this.owner?.settled(first, last, outcome)
  }

  goEnded(): void {
    this.mustBeOpen('goEnded')
    this.owner?.goEnded()
  }

  stored(done: () => void): void {
    this.owner?.stored(done)
  }

  closed(reason: CloseReason): void {
    this.mustBeOpen('closed')
    if (this.askedFor !== null && this.askedFor !== reason) this.fault(`closed for ${reason}, not ${this.askedFor}`)
    this.closedWith = reason
    this.owner?.closed(reason)
    this.link.close('internalError')
  }

  private tried(flush: Flush): Taken {
    try {
      return this.link.send(flush)
    } catch (error) {
      this.fault(`send threw: ${error}`)
      throw error
    }
  }

  private mustBeOpen(call: string): void {
    if (this.closedWith !== null) this.fault(`${call} after closed`)
  }
}

/** A gateway's door that watches every link which comes through it. */
export function watchedDoor(gateway: GatewayDoor, links: WatchedLink[], fault: (what: string) => void): GatewayDoor {
  return {
    clock: gateway.clock,
    epoch: gateway.epoch,
    answersWait: gateway.answersWait,
    attach: (link, medium, peer) => {
      const watched = new WatchedLink(link, medium, fault)
      links.push(watched)
      watched.join(gateway.attach(watched, medium, peer))
      return watched
    },
    identify: (credentials, answer) => gateway.identify(credentials, answer),
    request: (principal, message, reply) => gateway.request(principal, message, reply),
  }
}
