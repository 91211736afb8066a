import { subprotocol } from '../codecs/protobuf/index.js'
import type { Cancel, CloseReason, SessionStart } from '../core/index.js'
import { BackOff } from './back-off.js'
import { codeOfReason, describeReason, mayRetry, reasonOfCode } from './close-codes.js'
import { KeepAlive } from './keep-alive.js'
import { Link } from './link.js'
import type { ClientCredentials, ConnectionOptions } from './options.js'
import type { SessionState } from './state.js'
import type { ClientClock } from './system-clock.js'

/** What happens on a connection, for the session that it carries. */
export interface ConnectionOwner {
  /** What to show; asked for when a link opens. */
  credentials(): Promise<ClientCredentials>
  /** The first message of a link. */
  hello(credentials: ClientCredentials): Uint8Array
  received(frame: Uint8Array): void
  /** Something came that is no frame. */
  malformed(why: string): void
  ping(): void
  /** The link is gone, or did not come about. A state follows. */
  lost(): void
  stateChanged(state: SessionState): void
}

interface Ending {
  readonly reason: CloseReason
  readonly detail: string
}

/**
 * Keeps one link to the gateway: opens it, notices when it is dead, and comes back with growing waits for as long as the
 * reason allows.
 *
 *     connecting ──▶ live ⇄ recovering        each ──▶ closed
 *
 * Invariant: while connecting or recovering there is either a link under way, with a time-out, or a time to try again.
 */
export class Connection {
  #current: SessionState = { kind: 'connecting' }
  #link: Link | null = null
  #keepAlive: KeepAlive | null = null
  readonly #backOff: BackOff
  /** Of the attempt under way, or of the next. */
  #cancelTimer: Cancel | null = null
  #liveSinceMs = 0
  /** The gateway asked not to come back sooner. */
  #leastRetryMs = 0
  #isLeaving = false

  constructor(
    private readonly options: ConnectionOptions,
    private readonly clock: ClientClock,
    private readonly owner: ConnectionOwner,
  ) {
    this.#backOff = new BackOff(options.retry, options.random)
  }

  get state(): SessionState {
    return this.#current
  }

  open(): void {
    this.#attempt()
  }

  /** Takes one encoded message; lost while no link is open. */
  send(message: Uint8Array): void {
    this.#keepAlive?.sent()
    this.#link?.send(message)
  }

  /** As `send`; a newer acknowledgement takes the place of one that has not left. */
  sendAcknowledge(message: Uint8Array): void {
    this.#keepAlive?.sent()
    this.#link?.sendAcknowledge(message)
  }

  /** The gateway has accepted the hello. */
  welcomed(keepAliveMs: number): void {
    this.#stopTimer()
    this.#liveSinceMs = this.clock.nowMs()
    this.#keepAlive = new KeepAlive(
      keepAliveMs,
      this.clock,
      () => this.owner.ping(),
      () => this.fail('linkLost', `nothing was heard from the gateway for ${keepAliveMs} ms`),
    )
  }

  /** What was left undone is under way again. */
  becameLive(start: SessionStart): void {
    this.#become({ kind: 'live', start })
  }

  /** The gateway will close soon and wants the client back after this time. [PROTOCOL 2.13] */
  drain(reconnectAfterMs: number): void {
    this.#leastRetryMs = reconnectAfterMs
  }

  /** Gives up the link, which this client finds unusable, and comes back. */
  fail(reason: CloseReason, detail: string): void {
    const isOurs = reason !== 'linkLost'
    this.#link?.close(isOurs ? codeOfReason(reason) : normalClosure, isOurs ? describeReason(reason) : '')
    this.#linkEnded({ reason, detail }, true)
  }

  /** Tries again at once if it is waiting to: the network is back. */
  retryNow(): void {
    if (this.#current.kind === 'recovering' && this.#link === null) this.#attempt()
  }

  /** Ends for good: when the gateway closes the link, or after this time. */
  leave(patienceMs: number): void {
    if (this.#current.kind === 'closed') return
    this.#isLeaving = true
    this.#stopTimer()
    if (patienceMs > 0) this.#cancelTimer = this.clock.after(patienceMs, () => this.#hangUp())
    else this.#hangUp()
  }

  #attempt(): void {
    this.#stopTimer()
    const timeoutMs = this.options.connectTimeoutMs
    const link = new Link(new this.options.webSocket(this.options.url, [subprotocol]), {
      opened: () => this.#opened(link),
      received: (frame) => this.#received(link, frame),
      malformed: (why) => link === this.#link && this.owner.malformed(why),
      closed: (code, detail) => this.#closed(link, code, detail),
    })
    this.#link = link
    this.#cancelTimer = this.clock.after(timeoutMs, () => this.fail('linkLost', `no welcome within ${timeoutMs} ms`))
  }

  #opened(link: Link): void {
    this.owner.credentials().then(
      (credentials) => link === this.#link && link.send(this.owner.hello(credentials)),
      (error) => link === this.#link && this.fail('linkLost', `there are no credentials to show: ${String(error)}`),
    )
  }

  #received(link: Link, frame: Uint8Array): void {
    if (link !== this.#link) return
    this.#keepAlive?.heard()
    this.owner.received(frame)
  }

  #closed(link: Link, code: number, detail: string): void {
    if (link !== this.#link) return
    const reason = reasonOfCode(code)
    this.#linkEnded({ reason, detail: detail || describeReason(reason) }, mayRetry(reason))
  }

  #hangUp(): void {
    this.#link?.close(normalClosure, '')
    this.#linkEnded({ reason: 'bye', detail: describeReason('bye') }, false)
  }

  #linkEnded(ending: Ending, isPassing: boolean): void {
    const wasLive = this.#current.kind === 'live'
    if (wasLive && this.clock.nowMs() - this.#liveSinceMs >= this.options.settledMs) this.#backOff.reset()
    this.#drop()
    if (this.#isLeaving) this.#end({ reason: 'bye', detail: describeReason('bye') })
    else if (!isPassing || !this.#mayComeBack()) this.#end(ending)
    else this.#waitFor(ending)
  }

  #mayComeBack(): boolean {
    const { reconnect, waitForGateway } = this.options
    return this.#current.kind === 'connecting' ? waitForGateway : reconnect
  }

  #waitFor({ reason, detail }: Ending): void {
    const retryInMs = this.#backOff.next(this.#leastRetryMs)
    // It was asked for once. A gateway that is not there yet is looked for as usual.
    this.#leastRetryMs = 0
    this.#cancelTimer = this.clock.after(retryInMs, () => this.#attempt())
    if (this.#current.kind !== 'connecting') this.#become({ kind: 'recovering', reason, message: detail, retryInMs })
  }

  #end({ reason, detail }: Ending): void {
    if (this.#current.kind !== 'closed') this.#become({ kind: 'closed', reason, message: detail })
  }

  #become(state: SessionState): void {
    this.#current = state
    this.owner.stateChanged(state)
  }

  #drop(): void {
    this.#stopTimer()
    this.#keepAlive?.stop()
    this.#keepAlive = null
    this.#link = null
    this.owner.lost()
  }

  #stopTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }
}

const normalClosure = 1000
