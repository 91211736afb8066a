import type { Authentication, Authorizer, Credentials, Principal } from './access.js'
import { openAccess } from './access.js'
import type { Clock, RandomBytes } from './clock.js'
import type { CloseReason } from './close-reasons.js'
import { SharedBatch } from './flow/batch.js'
import { Interests } from './flow/interests.js'
import type { Outbox } from './flow/outbox.js'
import { QueueBounds } from './flow/queue-bounds.js'
import type { Reading } from './flow/reading.js'
import type { Job } from './flow/turns.js'
import { Turns } from './flow/turns.js'
import type { Limits } from './limits.js'
import { defaultLimits } from './limits.js'
import type { UpdateLog } from './log/update-log.js'
import type { Administer, ClientMessage, GatewayMessage, Hello } from './messages.js'
import { Administration } from './session/administration.js'
import { Admission } from './session/admission.js'
import type { Authentications, Identified } from './session/authentications.js'
import { authenticationsFor } from './session/authentications.js'
import { Callers } from './session/callers.js'
import type { ConnectionHost } from './session/connection.js'
import { Connection } from './session/connection.js'
import { Counts } from './session/counts.js'
import { Draining } from './session/draining.js'
import { logFor, storedSessionsFor } from './session/durability.js'
import { Fetches } from './session/fetches.js'
import type { GatewayOptions } from './session/gateway-options.js'
import { Housekeeping } from './session/housekeeping.js'
import { lifetimesFor } from './session/lifetimes-for.js'
import { OwnTopics } from './session/own-topics.js'
import type { Requester } from './session/requester.js'
import { Restoring } from './session/restoring.js'
import { RightsWatch } from './session/rights-watch.js'
import type { SessionHost } from './session/session.js'
import { Session } from './session/session.js'
import { Sessions } from './session/sessions.js'
import { StoreBrake } from './session/store-brake.js'
import type { StoredSessions } from './session/stored-sessions.js'
import { StoredWills } from './session/stored-wills.js'
import { Subscriptions } from './session/subscriptions.js'
import { topicsNewsFor } from './session/topics-news.js'
import { Wills } from './session/wills.js'
import { unasked, Writes } from './session/writes.js'
import type { Statistics } from './statistics.js'
import type { Lifetimes } from './topics/lifetimes.js'
import type { TopicRule } from './topics/rules.js'
import type { Topic } from './topics/topic.js'
import { Topics } from './topics/topics.js'
import type { Link, LinkOwner } from './transport.js'

/**
 * The gateway with the network cut off: joins log, topics, flow and sessions, and knows no medium.
 *
 * Everything runs to completion and on one thread; time comes from `options.clock` alone.
 */
export class Gateway implements SessionHost, ConnectionHost {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly limits: Limits
  readonly log: UpdateLog
  readonly epoch: string
  readonly topics: Topics
  readonly interests = new Interests()
  readonly writes: Writes
  readonly wills: Wills
  readonly fetches: Fetches
  readonly subscriptions: Subscriptions
  readonly lifetimes: Lifetimes
  readonly ownTopics: OwnTopics
  readonly sessions: Sessions
  readonly authorizer: Authorizer
  readonly queueBounds: QueueBounds
  readonly counts = new Counts()
  readonly storedSessions: StoredSessions | null
  readonly storedWills: StoredWills | null
  readonly brake: StoreBrake | null
  readonly turns: Turns
  private readonly batch: SharedBatch
  private readonly links = new Set<Connection>()
  private readonly callers: Callers
  readonly admission: Admission
  private readonly administration: Administration
  private readonly reportFailure: (error: unknown, sessionId: string | null) => void
  readonly authentications: Authentications
  private readonly rightsWatch: RightsWatch
  private readonly draining: Draining
  private readonly housekeeping: Housekeeping
  /** Answers, and what must not be said twice, wait until a store has what they say. */
  readonly answersWait: boolean
  private isClosed = false

  constructor(options: GatewayOptions) {
    this.clock = options.clock
    this.random = options.random
    this.limits = { ...defaultLimits, ...options.limits }
    this.queueBounds = new QueueBounds(this.limits)
    this.authorizer = options.authorizer ?? openAccess.authorizer
    this.reportFailure = options.failed ?? (() => undefined)
    this.authentications = authenticationsFor(this, options)
    this.answersWait = options.durable?.answersWait ?? false
    this.topics = new Topics(this.clock, this.limits, options.rules ?? [], topicsNewsFor(this))
    this.log = logFor(this.topics, options)
    this.epoch = this.log.epoch
    this.batch = new SharedBatch(this.topics)
    this.turns = new Turns(this.clock, this.turnWork())
    this.sessions = new Sessions(this.random, this.limits)
    this.admission = new Admission(this)
    this.administration = new Administration(this)
    this.writes = new Writes(this)
    this.brake = options.durable ? new StoreBrake(options.durable.store, this.clock) : null
    this.storedWills = options.durable ? new StoredWills(options.durable.store.records('wills')) : null
    this.wills = new Wills(this)
    this.fetches = new Fetches(this)
    this.subscriptions = new Subscriptions(this)
    this.rightsWatch = new RightsWatch(this)
    this.callers = new Callers(this, this.authorizer)
    this.lifetimes = lifetimesFor(this)
    this.ownTopics = new OwnTopics(this)
    this.draining = new Draining(this)
    this.storedSessions = storedSessionsFor(this, options)
    this.housekeeping = new Housekeeping(this)
    this.housekeeping.begin()
  }

  /** For what a store has of an earlier life. */
  restoring(): Restoring {
    return new Restoring(this)
  }

