import type { Interests } from '../flow/interests.js'
import { Subscription } from '../flow/subscription.js'
import type { Limits } from '../limits.js'
import type { GroupOptions, Subscribe, SubscribeOptions, Unsubscribe } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import { sharedSelectorsMax } from '../topics/limits.js'
import type { Selector } from '../topics/selector.js'
import { SelectorPool } from '../topics/selector-pool.js'
import type { BeginningsHost } from './beginnings.js'
import { Beginnings } from './beginnings.js'
import { Coverings } from './coverings.js'
import type { GroupsHost } from './groups.js'
import { Groups } from './groups.js'
import { both } from './past.js'
import { Rechecking } from './rechecking.js'
import { Refreshing } from './refreshing.js'
import { Resuming } from './resuming.js'
import { RetainedValuesTold } from './retained-values-told.js'
import type { Session } from './session.js'
import type { StoredSessions, StoredSubscription } from './stored-sessions.js'
import { boundObjection } from './subscription-bounds.js'

/** What subscribing needs of the gateway. */
export interface SubscriptionsHost extends BeginningsHost, GroupsHost {
  readonly limits: Limits
  readonly interests: Interests
  readonly storedSessions: StoredSessions | null
}

/** The subscriptions of all sessions: begun, replaced, ended, checked again and resumed here. */
export class Subscriptions {
  private readonly host: SubscriptionsHost
  readonly groups: Groups
  readonly resuming: Resuming
  readonly rechecking: Rechecking
  private readonly beginnings: Beginnings
  private readonly bySession = new WeakMap<Session, Map<string, Subscription>>()
  private readonly coverings = new Coverings((session) => this.of(session))
  private readonly refreshing: Refreshing
  readonly retained: RetainedValuesTold
  private readonly selectors = new SelectorPool(sharedSelectorsMax)
  private issued = 0

  constructor(host: SubscriptionsHost) {
    this.host = host
    this.retained = new RetainedValuesTold(host)
    this.groups = new Groups(host)
    this.refreshing = new Refreshing(host, this.coverings)
    this.beginnings = new Beginnings(host, (session) => this.resuming.checkResumed(session))
    const { coverings, beginnings } = this
    const { clock, topics } = host
    this.resuming = new Resuming({
      clock,
      topics,
      coverings,
      beginnings,
      subscriptionsOf: (session) => this.of(session),
    })
    this.rechecking = new Rechecking({
      groups: this.groups,
      subscriptionsOf: (session) => this.of(session),
      revoke: (session, forbidden, reason) => this.revoke(session, forbidden, reason),
      refresh: (session, changed) => this.refresh(session, changed),
      moved: (session) => host.storedSessions?.moves(session),
    })
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
    if (message.group) return this.join(session, message, message.group, parsed.selector)
    const known = this.of(session).get(parsed.selector.text)
    if (options.messages) return this.subscribeMessages(session, known ?? null, parsed.selector, message)
    if (known && isAmendment(known, options)) return this.amend(session, known, message)
    const subscription = this.make(session, parsed.selector, options)
    session.reply({ kind: 'subscribed', request, subscription: subscription.id })
    if (known) return this.replace(session, known, subscription)
    this.begin(session, subscription)
    this.beginnings.start(session, subscription, this.beginnings.asked(session, subscription))
  }

  /** As it was before a restart; null: a membership, which is no subscription. */
  restore(session: Session, { selector, options, sinceOffset, group }: StoredSubscription): Subscription | null {
    const parsed = session.paths.inwardSelector(selector)
    if (parsed.kind === 'malformed') return null
    const terms = options.messages?.terms
    if (group && terms) {
      this.groups.restore(session, group, parsed.selector, terms, sinceOffset)
      return null
    }
    const subscription = this.make(session, parsed.selector, options)
    this.begin(session, subscription)
    subscription.sinceOffset = sinceOffset
    return subscription
  }

  /** Who reads messages is told those from now on, and retained values as it asks; where it subscribed before nothing is lost. */
  private subscribeMessages(
    session: Session,
    known: Subscription | null,
    selector: Selector,
    message: Subscribe,
  ): void {
    const { options, request } = message
    const subscription = known ?? this.make(session, selector, options)
    if (known) this.change(session, known, options)
    else this.begin(session, subscription)
    this.host.storedSessions?.changes(session)
    session.reply({ kind: 'subscribed', request, subscription: subscription.id })
    const { retained = 'never' } = options.messages ?? {}
    if (retained === 'always' || (retained === 'ifNew' && !known))
      this.retained.tell(session, subscription, this.host.log.offset)
  }

