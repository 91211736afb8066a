import { formatVersion } from '../codecs/position/index.js'
import type {
  AcknowledgeTerms,
  FromGatewayReceiver,
  WireReply,
  WireUpdate,
  WireWelcome,
} from '../codecs/protobuf/index.js'
import { decodeFromGateway, encodeAcknowledge, encodeRequest, protocolVersion } from '../codecs/protobuf/index.js'
import type { CloseReason, HeldTopic, Hello, Resume, Version } from '../core/index.js'
import { Acknowledger } from './acknowledger.js'
import type { ConnectionOwner } from './connection.js'
import { Connection } from './connection.js'
import { RivuletError } from './errors.js'
import { Feed } from './feed.js'
import { times } from './limits.js'
import { Listeners } from './listeners.js'
import type { ClientCredentials, SessionOptions } from './options.js'
import { Publisher } from './publisher.js'
import type { Answer, RequestMessage } from './requests.js'
import { Requests } from './requests.js'
import type { SessionEvents, SessionState } from './state.js'
import { Subscriptions } from './subscriptions.js'
import type { ClientClock } from './system-clock.js'

/**
 * The client's half of a session: says hello, resumes, and hands what the gateway says to whom it concerns. It outlives its
 * links, as the session does.
 */
export class Conversation implements ConnectionOwner, FromGatewayReceiver {
  readonly listeners = new Listeners<SessionEvents>(['state'])
  readonly feed = new Feed()
  readonly requests: Requests
  readonly publisher: Publisher
  readonly subscriptions: Subscriptions
  readonly #connection: Connection
  #acknowledger: Acknowledger | null = null
  /** Opens the session once more; null: there is none to go back to. */
  #token: Uint8Array | null = null
  #name = ''
  /** Why the frame at hand cannot be applied. */
  #fault: string | null = null

