import type { Clock } from '../clock.js'
import type { Interests } from '../flow/interests.js'
import { nameTopic } from '../flow/interests.js'
import { Reading } from '../flow/reading.js'
import { Snapshot } from '../flow/snapshot.js'
import { Subscription } from '../flow/subscription.js'
import type { Job } from '../flow/turns.js'
import type { Limits } from '../limits.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Resume, Subscribe, SubscribeOptions, Unsubscribe } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Selector } from '../topics/selector.js'
import { selectorMatches } from '../topics/selector.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { lowest, sinceOffset, startCursor } from './past.js'
import { resumeNamed, tellRemovals } from './resumption.js'
import type { Session } from './session.js'
import { boundObjection } from './subscription-bounds.js'

/** What subscribing needs of the gateway. */
export interface SubscriptionsHost {
  readonly clock: Clock
  readonly limits: Limits
  readonly log: UpdateLog
  readonly topics: Topics
  readonly interests: Interests
  addJob(job: Job): void
}

/** The subscriptions of all sessions: begun, replaced, ended, checked again and resumed here. */
export class Subscriptions {
  private readonly host: SubscriptionsHost
  private readonly bySession = new WeakMap<Session, Map<string, Subscription>>()
  private issued = 0

  constructor(host: SubscriptionsHost) {
    this.host = host
  }

  /** The session's subscriptions by canonical selector. */
  of(session: Session): ReadonlyMap<string, Subscription> {
    return this.bySession.get(session) ?? none
  }

  subscribe(session: Session, message: Subscribe): void {
    const { request } = message
    const parsed = session.paths.inwardSelector(message.selector)
    const refusal =
      parsed.kind === 'malformed'
        ? refuse('invalidSelector', `${parsed.why} (at ${parsed.at})`)
        : this.objection(session, parsed.selector)
    if (refusal || parsed.kind === 'malformed') {
      return session.reply({ kind: 'refused', request, refusal: refusal ?? refuse('invalidSelector') })
    }
    const known = this.of(session).get(parsed.selector.text)
    if (known && isAmendment(known, message.options)) return this.amend(session, known, message)
    if (known) this.end(session, known)
    const subscription = this.begin(session, parsed.selector, message.options)
    session.reply({ kind: 'subscribed', request, subscription: subscription.id })
    this.start(session, subscription)
  }

  /** Other options for what goes on: the reader keeps what it holds, and so its deltas. */
  private amend(session: Session, known: Subscription, { request, options }: Subscribe): void {
    // How it began is how it begins again, should a resume have to.
    known.options = { ...options, snapshot: known.options.snapshot, since: known.options.since }
    if (options.overflow !== 'conflate') session.outbox.forbidsGaps = true
    known.reading?.reset()
    for (const reading of session.outbox.byTopic?.values() ?? []) if (reading.subscription === known) reading.reset()
    session.reply({ kind: 'subscribed', request, subscription: known.id })
    if (known.isSynced && known.snapshot === null) this.synced(session, known)
  }

  unsubscribe(session: Session, message: Unsubscribe): void {
    const { request } = message
    const parsed = session.paths.inwardSelector(message.selector)
    const known = parsed.kind === 'selector' ? this.of(session).get(parsed.selector.text) : undefined
    if (!known) return session.reply({ kind: 'refused', request, refusal: refuse('notFound', 'no such subscription') })
    this.end(session, known)
    session.reply({ kind: 'done', request, count: 1 })
  }

  /** The session is over: nothing of it may be marked any more. */
  endAll(session: Session): void {
    for (const subscription of this.of(session).values()) this.end(session, subscription)
  }

  /** The gateway ends a subscription and says why. */
  revoke(session: Session, subscription: Subscription, reason: 'overflow' | 'forbidden'): void {
    this.end(session, subscription)
    const selector = session.paths.outwardSelector(subscription.selector.text)
    session.reply({ kind: 'unsubscribed', subscription: subscription.id, selector, reason })
  }

