import type { Clock } from '../clock.js'
import type { CloseReason } from '../close-reasons.js'
import { Outbox } from '../flow/outbox.js'
import type { OutboxHost } from '../flow/outbox-host.js'
import type { Reading } from '../flow/reading.js'
import type { Job } from '../flow/turns.js'
import type { Limits } from '../limits.js'
import type { Administer, ClientMessage, GatewayMessage, Hello, Leave, Position } from '../messages.js'
import { stateBytes } from '../topics/state-bytes.js'
import type { Topics } from '../topics/topics.js'
import type { SessionNotes } from '../transport.js'
import type { Connection } from './connection.js'
import type { Counts } from './counts.js'
import type { Fetches } from './fetches.js'
import type { PathMap } from './path-map.js'
import { Publishes } from './publishes.js'
import type { Requester } from './requester.js'
import { answeringJob } from './requester.js'
import type { Rights } from './rights.js'
import type { Sessions } from './sessions.js'
import type { StoreBrake } from './store-brake.js'
import type { StoredSessions } from './stored-sessions.js'
import type { Subscriptions } from './subscriptions.js'
import type { Wills } from './wills.js'
import type { Writes } from './writes.js'

/** What a session asks of the gateway. */
export interface SessionHost extends OutboxHost {
  readonly clock: Clock
  readonly limits: Limits
  readonly topics: Topics
  readonly sessions: Sessions
  readonly writes: Writes
  readonly fetches: Fetches
  readonly subscriptions: Subscriptions
  readonly counts: Counts
  readonly wills: Wills
  /** Null: sessions end with the process. */
  readonly storedSessions: StoredSessions | null
  /** Null: there is no store to fall behind. */
  readonly brake: StoreBrake | null
  administer(message: Administer, requester: Requester): void
  addJob(job: Job): void
  /** Our own mistake while something was done for this session. */
  failed(error: unknown, session: Session | null): void
  /** The client left for good, or did not come back in time. */
  ended(session: Session): void
}

/**
 * One client's state; it outlives links. It owns what the client asked for and what was accepted from it; what the client is
 * still owed lies in its outbox.
 *
 * Invariant: with a connection its outbox has that connection's link; without, nothing is owed and the time-out runs.
 */
export class Session implements Requester {
  readonly sessionId: string
  /** Counts the sessions of the gateway in the order of their beginning, from 1. */
  readonly number: number
  /** Those of its last authentication. */
  rights: Rights
  readonly paths: PathMap
  readonly outbox: Outbox
  readonly publishes: Publishes
  readonly startedMs: number
  /** What its client calls it; null: nothing. */
  readonly name: string | null
  agent = ''
  medium = ''
  connection: Connection | null = null
  /** How long it waits for its client, ms. */
  timeoutMs = 0
  /** What its links left, by their medium. */
  notes: ReadonlyMap<string, SessionNotes | Uint8Array> = noNotes
  /** Its client hung up and wants the session to go on. */
  private isLeft = false
  /** When its last link ended; monotonic ms. */
  detachedMs = 0
  /** Secret with which the client comes back; hex. */
  token = ''
  /** The secret before, until the client acknowledges anything on its new link; empty: none. */
  spentToken = ''
  /** The newest position that the client said it applied; its offset is 0 until then. */
  applied: Pick<Position, 'offset' | 'held'> = { offset: 0, held: [] }
  counts = { refused: 0, resumed: 0 }
  /** Requests that are being carried out, oldest first: one at a time, so that many cost others no more turns than one. */
  private readonly jobs: Job[] = []
  private isAtWork = false
  private readonly host: SessionHost

  constructor(host: SessionHost, sessionId: string, rights: Rights, paths: PathMap, name: string | null = null) {
    this.host = host
    this.sessionId = sessionId
    this.number = host.sessions.newNumber()
    this.rights = rights
    this.paths = paths
    this.name = name
    this.outbox = new Outbox(host)
    this.outbox.ownerName = rights.principal.name
    this.publishes = new Publishes(host, this)
    this.outbox.origin = sessionId
    this.startedMs = host.clock.timeMs()
  }

  /** What the client asked and was not told yet. */
  get unanswered(): number {
    return this.jobs.length + this.outbox.replies.length
  }

  /** No store is behind, and so few answers wait, that its client may be read from again. */
  get isCaughtUp(): boolean {
    const { repliesMax, repliesBytesMax } = this.host.limits
    if (this.host.brake?.stops(this)) return false
    return this.unanswered <= repliesMax / 2 && this.outbox.repliesBytes <= repliesBytesMax / 2
  }

  reply(message: GatewayMessage): void {
    if (message.kind === 'publishRefused' || message.kind === 'refused') {
      this.counts.refused += 1
      this.host.counts.refused(message.refusal.code)
    }
    this.outbox.reply(message, carriedBytes(message))
    this.pauseIfBehind()
  }

  addJob(job: Job, request: number): void {
    const failed = (error: unknown) => this.host.failed(error, this)
    this.jobs.push(answeringJob(job, request, (message) => this.reply(message), failed))
    this.pauseIfBehind()
    this.work()
  }

