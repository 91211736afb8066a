import type { Authentication, Authorizer, LetIn, Principal } from '../access.js'
import type { CloseReason } from '../close-reasons.js'
import { Audiences } from '../flow/audiences.js'
import { ByteBudget } from '../flow/byte-budget.js'
import { frameBytesMax } from '../limits.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Hello, Resume, SessionStart } from '../messages.js'
import type { Connection } from './connection.js'
import { reachesBack } from './past.js'
import { PathMap } from './path-map.js'
import { Rights } from './rights.js'
import type { SessionHost } from './session.js'
import { Session } from './session.js'
import type { Sessions } from './sessions.js'

/** What letting somebody in needs of the gateway. */
export interface AdmissionHost extends SessionHost {
  readonly log: UpdateLog
  readonly sessions: Sessions
  readonly authorizer: Authorizer
  ended(session: Session, reason?: CloseReason): void
}

/** How a returning client's knowledge stands to what the gateway still knows. */
interface Return {
  readonly start: SessionStart
  /** Topics of which updates were lost; null: what else changed, or went, is not known or too much. */
  readonly lost: readonly string[] | null
}

/** Topics named one by one in a resynchronisation; more are named by their selectors. [SEM 1.6] */
const namedTopicsMax = 100

/** Joins a connection to a new session or to the one it had before, and says which. [SEM 1.5, 1.6] */
export class Admission {
  private readonly host: AdmissionHost
  private readonly audiences = new Audiences()

  constructor(host: AdmissionHost) {
    this.host = host
  }

  /** Returns why the client is not let in; null: it is, and was welcomed. */
  admit(connection: Connection, hello: Hello, result: Authentication): CloseReason | null {
    if (result.kind === 'busy') return 'tooManyRequests'
    if (result.kind !== 'accepted') return 'notAuthenticated'
    if (this.isOver(connection, result)) return 'credentialsExpired'
    const rights = new Rights(this.host.authorizer, result.principal)
    if (!rights.mayConnect()) return 'forbidden'
    const found = this.find(hello, result.principal)
    if (found === 'foreign') return 'forbidden'
    const known = hello.identity?.isClean ? this.replace(found) : found
    if (!known && !this.hasRoom()) return 'tooManyConnections'
    const session = known ?? this.begin(rights, hello.identity?.name ?? null)
    session.leaveLink()
    this.join(session, connection, hello)
    if (known) this.takeRights(session, rights)
    this.welcome(session, hello, known ? this.takeUp(session, hello) : null, result.data)
    return null
  }

  /** A client that is here has proven once more who it is, or is not who it was. */
  readmit(connection: Connection, result: Authentication): CloseReason | null {
    const { session } = connection
    if (result.kind !== 'accepted' || !session || !isOf(session, result.principal)) return 'notAuthenticated'
    if (this.isOver(connection, result)) return 'credentialsExpired'
    this.takeRights(session, new Rights(this.host.authorizer, result.principal))
    session.reply({ kind: 'authenticated', data: result.data ?? noData })
    return null
  }

  /** Notes until when the client may stay; whether that is past. */
  private isOver(connection: Connection, { validUntilMs = Number.POSITIVE_INFINITY }: LetIn): boolean {
    connection.validUntilMs = validUntilMs
    return validUntilMs <= this.host.clock.timeMs()
  }

  /** The session that the client means; `foreign`: the name is another principal's. */
  private find({ identity, resume }: Hello, principal: Principal): Session | 'foreign' | null {
    if (identity) {
      const session = this.host.sessions.named(identity.name)
      return session === null || isOf(session, principal) ? session : 'foreign'
    }
    return resume ? this.resumable(resume.token, principal) : null
  }

  /** The client wants to begin anew: what it had ends, and its link with it. */
  private replace(session: Session | null): null {
    if (session) this.host.ended(session, 'takenOver')
    return null
  }

  /** Sessions that nobody came back to keep nobody out: of whoever has most of them, one ends for who is here. */
  private hasRoom(): boolean {
    const { sessions } = this.host
    if (!sessions.isFull) return true
    const { nextToGo } = sessions
    if (nextToGo) this.host.ended(nextToGo)
    return nextToGo !== null
  }

  private resumable(token: Uint8Array, principal: Principal): Session | null {
    const session = this.host.sessions.withToken(token)
    return session !== null && isOf(session, principal) ? session : null
  }