  /** Rights changed: ends what is no longer allowed. [SEM 6.1] */
  recheck(session: Session): void {
    for (const subscription of this.of(session).values()) {
      const coverage = session.rights.coverage('subscribe', subscription.selector.text)
      if (coverage === 'none') this.revoke(session, subscription, 'forbidden')
      else subscription.isPartlyReadable = coverage === 'some'
    }
  }

  /**
   * The client is back with what it holds up to a position: what changed since is owed again. Returns the topics of which
   * updates were lost, in the session's own paths. [SEM 1.5, 1.6]
   */
  resume(session: Session, { position, synced }: Resume): readonly string[] {
    const { outbox } = session
    const lost: string[] = []
    const held = new Map(position.held.map((topic) => [topic.topicId, topic.offset]))
    outbox.newestOffset = position.offset
    outbox.resumingFrom = position
    for (const subscription of this.of(session).values()) {
      if (!synced.includes(subscription.id)) this.start(session, subscription)
      else if (subscription.selector.literalPath !== null) resumeNamed(session, subscription, position, held, lost)
      else this.resumeWildcard(session, subscription, lowest(position))
    }
    tellRemovals(
      session,
      [...this.of(session).values()],
      this.host.topics.removals.since(lowest(position)),
      lowest(position),
    )
    this.checkResumed(session)
    return lost
  }

  /** What the client holds cannot be built upon: everything is told again. */
  restart(session: Session): void {
    session.outbox.newestOffset = 0
    for (const subscription of this.of(session).values()) this.start(session, subscription)
  }

  /** Once nothing that a resume owes is left, the position moves again. */
  private checkResumed(session: Session): void {
    const isResuming = [...this.of(session).values()].some(
      (subscription) => (subscription.snapshot?.sinceOffset ?? -1) >= 0,
    )
    if (!isResuming) session.outbox.resumingFrom = null
  }

  private objection(session: Session, selector: Selector): Refusal | null {
    const bound = boundObjection(this.host.limits, this.of(session), selector)
    if (bound) return bound
    return session.rights.coverage('subscribe', selector.text) === 'none' ? refuse('forbidden') : null
  }

  private begin(session: Session, selector: Selector, options: SubscribeOptions): Subscription {
    this.issued += 1
    const subscription = new Subscription(session.outbox, this.issued, selector, options, this.host.log.offset)
    const subscriptions = this.bySession.get(session) ?? new Map<string, Subscription>()
    this.bySession.set(session, subscriptions.set(selector.text, subscription))
    subscription.isPartlyReadable = session.rights.coverage('subscribe', selector.text) === 'some'
    if (options.overflow !== 'conflate') session.outbox.forbidsGaps = true
    const topic = selector.literalPath === null ? null : this.host.topics.tree.find(selector.literalPath)
    if (topic) nameTopic(subscription, topic)
    else this.host.interests.add(subscription)
    if (selector.literalPath === null) this.findNamed(session)
    return subscription
  }

  /** From its first wildcard on, a session's readings are found by topic, so that overlaps deliver once. [SEM 2.1] */
  private findNamed(session: Session): void {
    session.outbox.byTopic ??= new Map()
    for (const { reading } of this.of(session).values()) {
      if (reading && !reading.topic.isRemoved) session.outbox.byTopic.set(reading.topic.id, reading)
    }
  }

  private end(session: Session, subscription: Subscription): void {
    const { outbox } = session
    this.bySession.get(session)?.delete(subscription.selector.text)
    subscription.snapshot = null
    const { reading } = subscription
    if (reading) this.endNamed(session, reading)
    if (!reading || reading.topic.isRemoved) this.host.interests.remove(subscription)
    for (const other of outbox.byTopic?.values() ?? []) this.release(session, other, subscription)
    this.checkResumed(session)
  }

  /** What it owes is owed by a wildcard from now on, if one covers the topic. */
  private endNamed(session: Session, reading: Reading): void {
    const { outbox } = session
    const { topic, cursor, isHeld, owedFrom } = reading
    // That it went is told all the same: no snapshot will ever say so.
    if (topic.isRemoved && owedFrom > 0) return
    outbox.drop(reading)
    outbox.byTopic?.delete(topic.id)
    reading.detach()
    const other = owedFrom > 0 ? this.wildcardFor(session, topic) : null
    if (other) outbox.track(new Reading(other, topic, false, cursor, isHeld), owedFrom)
  }