  constructor(private readonly options: SessionOptions) {
    const { clock, requestTimeoutMs } = options
    this.#connection = new Connection(options.connection, clock, this)
    this.requests = new Requests(clock, requestTimeoutMs, (message) => this.#connection.send(encodeRequest(message)))
    this.publisher = new Publisher((message) => this.#connection.send(message))
    this.subscriptions = new Subscriptions(this.feed, {
      nextRequest: () => this.requests.nextNumber(),
      send: (message) => this.#connection.send(encodeRequest(message)),
      roomChanged: () => this.#acknowledger?.check(),
    })
  }

  get state(): SessionState {
    return this.#connection.state
  }

  /** The session's name in lists and logs; empty before the first welcome. */
  get id(): string {
    return this.#name
  }

  get clock(): ClientClock {
    return this.options.clock
  }

  /** Resolves when the session is live, rejects if it closes before. */
  open(): Promise<void> {
    const opened = this.#until((state) => state.kind === 'live')
    this.#connection.open()
    return opened
  }

  /** Rejects with the reason once the session is closed, as everything does. */
  async ask(make: (request: number) => RequestMessage): Promise<Answer> {
    this.assertOpen()
    return this.requests.ask(make)
  }

  assertOpen(): void {
    const { state } = this
    if (state.kind === 'closed') throw endOf(state.reason, state.message)
  }

  /** A version as programs see it; null: the gateway did not say. */
  versionOf(version: Version): string | null {
    return version.offset === 0 ? null : formatVersion(this.feed.epoch, version)
  }

  retryNow(): void {
    this.#connection.retryNow()
  }

  /** Says goodbye; the gateway ends the session, then the link. Resolves when that is done. */
  close(): Promise<void> {
    const closed = this.#until((state) => state.kind === 'closed')
    const isLive = this.state.kind === 'live'
    if (isLive) this.#connection.send(encodeRequest({ kind: 'bye' }))
    this.#connection.leave(isLive ? times.byeTimeoutMs : 0)
    return closed
  }

  async credentials(): Promise<ClientCredentials> {
    return this.options.credentials()
  }

  hello(credentials: ClientCredentials): Uint8Array {
    const { keepAliveMs, sessionTimeoutMs, bytesPerSecondMax, agent } = this.options
    const hello: Hello = {
      kind: 'hello',
      versions: [protocolVersion],
      credentials: { ...credentials, peer: '' },
      features: { deltas: true, deflate: false },
      resume: this.#token === null ? null : this.#resume(this.#token),
      sessionTimeoutMs,
      keepAliveMs,
      bytesPerSecondMax,
      agent,
    }
    return encodeRequest(hello)
  }

  received(frame: Uint8Array): void {
    this.#fault = null
    const outcome = decodeFromGateway(frame, this)
    if (outcome.kind === 'malformed') this.#fault ??= outcome.why
    if (this.#fault !== null) this.malformed(this.#fault)
    else this.#applied(frame.length)
  }

  reply(message: WireReply): void {
    switch (message.kind) {
      case 'welcome':
        this.#welcomed(message)
        break
      case 'subscribed':
        this.subscriptions.subscribed(message)
        break
      case 'synced':
        this.subscriptions.synced(message)
        break
      case 'resynchronised':
        this.subscriptions.resynchronised(message)
        break
      case 'unsubscribed':
        this.subscriptions.unsubscribed(message)
        break
      case 'accepted':
        this.publisher.accepted(message)
        break
      case 'publishRefused':
        this.publisher.refused(message)
        break
      case 'refused':
        if (!this.subscriptions.refused(message)) this.requests.refused(message)
        break
      case 'done':
        if (!this.subscriptions.done(message.request)) this.requests.answered(message)
        break
      case 'fetched':
      case 'report':
        this.requests.answered(message)
        break
      case 'draining':
        this.#connection.drain(message.reconnectAfterMs)
        break
      case 'pong':
        // That it came is all it says.
        break
    }
  }

  update(update: WireUpdate): void {
    this.#fault ??= this.feed.update(update)
  }

  standing(offset: number, held: readonly HeldTopic[]): void {
    this.feed.stands(offset, held)
  }

  /** The two ends do not agree on what this client holds: it comes back without. [PROTOCOL 4.12] */
  malformed(why: string): void {
    this.#token = null
    this.feed.distrust()
    this.#connection.fail('malformedMessage', why)
  }

  ping(): void {
    this.#connection.send(encodeRequest({ kind: 'ping', nonce: 0 }))
  }

  lost(): void {
    this.#acknowledger?.stop()
    this.#acknowledger = null
    this.publisher.lost()
  }

  stateChanged(state: SessionState): void {
    if (state.kind === 'closed') this.#end(state.reason, state.message)
    this.listeners.emit('state', state)
  }

  #resume(token: Uint8Array): Resume {
    return { token, position: this.feed.position, synced: this.subscriptions.appliedNumbers }
  }

  #until(isReached: (state: SessionState) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (state: SessionState): void => {
        if (isReached(state)) resolve()
        else if (state.kind === 'closed') reject(new RivuletError(state.reason, state.message))
        else return
        stop()
      }
      const stop = this.listeners.on('state', look)
      look(this.state)
    })
  }

  #welcomed(welcome: WireWelcome): void {
    // A view of its frame, which would stay in memory with it.
    this.#token = welcome.token.slice()
    this.#name = welcome.sessionId
    this.#connection.welcomed(welcome.keepAliveMs)
    this.#acknowledger = this.#acknowledgerFor(welcome)
    this.subscriptions.welcomed(welcome)
    this.requests.repeat()
    this.publisher.welcomed({ ...welcome, isSameSession: welcome.start !== 'new' })
    this.#connection.becameLive(welcome.start)
  }

  #acknowledgerFor(terms: AcknowledgeTerms): Acknowledger {
    const send = (bytes: number): void => {
      const { offset, held } = this.feed.position
      this.#connection.sendAcknowledge(encodeAcknowledge(bytes, { kind: 'acknowledge', offset, held }))
    }
    return new Acknowledger(terms, this.options.clock, send, () => this.subscriptions.haveRoom)
  }

  #applied(bytes: number): void {
    this.feed.frameEnded()
    this.#acknowledger?.received(bytes)
  }

  #end(reason: CloseReason, message: string): void {
    const error = endOf(reason, message)
    this.requests.fail(error)
    this.publisher.fail(error)
    this.subscriptions.end(error.code === 'closed' ? null : error)
  }
}

/** What everything that waits is told when the session is over. */
function endOf(reason: CloseReason, message: string): RivuletError {
  return reason === 'bye' ? new RivuletError('closed', 'the session was closed') : new RivuletError(reason, message)
}