  /** A transport has a new link; its first message must be `hello`. `medium` and `peer` are for reports only. */
  attach(link: Link, medium: string, peer: string): LinkOwner {
    const connection = new Connection(this, link, medium, peer)
    this.links.add(connection)
    // Nobody would notice its silence any more. Later, since the link is still being made.
    if (this.isClosed) this.clock.after(0, () => connection.close('draining'))
    return connection
  }

  /** Who it is that calls without a session: for `request`. */
  identify(credentials: Credentials, answer: (identified: Identified) => void): void {
    this.authentications.identify(credentials, answer)
  }

  /** For callers without a session: same rights and limits. `reply` comes once, now or later; a publish must have a sequence. */
  request(principal: Principal, message: ClientMessage, reply: (message: GatewayMessage) => void): void {
    this.callers.request(principal, message, reply)
  }

  /** New topic rules, for topics created from now on. */
  setRules(rules: readonly TopicRule[]): void {
    this.topics.rules = rules
  }

  /** A value of the gateway's own, below `$SYS`. [SEM 5.2] */
  announce(path: string, value: string): void {
    this.writes.announce(path, new TextEncoder().encode(value))
  }

  /** Asks everybody to leave, waits until nothing is owed or `graceMs` are over, closes what is left and calls `done`. */
  drain(graceMs: number, done: () => void): void {
    this.draining.begin(graceMs, done)
  }

  /** Ends at once: links close as `draining`, and nothing runs any more. What is asked later is not answered. */
  close(): void {
    this.isClosed = true
    this.draining.end()
    this.storedSessions?.flush()
    this.topics.lives?.checkpoint(this.log.offset)
    this.housekeeping.end()
    this.turns.end()
  }

  statistics(): Statistics {
    return this.counts.report(this, this.links, this.turns.longestTurnMs)
  }

  // What sessions and connections ask for.

  changed(): void {
    this.turns.changed()
  }

  due(outbox: Outbox): void {
    this.turns.enqueue(outbox)
  }

  wakeAt(outbox: Outbox, timeMs: number): void {
    this.turns.wakeAt(outbox, timeMs)
  }

  addJob(job: Job): void {
    this.turns.addJob(job)
  }

  get rightsOffset(): number {
    return this.rightsWatch.changedOffset
  }

  get unmarkedFrom(): number {
    return this.topics.dirty.firstOffset
  }

  nowMs(): number {
    return this.clock.nowMs()
  }

  touched({ owner }: Outbox): void {
    if (this.storedSessions && owner instanceof Session) this.storedSessions.moves(owner)
  }

  mayRead(outbox: Outbox, topic: Topic): boolean {
    return this.sessionOf(outbox)?.rights.mayRead(topic) ?? false
  }

  overflowed(outbox: Outbox, reading: Reading): void {
    this.sessionOf(outbox)?.overflowed(reading)
  }

  admit(connection: Connection, hello: Hello, result: Authentication): CloseReason | null {
    this.authentications.judged(result, connection.peer)
    return this.draining.isBegun ? 'draining' : this.admission.admit(connection, hello, result)
  }

  readmit(connection: Connection, result: Authentication): CloseReason | null {
    return this.admission.readmit(connection, result)
  }

  gone(connection: Connection, reason: CloseReason): void {
    this.links.delete(connection)
    this.counts.closed(reason)
    if (connection.session?.connection === connection) connection.session.linkLost(reason)
  }

  ended(session: Session, reason: CloseReason = 'bye'): void {
    this.wills.publish(session)
    this.storedSessions?.ended(session)
    this.subscriptions.endAll(session)
    this.sessions.remove(session)
    this.counts.ended(session)
    this.ownTopics.ended(session.sessionId)
    this.fetches.ended(session.sessionId)
    const { connection } = session
    session.connection = null
    connection?.close(reason)
  }

  failed(error: unknown, session: Session | null): void {
    this.counts.failures += 1
    this.reportFailure(error, session?.sessionId ?? null)
  }

  connections(): Iterable<Connection> {
    return this.links
  }

  administer(message: Administer, requester: Requester): void {
    this.administration.administer(message, requester)
  }

  removeTopic(topic: Topic, isTold = false): void {
    const timeMs = this.clock.timeMs()
    const { path, offset: ifOffset } = topic
    this.log.append({ kind: 'remove', path, timeMs, ifOffset, isTold, remover: null }, unasked)
  }

  private sessionOf(outbox: Outbox): Session | null {
    return outbox.owner instanceof Session ? outbox.owner : null
  }

  private turnWork() {
    return {
      mark: (deadlineMs: number) => this.mark(deadlineMs),
      flush: (outbox: Outbox, nowMs: number, turn: number) => this.flush(outbox, nowMs, turn),
      failed: (error: unknown, outbox: Outbox | null) => {
        const session = outbox ? this.sessionOf(outbox) : null
        this.failed(error, session)
        session?.connection?.close('internalError')
      },
    }
  }

  private readonly markOne = (topic: Topic, heldOffset: number, isKnown: boolean, firstOffset: number) =>
    this.interests.mark(topic, heldOffset, isKnown, firstOffset)

  private mark(deadlineMs: number): boolean {
    const { dirty } = this.topics
    this.rightsWatch.look()
    while (dirty.size > 0 && this.clock.nowMs() < deadlineMs) dirty.take(this.interests.marksPerClockRead, this.markOne)
    return dirty.size > 0
  }

  private flush(outbox: Outbox, nowMs: number, turn: number): number {
    if (outbox.owner instanceof Session) this.rightsWatch.check(outbox.owner)
    const updates = outbox.flush(nowMs, turn, this.batch, this.log.epoch)
    this.counts.delivered += updates
    this.sessionOf(outbox)?.relieved()
    return updates
  }
}