  /** Answers have left, or work is over: goes on with what waits. */
  relieved(): void {
    this.work()
    this.connection?.relieved()
  }

  /** Carries out what the client says; hello, ping and acknowledgement of the link's own credit never come here. */
  received(message: Exclude<ClientMessage, Hello>): void {
    switch (message.kind) {
      case 'publish':
        this.publishes.publish(message)
        return this.host.brake?.published(this)
      case 'acknowledge':
        this.applied = message
        if (this.spentToken === '') return
        // It is heard to have got the welcome with which it came back.
        this.host.sessions.dropSpentToken(this)
        return this.host.subscriptions.welcomed(this)
      case 'subscribe':
        return this.host.subscriptions.subscribe(this, message)
      case 'unsubscribe':
        return this.host.subscriptions.unsubscribe(this, message)
      case 'create':
        return this.host.writes.create(message, this)
      case 'remove':
        return this.host.writes.remove(message, this)
      case 'fetch':
        return this.host.fetches.fetch(message, this)
      case 'administer':
        return this.host.administer(message, this)
      case 'ping':
        return this.reply({ kind: 'pong', nonce: message.nonce })
      case 'leave':
        return this.leave(message)
      case 'bye':
        return this.host.ended(this)
    }
  }

  /** A reader that wants no gaps fell behind what is kept. [SEM 3.3] */
  overflowed({ subscription }: Reading): void {
    if (subscription.options.overflow === 'disconnect') this.connection?.close('slowConsumer')
    else this.host.subscriptions.revoke(this, [subscription], 'overflow')
  }

  /** The link is gone; the session waits, or ends if it was asked not to outlive its link. */
  linkLost(reason: CloseReason): void {
    this.detach()
    if (this.timeoutMs === 0 || (reason === 'bye' && !this.isLeft)) this.host.ended(this)
    else this.host.wills.linkLost(this)
  }

  /** How long it waits for its client, ms. Only one with a name is found again without what was said on its last link. */
  waitsFor(timeoutMs: number): void {
    const { sessionTimeoutMsMax, namedSessionTimeoutMsMax } = this.host.limits
    this.timeoutMs = Math.min(timeoutMs, this.name === null ? sessionTimeoutMsMax : namedSessionTimeoutMsMax)
    this.outbox.outlivesLinks = this.name !== null && this.timeoutMs > 0
    this.host.storedSessions?.changes(this)
  }

  /** Keeps what links of a medium want their successors to have; null: nothing. */
  keepNotes(medium: string, notes: SessionNotes | Uint8Array | null): void {
    if (this.notes.get(medium) !== notes) {
      const kept = new Map(this.notes)
      if (notes) kept.set(medium, notes)
      else kept.delete(medium)
      this.notes = kept
    }
    this.host.storedSessions?.moves(this)
  }

  /** Calls once what it is now is stored as surely as answers promise. */
  stored(done: () => void): void {
    if (this.host.storedSessions) this.host.storedSessions.stored(this, done)
    else done()
  }

  private leave({ publishesWill, sessionTimeoutMs }: Leave): void {
    if (!publishesWill) this.host.wills.discard(this)
    if (sessionTimeoutMs !== null) this.waitsFor(sessionTimeoutMs)
    this.isLeft = true
    this.connection?.close('bye')
  }

  /** Its client came by another link: the one it had ends, and the session goes on, also where it was not to outlive its link. */
  leaveLink(): void {
    const { connection } = this
    if (connection === null) return
    this.detach()
    connection.close('takenOver')
    this.host.wills.takenOver(this)
  }

  /** Forgets what was bound to the link before: aliases live as long as a link. */
  begin(connection: Connection): void {
    this.connection = connection
    this.isLeft = false
    this.host.sessions.isBack(this)
    this.publishes.linked()
  }

  private detach(): void {
    this.connection = null
    this.outbox.detach()
    this.work()
    this.detachedMs = this.host.clock.nowMs()
    this.host.sessions.waits(this)
  }

  /** A client that asks faster than it is answered, or reads, is not read from until it has caught up. */
  private pauseIfBehind(): void {
    if (this.unanswered >= this.host.limits.repliesMax || this.isFull) this.connection?.pause()
  }

  private get isFull(): boolean {
    return this.outbox.repliesBytes >= this.host.limits.repliesBytesMax
  }

  /** Takes up the oldest request, unless the answers that wait carry too much: what it finds would lie beside them. */
  private work(): void {
    const [job] = this.jobs
    if (!job || this.isAtWork || this.isFull) return
    this.isAtWork = true
    this.host.addJob((deadlineMs) => {
      const isOver = job(deadlineMs)
      if (isOver) {
        this.jobs.shift()
        this.isAtWork = false
      }
      this.relieved()
      return isOver
    })
  }
}

const noNotes: ReadonlyMap<string, SessionNotes> = new Map()

/** Bytes of what an answer may carry much of: pages and documents. */
function carriedBytes(message: GatewayMessage): number {
  if (message.kind === 'report') return message.document.length
  if (message.kind !== 'fetched') return 0
  return message.topics.reduce((bytes, state) => bytes + stateBytes(state), 0)
}