  private begin(rights: Rights, name: string | null): Session {
    const paths = new PathMap(rights.principal.rootPath)
    const session = new Session(this.host, this.host.sessions.newId(), rights, paths, name)
    this.host.sessions.add(session)
    return session
  }

  /** A returning client has the rights that it has now; what it may not read any more ends, and is told so. [SEM 6.1] */
  private takeRights(session: Session, rights: Rights): void {
    const { subscriptions, log } = this.host
    if (!isSame(session.rights.principal, rights.principal)) {
      session.rights = rights
      session.outbox.rightsOffset = log.offset
      subscriptions.widen(session)
    }
    subscriptions.rechecking.recheck(session)
  }

  /** For a session that has no link yet: who it is to flow. */
  prepare(session: Session): void {
    session.outbox.owner = session
    session.outbox.audience = this.audiences.of({ deltas: false, deflate: false }, session.paths)
  }

  private join(session: Session, connection: Connection, hello: Hello): void {
    connection.session = session
    session.begin(connection)
    session.agent = hello.agent
    session.medium = connection.medium
    session.waitsFor(hello.sessionTimeoutMs)
    this.host.wills.begin(session, hello.will ?? null)
    const { outbox } = session
    outbox.owner = session
    outbox.attach(connection.link)
    outbox.isInGo = connection.isInGo
    outbox.audience = this.audiences.of(hello.features, session.paths)
    const { bytesPerSecondMax } = hello
    outbox.budget = bytesPerSecondMax > 0 ? new ByteBudget(bytesPerSecondMax, this.host.clock.nowMs()) : null
  }

  /** Owes again what changed since the position, or everything if the position cannot be built upon. */
  private takeUp(session: Session, { resume }: Hello): Return {
    // Of a session with a name the gateway itself knows what was not settled: nothing is missing.
    if (!resume) return { start: 'resumed', lost: [] }
    const { subscriptions } = this.host
    const selectors = Array.from(subscriptions.of(session).values(), ({ selector }) => selector)
    const reaches = reachesBack(resume.position, selectors, this.host)
    const lost = reaches ? subscriptions.resuming.resume(session, resume) : null
    return { start: lost?.length === 0 ? 'resumed' : 'resynchronised', lost }
  }

  private welcome(session: Session, hello: Hello, returned: Return | null, data?: Uint8Array): void {
    const { sessions, log, limits, counts } = this.host
    // Before whatever resuming has put there.
    session.outbox.replies.unshift({
      kind: 'welcome',
      version: Math.max(...hello.versions),
      start: returned?.start ?? 'new',
      sessionId: session.sessionId,
      // Who has a name comes back by that.
      token:
        session.name === null ? sessions.renewToken(session, returned ? (hello.resume?.token ?? null) : null) : noData,
      epoch: log.epoch,
      sessionTimeoutMs: session.timeoutMs,
      keepAliveMs: session.connection?.silenceMsMax ?? limits.keepAliveMs,
      messageBytesMax: frameBytesMax(limits),
      sequence: session.publishes.sequences.highest,
      ...(data && { data }),
    })
    session.outbox.ready()
    if (!returned) return
    session.counts.resumed += 1
    counts.returned(returned.start)
    if (returned.start === 'resynchronised') this.resynchronise(session, returned, hello.resume)
  }

  private resynchronise(session: Session, returned: Return, resume: Resume | null): void {
    const { subscriptions } = this.host
    const few = returned.lost && returned.lost.length <= namedTopicsMax ? returned.lost : null
    const selectors = Array.from(subscriptions.of(session).values(), (subscription) =>
      session.paths.outwardSelector(subscription.selector.text),
    )
    session.reply({
      kind: 'resynchronised',
      reason: 'history',
      topics: few ?? [],
      selectors: few ? [] : selectors,
    })
    // By what is named, the client does not know of other topics that they went.
    subscriptions.resuming.restart(session, few && resume ? resume.position : null)
  }
}

const noData = new Uint8Array(0)

/** Whether a session belongs to this principal, in this view of the topics. */
function isOf({ rights, paths }: Session, principal: Principal): boolean {
  return rights.principal.name === principal.name && paths.root === principal.rootPath
}

/** Whether the same is known of both, so that they have the same rights. */
function isSame(one: Principal, other: Principal): boolean {
  const known = ({ roles, properties }: Principal) => JSON.stringify([roles, properties])
  return known(one) === known(other)
}
