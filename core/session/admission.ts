import type { Authentication, Authorizer, Principal } from '../access.js'
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
    if (result.kind === 'refused') return 'notAuthenticated'
    if (result.kind === 'busy') return 'tooManyRequests'
    const rights = new Rights(this.host.authorizer, result.principal)
    if (!rights.mayConnect()) return 'forbidden'
    const known = hello.resume ? this.resumable(hello.resume.token, result.principal) : null
    if (!known && !this.hasRoom()) return 'tooManyConnections'
    const session = known ?? this.begin(rights)
    session.leaveLink()
    this.join(session, connection, hello)
    if (known) this.takeRights(session, rights)
    this.welcome(session, hello, known && hello.resume ? this.takeUp(session, hello.resume) : null)
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
    const isSame = session?.rights.principal.name === principal.name && session.paths.root === principal.rootPath
    return isSame ? session : null
  }

  private begin(rights: Rights): Session {
    const session = new Session(this.host, this.host.sessions.newId(), rights, new PathMap(rights.principal.rootPath))
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
    subscriptions.recheck(session)
  }

  private join(session: Session, connection: Connection, hello: Hello): void {
    connection.session = session
    session.begin(connection)
    session.agent = hello.agent
    session.medium = connection.medium
    session.timeoutMs = Math.min(hello.sessionTimeoutMs, this.host.limits.sessionTimeoutMsMax)
    const { outbox } = session
    outbox.owner = session
    outbox.link = connection.link
    outbox.audience = this.audiences.of(hello.features, session.paths)
    const { bytesPerSecondMax } = hello
    outbox.budget = bytesPerSecondMax > 0 ? new ByteBudget(bytesPerSecondMax, this.host.clock.nowMs()) : null
  }

  /** Owes again what changed since the position, or everything if the position cannot be built upon. */
  private takeUp(session: Session, resume: Resume): Return {
    const lost = reachesBack(resume.position, this.host) ? this.host.subscriptions.resume(session, resume) : null
    return { start: lost?.length === 0 ? 'resumed' : 'resynchronised', lost }
  }

  private welcome(session: Session, hello: Hello, returned: Return | null): void {
    const { sessions, log, limits, counts } = this.host
    // Before whatever resuming has put there.
    session.outbox.replies.unshift({
      kind: 'welcome',
      version: Math.max(...hello.versions),
      start: returned?.start ?? 'new',
      sessionId: session.sessionId,
      token: sessions.renewToken(session, returned ? (hello.resume?.token ?? null) : null),
      epoch: log.epoch,
      sessionTimeoutMs: session.timeoutMs,
      keepAliveMs: session.connection?.silenceMsMax ?? limits.keepAliveMs,
      messageBytesMax: frameBytesMax(limits),
      sequence: session.sequences.highest,
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
    subscriptions.restart(session, few && resume ? resume.position : null)
  }
}

/** Whether the same is known of both, so that they have the same rights. */
function isSame(one: Principal, other: Principal): boolean {
  const known = ({ roles, properties }: Principal) => JSON.stringify([roles, properties])
  return known(one) === known(other)
}
