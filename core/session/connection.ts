import type { Authentication, Challenged, Credentials } from '../access.js'
import type { Clock } from '../clock.js'
import type { CloseReason } from '../close-reasons.js'
import { copyOfAttributes, copyOfBytes } from '../copies.js'
import type { Turns } from '../flow/turns.js'
import type { Limits } from '../limits.js'
import type { Authenticate, ClientMessage, Denied, GatewayMessage, Hello, Publish } from '../messages.js'
import type { Batch, Link, LinkOwner, Outcome, SessionNotes } from '../transport.js'
import type { Authentications } from './authentications.js'
import type { Session } from './session.js'

/** Messages that a client may send behind its hello before it is let in. More: `tooManyRequests`. */
const earlyMessagesMax = 100
/** What they may hold together, bytes: as much as one frame of a stranger. More: as above. */
const earlyBytesMax = 65_536

/** What a connection asks of the gateway. */
export interface ConnectionHost {
  readonly clock: Clock
  readonly limits: Limits
  readonly turns: Pick<Turns, 'goEnded'>
  readonly authentications: Pick<Authentications, 'authenticate'>
  /** Opens or resumes a session for a principal; returns why not. */
  admit(connection: Connection, hello: Hello, result: Authentication): CloseReason | null
  /** One that is here has proven once more who it is; returns why that is not enough. */
  readmit(connection: Connection, result: Authentication): CloseReason | null
  /** Our own mistake while this connection's message was at work. */
  failed(error: unknown, session: Session | null): void
  gone(connection: Connection, reason: CloseReason): void
}

/**
 * The session side of one link, from its opening to its end: greeting, authentication, then a session.
 *
 *     greeting ─ hello ─▶ authenticating ─ accepted ─▶ live
 *        └────────────────────┴──── anything wrong ─────┴─▶ closed
 */
export class Connection implements LinkOwner {
  readonly link: Link
  readonly medium: string
  readonly peer: string
  session: Session | null = null
  /** How long the client may be silent, ms. */
  silenceMsMax: number
  /** When what the client signed in with ends, ms since 1970. */
  validUntilMs = Number.POSITIVE_INFINITY
  /** Its link hands over what came, and says when that is over: true within one task of the loop only. */
  isInGo = false
  /** When the client was last heard; monotonic ms. While it was not read from it was not silent. */
  private heardMs: number
  private readonly host: ConnectionHost
  private state: 'greeting' | 'authenticating' | 'live' | 'closed' = 'greeting'
  /** What its client said first; null: nothing yet, or it is not needed any more. */
  private hello: Hello | null = null
  /** Who is told the next step of the client's proof; null: nobody asked for one. */
  private challenger: Challenged | null = null
  private early: ClientMessage[] | null = null
  private earlyBytes = 0
  /** Since when its link is not read from; null: it is. */
  private pausedMs: number | null = null

  constructor(host: ConnectionHost, link: Link, medium: string, peer: string) {
    this.host = host
    this.link = link
    this.medium = medium
    this.peer = peer
    this.heardMs = host.clock.nowMs()
    this.silenceMsMax = host.limits.helloTimeoutMs
  }

  get notes(): SessionNotes | Uint8Array | null {
    return this.session?.notes.get(this.medium) ?? null
  }

  set notes(notes: SessionNotes | Uint8Array | null) {
    this.session?.keepNotes(this.medium, notes)
  }

  received(message: ClientMessage, isInGo = false): void {
    this.heardMs = this.host.clock.nowMs()
    this.isInGo = isInGo
    if (isInGo && this.session) this.session.outbox.isInGo = true
    try {
      this.take(message)
    } catch (error) {
      this.host.failed(error, this.session)
      this.close('internalError')
    }
  }

  goEnded(): void {
    this.isInGo = false
    if (this.session?.connection === this) this.host.turns.goEnded(this.session.outbox)
  }

  /** Whoever says nothing but that may not stay a stranger for ever: it counts once the client was let in. */
  heard(): void {
    if (this.state === 'live') this.heardMs = this.host.clock.nowMs()
  }

  writable(): void {
    if (this.state !== 'live' || !this.session) return
    this.relieved()
    this.session.outbox.ready()
  }

  settled(first: number, last: number, outcome: Outcome): void {
    // What a lossy link loses is to be owed again: it comes with the first such medium.
    if (this.state === 'live' && outcome !== 'lost') this.session?.outbox.settled(first, last)
  }

  stored(done: () => void): void {
    // Also for a link that ended meanwhile: what it was told is stored with what came of it.
    if (this.session) this.session.stored(done)
    else done()
  }

