import type { Past } from '../flow/snapshot.js'
import type { Subscription } from '../flow/subscription.js'
import type { Position, Resume } from '../messages.js'
import { lowest } from '../positions.js'
import type { Beginnings, BeginningsHost } from './beginnings.js'
import type { Coverings } from './coverings.js'
import type { Effort } from './effort.js'
import { effortToResume } from './effort.js'
import { both, nothing, values } from './past.js'
import { Resumption } from './resumption.js'
import type { Session } from './session.js'

/** What resuming needs of those who hold the subscriptions. */
export interface ResumingHost extends Pick<BeginningsHost, 'clock' | 'topics'> {
  readonly coverings: Coverings
  readonly beginnings: Beginnings
  subscriptionsOf(session: Session): ReadonlyMap<string, Subscription>
}

/** Clients that come back: what they missed is owed again, or everything. [SEM 1.5, 1.6] */
export class Resuming {
  private readonly host: ResumingHost
  /** The session that is being taken up: it is asked about once, when all its subscriptions are. */
  private resuming: Session | null = null

  constructor(host: ResumingHost) {
    this.host = host
  }

  /**
   * The client is back with what it holds up to a position: what changed since is owed again. Returns the topics of which
   * updates were lost, in the session's own paths; null: so much changed that to find it would hold up the loop, and the session
   * must be restarted. [SEM 1.5, 1.6, 2.5]
   */
  resume(session: Session, { position, synced }: Resume): readonly string[] | null {
    const { outbox } = session
    const subscriptions = [...this.host.subscriptionsOf(session).values()]
    const resumption = this.resumption(session, position)
    const effort = effortToResume(this.host.clock)
    const wasSynced = new Set(synced)
    outbox.newestOffset = position.offset
    outbox.resumingFrom = position
    for (const subscription of subscriptions) {
      subscription.snapshot = null
      // What it was told whole under fewer rights, before it was to be told again, counts no more.
      subscription.isSynced &&= !subscription.isWidened && wasSynced.has(subscription.id)
      subscription.owesSynced = !subscription.isSynced
      // Whatever it was told of its snapshot, the changes since its beginning are owed.
      subscription.continues = true
    }
    // Before a topic that came to exist in the place of one that went is told of.
    const areTold = resumption.tellRemovals(this.host.topics.removals.since(lowest(position)), effort)
    const lost = areTold ? resumption.takeUpNamed(subscriptions, effort) : null
    if (lost === null) return null
    const missed = { ...nothing, missed: resumption }
    this.resuming = session
    for (const subscription of subscriptions) this.takeUp(session, subscription, missed, effort)
    this.resuming = null
    this.checkResumed(session)
    return lost
  }

  private resumption(session: Session, position: Position): Resumption {
    return new Resumption(session, { topics: this.host.topics, coverings: this.host.coverings }, position)
  }

  /** Goes on where the client stands; a snapshot that it was not told whole it is told again. */
  private takeUp(session: Session, subscription: Subscription, missed: Past, effort: Effort): void {
    const { isSynced, selector } = subscription
    if (!isSynced)
      this.host.beginnings.tell(
        session,
        subscription,
        both(this.host.beginnings.asked(session, subscription, effort), missed),
      )
    else if (selector.literalPath === null) this.host.beginnings.tell(session, subscription, missed)
  }

  /** What the client holds cannot be built upon: everything is told again, and what went since `position` if that is known. */
  restart(session: Session, position: Position | null): void {
    const { outbox } = session
    outbox.forget()
    outbox.newestOffset = 0
    // All of them, for they were found in time a moment ago.
    if (position)
      this.resumption(session, position).tellRemovals(this.host.topics.removals.since(lowest(position)), null)
    for (const subscription of this.host.subscriptionsOf(session).values()) {
      if (subscription.reading) subscription.reading.isHeld = false
      this.host.beginnings.start(session, subscription, values)
    }
  }

  /** Once nothing that a resume owes is left, the position moves again. */
  checkResumed(session: Session): void {
    if (session.outbox.resumingFrom === null || session === this.resuming) return
    for (const { snapshot } of this.host.subscriptionsOf(session).values()) if (snapshot?.past.missed) return
    session.outbox.resumingFrom = null
  }
}