  private join(session: Session, { request, options }: Subscribe, group: GroupOptions, selector: Selector): void {
    const terms = options.messages?.terms
    const isFull = this.of(session).size + this.groups.countOf(session) >= this.host.limits.subscriptionsMax
    if (isFull) return session.reply({ kind: 'refused', request, refusal: refuse('limitReached', 'subscriptions') })
    if (!terms)
      return session.reply({ kind: 'refused', request, refusal: refuse('unsupported', 'groups share messages') })
    const subscription = this.groups.join(session, group, selector, terms)
    this.host.storedSessions?.changes(session)
    session.reply({ kind: 'subscribed', request, subscription })
  }

  private change(session: Session, known: Subscription, options: SubscribeOptions): void {
    const isWaiting = known.reading === null
    if (isWaiting) this.host.interests.remove(known)
    known.options = options
    if (isWaiting) this.host.interests.add(known)
    this.refresh(session, [known])
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
    const isKnown = parsed.kind === 'selector' && this.leave(session, parsed.selector, message.group)
    this.host.storedSessions?.changes(session)
    if (isKnown) session.reply({ kind: 'done', request, count: 1 })
    else session.reply({ kind: 'refused', request, refusal: refuse('notFound', 'no such subscription') })
  }

  private leave(session: Session, selector: Selector, group: string | undefined): boolean {
    if (group !== undefined) return this.groups.leave(session, group, selector)
    const known = this.of(session).get(selector.text)
    if (known) this.end(session, [known])
    return known !== undefined
  }

  /** The session is over: nothing of it may be marked any more. */
  endAll(session: Session): void {
    // What it was sent and has not settled is for the groups to have before they hear that it left.
    session.outbox.detach()
    for (const subscription of this.of(session).values()) {
      this.host.interests.end(subscription)
      subscription.snapshot = null
      subscription.reading?.detach()
      subscription.isEnded = true
    }
    this.groups.leaveAll(session)
    session.outbox.end()
    this.bySession.delete(session)
    this.coverings.changed(session)
  }

  /** The gateway ends subscriptions and says why. */
  revoke(session: Session, subscriptions: readonly Subscription[], reason: 'overflow' | 'forbidden'): void {
    this.end(session, subscriptions)
    this.host.storedSessions?.changes(session)
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

  private objection(session: Session, selector: Selector): Refusal | null {
    const bound = boundObjection(this.host.limits, this.of(session), selector, this.host.interests.regexes)
    if (bound) return bound
    return session.rights.coverage('subscribe', selector.text) === 'none' ? refuse('forbidden') : null
  }

  private make(session: Session, selector: Selector, options: SubscribeOptions): Subscription {
    this.issued += 1
    const shared = this.selectors.shared(selector)
    const subscription = new Subscription(session.outbox, this.issued, shared, options, this.host.log.offset)
    subscription.isPartlyReadable = session.rights.coverage('subscribe', selector.text) !== 'all'
    return subscription
  }

  private begin(session: Session, subscription: Subscription): void {
    const { selector } = subscription
    this.enter(session, subscription)
    const topic = selector.literalPath === null ? null : this.host.topics.tree.find(selector.literalPath)
    this.host.interests.begin(subscription, topic)
    if (selector.literalPath === null) this.findNamed(session)
    else this.refresh(session, [subscription])
  }

  /** Takes the place of a subscription with the same selector: what its reader is owed stays owed. */
  private replace(session: Session, known: Subscription, subscription: Subscription): void {
    const unfinished = known.isResumable ? known.snapshot : null
    this.beginnings.ended(session)
    this.host.interests.end(known)
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

  /** From its first wildcard on, a session's readings are found by topic, so that overlaps deliver once. [SEM 2.1] */
  private findNamed(session: Session): void {
    session.outbox.owed.byTopic ??= new Map()
    for (const { reading } of this.of(session).values()) {
      if (reading && !reading.topic.isRemoved) session.outbox.owed.byTopic.set(reading.topic.id, reading)
    }
  }

  private end(session: Session, ended: readonly Subscription[]): void {
    for (const subscription of ended) {
      this.bySession.get(session)?.delete(subscription.selector.text)
      this.host.interests.end(subscription)
      this.retained.ended(session, subscription)
      subscription.snapshot = null
      subscription.isEnded = true
      subscription.issuedAtEnd = this.issued
    }
    this.beginnings.ended(session)
    this.coverings.changed(session)
    this.refresh(session, ended)
    this.resuming.checkResumed(session)
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