  closed(reason: CloseReason): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.early = null
    this.host.gone(this, reason)
  }

  /** Ends the link from our side. */
  close(reason: CloseReason): void {
    if (this.state === 'closed') return
    this.link.close(reason)
    this.closed(reason)
  }

  /** Why silence ends this connection: nothing was said at all, the authenticator is slow, or the peer is gone. */
  get silenceReason(): CloseReason {
    if (this.state === 'greeting') return 'helloTimeout'
    return this.state === 'authenticating' ? 'authenticationTimeout' : 'keepAliveTimeout'
  }

  /** For how long the client could have been heard and was not, ms. */
  silenceMs(nowMs: number): number {
    return (this.pausedMs ?? nowMs) - this.heardMs
  }

  /** The session's answers pile up: stop reading, at the end of a go if there is one. A link that waits for what it does not read any more has room then. */
  pause(): void {
    if (this.pausedMs !== null) return
    this.pausedMs = this.host.clock.nowMs()
    this.link.pause()
    this.session?.outbox.ready()
  }

  /** Reads on once enough answers have left. */
  relieved(): void {
    if (this.pausedMs === null || !this.session?.isCaughtUp) return
    const nowMs = this.host.clock.nowMs()
    this.heardMs = nowMs - Math.max(0, this.silenceMs(nowMs))
    this.pausedMs = null
    this.link.resume()
  }

  private take(message: ClientMessage): void {
    if (message.kind === 'authenticate') return this.authenticate(message)
    if (this.state === 'live' && this.session && message.kind !== 'hello') return this.session.received(message)
    if (this.state === 'greeting' && message.kind === 'hello') {
      return message.versions.length > 0 ? this.greet(message) : this.close('unsupportedVersion')
    }
    if (this.state === 'authenticating' && message.kind !== 'hello') return this.wait(message)
    if (this.state !== 'closed') this.close('protocolViolation')
  }

  private greet(hello: Hello): void {
    this.state = 'authenticating'
    this.hello = hello
    this.silenceMsMax = this.host.limits.authenticationTimeoutMs
    this.ask(hello.credentials, hello)
  }

  /** The next step of a proof that takes several; or, by a client that is here, the first of another. */
  private authenticate({ method, data }: Authenticate): void {
    const { challenger, hello } = this
    this.challenger = null
    if (!hello || (this.state === 'authenticating' && !challenger)) return this.close('protocolViolation')
    if (challenger) return challenger.next(data, this.answerTo(hello))
    this.ask({ ...hello.credentials, method, data }, hello)
  }

  private ask(credentials: Credentials, hello: Hello): void {
    this.host.authentications.authenticate({ ...credentials, peer: this.peer }, this.answerTo(hello))
  }

  /** Hears one answer. */
  private answerTo(hello: Hello): (result: Authentication) => void {
    let isAnswered = false
    return (result) => {
      if (!isAnswered) this.judged(hello, result)
      isAnswered = true
    }
  }

  private judged(hello: Hello, result: Authentication): void {
    if (this.state === 'closed') return
    if (result.kind === 'challenged') {
      this.challenger = result
      return this.tell({ kind: 'challenge', data: result.data })
    }
    if (this.state === 'authenticating') return this.answered(hello, result)
    const refused = this.host.readmit(this, result)
    if (refused) this.close(refused)
  }

  /** Says something to a client that may not have a session. */
  private tell(reply: GatewayMessage): void {
    this.link.send({ replies: [reply], batch: nothing, position: null, rest: 'waits' })
  }

  private answered(hello: Hello, result: Authentication): void {
    const { limits } = this.host
    this.state = 'live'
    this.silenceMsMax = silenceMsMax(hello, limits)
    const refused = this.host.admit(this, hello, result)
    if (refused) {
      const denial = denialOf(result)
      if (denial) this.tell(denial)
      return this.close(refused)
    }
    const early = this.early ?? []
    this.early = null
    for (const message of early) this.take(message)
    // Who proved itself by a method may have to do so again; of all others nothing of it is needed any more.
    if (hello.credentials.method === undefined) this.hello = null
  }

  private wait(message: ClientMessage): void {
    this.early ??= []
    const early = message.kind === 'publish' ? lasting(message) : message
    this.early.push(early)
    this.earlyBytes += sizeOf(early)
    if (this.early.length > earlyMessagesMax || this.earlyBytes > earlyBytesMax) this.close('tooManyRequests')
  }
}

/** How long the client may be silent, ms. Infinity: it said that it may be for ever. */
function silenceMsMax({ keepAliveMs }: Hello, limits: Limits): number {
  if (keepAliveMs === 0) return limits.keepAliveMs
  return Number.isFinite(keepAliveMs) ? Math.min(keepAliveMs, limits.keepAliveMsMax) : keepAliveMs
}

/** What a publish brought may lie in the receive buffer, which is used again when the call returns. */
function lasting(message: Publish): Publish {
  return { ...message, value: copyOfBytes(message.value), attributes: copyOfAttributes(message.attributes) }
}

/** About how many bytes a message holds that lasts. */
function sizeOf(message: ClientMessage): number {
  let bytes = 0
  const rest = JSON.stringify(message, (_name, member: unknown) => {
    if (!(member instanceof Uint8Array)) return member
    bytes += member.length
    return null
  })
  return bytes + rest.length
}

/** Why it was not let in, where that is worth more than its close reason says. */
function denialOf(result: Authentication): Denied | null {
  if (result.kind === 'redirected') {
    return { kind: 'denied', reason: result.isForGood ? 'elsewhereForGood' : 'elsewhere', server: result.server }
  }
  const isMethodUnknown = result.kind === 'refused' && result.isMethodUnknown === true
  return isMethodUnknown ? { kind: 'denied', reason: 'methodUnknown', server: '' } : null
}

/** No updates. */
const nothing: Batch = {
  audience: { features: { deltas: false, deflate: false }, outwardPath: (path) => path },
  count: 0,
  updates: [],
  terms: [],
  bases: [],
  flags: [],
  frameOf: () => null,
  keepFrame: () => undefined,
}
