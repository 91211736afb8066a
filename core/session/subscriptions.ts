import type { Interests } from '../flow/interests.js'
import { nameTopic } from '../flow/interests.js'
import type { Past } from '../flow/snapshot.js'
import { Subscription } from '../flow/subscription.js'
import type { Limits } from '../limits.js'
import type { Position, Resume, Subscribe, SubscribeOptions, Unsubscribe } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import { sharedSelectorsMax } from '../topics/limits.js'
import type { Selector } from '../topics/selector.js'
import { SelectorPool } from '../topics/selector-pool.js'
import type { BeginningsHost } from './beginnings.js'
import { Beginnings } from './beginnings.js'
import { Coverings } from './coverings.js'
import type { Effort } from './effort.js'
import { effortToResume } from './effort.js'
import { both, lowest, nothing, values } from './past.js'
import { Refreshing } from './refreshing.js'
import { Resumption } from './resumption.js'
import type { Session } from './session.js'
import { boundObjection } from './subscription-bounds.js'

/** What subscribing needs of the gateway. */
export interface SubscriptionsHost extends BeginningsHost {
  readonly limits: Limits
  readonly interests: Interests
}

/** The subscriptions of all sessions: begun, replaced, ended, checked again and resumed here. */
export class Subscriptions {
  private readonly host: SubscriptionsHost
  private readonly beginnings: Beginnings
  private readonly bySession = new WeakMap<Session, Map<string, Subscription>>()
  private readonly coverings = new Coverings((session) => this.of(session))
  private readonly refreshing: Refreshing
  private readonly selectors = new SelectorPool(sharedSelectorsMax)
  private issued = 0
  /** The session that is being taken up: it is asked about once, when all its subscriptions are. */
  private resuming: Session | null = null

  constructor(host: SubscriptionsHost) {
    this.host = host
    this.refreshing = new Refreshing(host, this.coverings)
    this.beginnings = new Beginnings(host, (session) => this.checkResumed(session))
  }

  /** The session's subscriptions by canonical selector. */
  of(session: Session): ReadonlyMap<string, Subscription> {
    return this.bySession.get(session) ?? none
  }

  subscribe(session: Session, message: Subscribe): void {
    const { request, options } = message
    const parsed = session.paths.inwardSelector(message.selector)
    const refusal =
      parsed.kind === 'malformed'
        ? refuse('invalidSelector', `${parsed.why} (at ${parsed.at})`)
        : this.objection(session, parsed.selector)
    if (refusal || parsed.kind === 'malformed') {
      return session.reply({ kind: 'refused', request, refusal: refusal ?? refuse('invalidSelector') })
    }
    const known = this.of(session).get(parsed.selector.text)
    if (known && isAmendment(known, options)) return this.amend(session, known, message)
    const subscription = this.make(session, parsed.selector, options)
    session.reply({ kind: 'subscribed', request, subscription: subscription.id })
    if (known) return this.replace(session, known, subscription)
    this.begin(session, subscription)
    this.beginnings.start(session, subscription, this.beginnings.asked(session, subscription))
  }

  /** Other options for what goes on: the reader keeps what it holds, and so its deltas. */
  private amend(session: Session, known: Subscription, { request, options }: Subscribe): void {
    // How it began is how it begins again, should a resume have to.
    known.options = { ...options, snapshot: known.options.snapshot, since: known.options.since }
    this.refresh(session, [known])
    session.reply({ kind: 'subscribed', request, subscription: known.id })
    known.owesSynced = true
    if (known.snapshot === null) this.beginnings.synced(session, known)
  }

  unsubscribe(session: Session, message: Unsubscribe): void {
    const { request } = message
    const parsed = session.paths.inwardSelector(message.selector)
    const known = parsed.kind === 'selector' ? this.of(session).get(parsed.selector.text) : undefined
    if (!known) return session.reply({ kind: 'refused', request, refusal: refuse('notFound', 'no such subscription') })
    this.end(session, [known])
    session.reply({ kind: 'done', request, count: 1 })
  }

  /** The session is over: nothing of it may be marked any more. */
  endAll(session: Session): void {
    for (const subscription of this.of(session).values()) {
      this.removeInterest(subscription)
      subscription.snapshot = null
      subscription.reading?.detach()
    }
    session.outbox.forget()
    this.bySession.delete(session)
    this.coverings.changed(session)
  }

  /** The gateway ends subscriptions and says why. */
  revoke(session: Session, subscriptions: readonly Subscription[], reason: 'overflow' | 'forbidden'): void {
    this.end(session, subscriptions)
    for (const { id, selector } of subscriptions) {
      const outward = session.paths.outwardSelector(selector.text)
      session.reply({ kind: 'unsubscribed', subscription: id, selector: outward, reason })
    }
  }

  /** The client comes back with other rights: where it could read some topics only, it begins again with its snapshot. [SEM 6.1] */
  widen(session: Session): void {
    for (const subscription of this.of(session).values()) subscription.isWidened ||= subscription.isPartlyReadable
  }

  /** The client is heard to know that it came back: from now on, what it says it was told whole is what it was told since. */
  welcomed(session: Session): void {
    for (const subscription of this.of(session).values()) subscription.isWidened = false
  }

  /** Rights changed: ends what is no longer allowed. [SEM 6.1] */
  recheck(session: Session): void {
    const forbidden: Subscription[] = []
    for (const subscription of this.of(session).values()) {
      const coverage = session.rights.coverage('subscribe', subscription.selector.text)
      if (coverage === 'none') forbidden.push(subscription)
      else subscription.isPartlyReadable = coverage === 'some'
    }
    if (forbidden.length > 0) this.revoke(session, forbidden, 'forbidden')
  }