  private wildcardFor(session: Session, topic: Topic): Subscription | null {
    const levels = topic.path.split('/')
    for (const subscription of this.of(session).values()) {
      if (subscription.selector.literalPath === null && selectorMatches(subscription.selector, levels))
        return subscription
    }
    return null
  }

  /** A reading that the ended subscription made goes on for another one that covers its topic, or ends. */
  private release(session: Session, reading: Reading, ended: Subscription): void {
    if (reading.isNamed) return reading.reset()
    if (reading.subscription !== ended || reading.topic.isRemoved) return
    const other = this.wildcardFor(session, reading.topic)
    if (!other) return session.outbox.drop(reading)
    reading.subscription = other
    reading.reset()
  }

  /** Begins the first snapshot, or history where that was asked for. */
  private start(session: Session, subscription: Subscription): void {
    const { options, selector } = subscription
    subscription.startOffset = this.host.log.offset
    subscription.isSynced = false
    if (selector.literalPath !== null) return this.startNamed(session, subscription)
    const isWalked = options.snapshot || options.since.kind !== 'now'
    this.walk(session, subscription, isWalked ? sinceOffset(options.since, this.host.log) : null)
  }

  private startNamed(session: Session, subscription: Subscription): void {
    const snapshot = new Snapshot(
      subscription,
      null,
      -1,
      () => true,
      () => this.synced(session, subscription),
    )
    subscription.snapshot = snapshot
    const { reading, options } = subscription
    if (reading) {
      session.outbox.drop(reading)
      reading.isHeld = false
      reading.cursor = startCursor(reading, options.since, this.host)
      const isFromHistory = options.since.kind !== 'now' && reading.keepsEvery && reading.topic.live?.history
      if (isFromHistory && reading.cursor < reading.topic.offset) this.oweNow(reading, snapshot, false)
      else if (options.snapshot && reading.topic.hasValue) this.oweNow(reading, snapshot, true)
      else reading.cursor = reading.topic.offset
    }
    snapshot.completeIfSent()
  }

  private oweNow(reading: Reading, snapshot: Snapshot, isFirst: boolean): void {
    if (isFirst) {
      reading.snapshot = snapshot
      snapshot.expect()
    }
    reading.owe(reading.topic.offset)
  }

  /** Walks over what a wildcard matches; null: nothing is wanted of the past. */
  private walk(session: Session, subscription: Subscription, since: number | null): void {
    const tree = since === null ? null : this.host.topics.tree
    const mayRead = (topic: Topic) => !subscription.isPartlyReadable || session.rights.mayRead(topic)
    const snapshot = new Snapshot(subscription, tree, since ?? -1, mayRead, () => this.synced(session, subscription))
    subscription.snapshot = snapshot
    if (tree === null) return snapshot.completeIfSent()
    this.host.addJob((deadlineMs) => snapshot.step(() => this.host.clock.nowMs(), deadlineMs))
  }

  private synced(session: Session, subscription: Subscription): void {
    const wasResume = (subscription.snapshot?.sinceOffset ?? -1) >= 0 && subscription.isSynced
    subscription.snapshot = null
    subscription.isSynced = true
    const { outbox } = session
    if (wasResume) return this.checkResumed(session)
    outbox.newestOffset = Math.max(outbox.newestOffset, subscription.startOffset)
    session.reply({ kind: 'synced', subscription: subscription.id, position: outbox.position(this.host.log.epoch) })
  }

  private resumeWildcard(session: Session, subscription: Subscription, offset: number): void {
    subscription.startOffset = this.host.log.offset
    this.walk(session, subscription, offset)
  }
}

/** Whether a subscription can go on under these options: nothing of the past is wanted, and what it is told stays of one kind. */
function isAmendment(known: Subscription, options: SubscribeOptions): boolean {
  const wantsPast = options.snapshot || options.since.kind !== 'now'
  return !wantsPast && known.options.delivery === options.delivery
}

const none: ReadonlyMap<string, Subscription> = new Map()