  /**
   * The client is back with what it holds up to a position: what changed since is owed again. Returns the topics of which
   * updates were lost, in the session's own paths; null: so much changed that to find it would hold up the loop, and the session
   * must be restarted. [SEM 1.5, 1.6, 2.5]
   */
  resume(session: Session, { position, synced }: Resume): readonly string[] | null {
    const { outbox } = session
    const subscriptions = [...this.of(session).values()]
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
    return new Resumption(session, { topics: this.host.topics, coverings: this.coverings }, position)
  }

  /** Goes on where the client stands; a snapshot that it was not told whole it is told again. */
  private takeUp(session: Session, subscription: Subscription, missed: Past, effort: Effort): void {
    const { isSynced, selector } = subscription
    if (!isSynced)
      this.beginnings.tell(session, subscription, both(this.beginnings.asked(session, subscription, effort), missed))
    else if (selector.literalPath === null) this.beginnings.tell(session, subscription, missed)
  }

  /** What the client holds cannot be built upon: everything is told again, and what went since `position` if that is known. */
  restart(session: Session, position: Position | null): void {
    const { outbox } = session
    outbox.forget()
    outbox.newestOffset = 0
    // All of them, for they were found in time a moment ago.
    if (position)
      this.resumption(session, position).tellRemovals(this.host.topics.removals.since(lowest(position)), null)
    for (const subscription of this.of(session).values()) {
      if (subscription.reading) subscription.reading.isHeld = false
      this.beginnings.start(session, subscription, values)
    }
  }

  /** Once nothing that a resume owes is left, the position moves again. */
  private checkResumed(session: Session): void {
    if (session.outbox.resumingFrom === null || session === this.resuming) return
    for (const { snapshot } of this.of(session).values()) if (snapshot?.past.missed) return
    session.outbox.resumingFrom = null
  }

  private objection(session: Session, selector: Selector): Refusal | null {
    const bound = boundObjection(this.host.limits, this.of(session), selector, this.host.interests.regexes)
    if (bound) return bound
    return session.rights.coverage('subscribe', selector.text) === 'none' ? refuse('forbidden') : null
  }

  private make(session: Session, selector: Selector, options: SubscribeOptions): Subscription {
    this.issued += 1
    const shared = this.selectors.shared(selector)
    const subscription = new Subscription(session.outbox, this.issued, shared, options, this.host.log.offset)
    subscription.isPartlyReadable = session.rights.coverage('subscribe', selector.text) === 'some'
    return subscription
  }

  private begin(session: Session, subscription: Subscription): void {
    const { selector } = subscription
    this.enter(session, subscription)
    const topic = selector.literalPath === null ? null : this.host.topics.tree.find(selector.literalPath)
    if (topic) nameTopic(subscription, topic)
    else this.host.interests.add(subscription)
    if (selector.literalPath === null) this.findNamed(session)
    else this.refresh(session, [subscription])
  }

  /** Takes the place of a subscription with the same selector: what its reader is owed stays owed. */
  private replace(session: Session, known: Subscription, subscription: Subscription): void {
    const unfinished = known.isResumable ? known.snapshot : null
    this.removeInterest(known)
    known.snapshot = null
    subscription.continues = known.isResumable
    subscription.gaveValues = known.gaveValues && unfinished === null
    if (known.isResumable) subscription.sinceOffset = known.sinceOffset
    this.enter(session, subscription)
    if (known.reading && !known.reading.topic.isRemoved) subscription.reading = known.reading
    else this.host.interests.add(subscription)
    this.refresh(session, [subscription])
    const asked = this.beginnings.asked(session, subscription)
    subscription.gaveValues ||= asked.values
    // Who asks again wants to be told again: what was sent may not have found its reader.
    if (asked.values && subscription.reading) subscription.reading.isHeld = false
    this.beginnings.tell(session, subscription, unfinished ? both(asked, unfinished.past) : asked)
  }

  private enter(session: Session, subscription: Subscription): void {
    const subscriptions = this.bySession.get(session) ?? new Map<string, Subscription>()
    this.bySession.set(session, subscriptions.set(subscription.selector.text, subscription))
    this.coverings.changed(session)
  }

  private removeInterest(subscription: Subscription): void {
    const { reading } = subscription
    if (!reading || reading.topic.isRemoved) this.host.interests.remove(subscription)
  }

  /** From its first wildcard on, a session's readings are found by topic, so that overlaps deliver once. [SEM 2.1] */
  private findNamed(session: Session): void {
    session.outbox.byTopic ??= new Map()
    for (const { reading } of this.of(session).values()) {
      if (reading && !reading.topic.isRemoved) session.outbox.byTopic.set(reading.topic.id, reading)
    }
  }

  private end(session: Session, ended: readonly Subscription[]): void {
    for (const subscription of ended) {
      this.bySession.get(session)?.delete(subscription.selector.text)
      this.removeInterest(subscription)
      subscription.snapshot = null
    }
    this.coverings.changed(session)
    this.refresh(session, ended)
    this.checkResumed(session)
  }

  /** Subscriptions have come, gone or changed. */
  private refresh(session: Session, changed: readonly Subscription[]): void {
    const { outbox } = session
    outbox.forbidsGaps = false
    for (const { options } of this.of(session).values()) if (options.overflow !== 'conflate') outbox.forbidsGaps = true
    this.refreshing.changed(session, changed)
  }
}

/** Whether a subscription can go on under these options: nothing of the past is wanted, and what it is told stays of one kind. */
function isAmendment(known: Subscription, options: SubscribeOptions): boolean {
  const wantsPast = options.snapshot || options.since.kind !== 'now'
  return !wantsPast && known.options.delivery === options.delivery
}

const none: ReadonlyMap<string, Subscription> = new Map()
