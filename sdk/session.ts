import type { ReportDocument } from './administration.js'
import { Administration } from './administration.js'
import { readSelector, topicPath } from './arguments.js'
import type { Conversation } from './conversation.js'
import type { FetchOptions } from './fetch.js'
import { Fetch } from './fetch.js'
import type { FetchedTopic } from './fetched-topic.js'
import { writePosition } from './positions.js'
import type { PropertiesWanted } from './properties.js'
import { completeProperties } from './properties.js'
import type { Published, PublishOptions } from './publication.js'
import { publicationOf } from './publication.js'
import { Reader } from './reader.js'
import type { Answer, RequestMessage } from './requests.js'
import type { SessionEvents, SessionState } from './state.js'
import type { Subscription, SubscriptionOptions } from './subscription.js'
import { wantedBy } from './wanted.js'

/**
 * A program's session with the gateway. It outlives its connections: while one is lost, publishes and requests wait, and
 * subscriptions go on when it is back, told what they missed or that something was lost.
 *
 * Every rejection is a `RivuletError`. After `close`, or once the state is `closed`, everything rejects.
 */
export class Session {
  // Out of sight of console.log: in there are credentials, and the token that opens the session.
  readonly #conversation: Conversation
  readonly #administration: Administration

  /** @internal Use `connect`. */
  constructor(conversation: Conversation) {
    this.#conversation = conversation
    this.#administration = new Administration(conversation)
  }

  get state(): SessionState {
    return this.#conversation.state
  }

  /** Names the session in the gateway's lists and logs. */
  get id(): string {
    return this.#conversation.id
  }

  /** Everything up to here was applied: opaque text for `since`, null before anything was. */
  get position(): string | null {
    return writePosition(this.#conversation.feed.position)
  }

  /** Returns a function that takes the listener away. */
  on<Name extends keyof SessionEvents>(event: Name, listener: (news: SessionEvents[Name]) => void): () => void {
    return this.#conversation.listeners.on(event, listener)
  }

  /**
   * Updates of all topics that the selector matches. Throws `invalidSelector` or `invalidArgument`; what the gateway
   * refuses ends the subscription with its reason.
   */
  subscribe(selector: string, options: SubscriptionOptions = {}): Subscription {
    this.#conversation.assertOpen()
    const { subscriptions, clock } = this.#conversation
    const reader = new Reader(readSelector(selector), wantedBy(options), clock, subscriptions)
    subscriptions.add(reader)
    return reader
  }

  /** Resolves when the gateway accepted the value; the topic is created if it does not exist. [SEM 4] */
  async publish(path: string, value: unknown, options: PublishOptions = {}): Promise<Published> {
    this.#conversation.assertOpen()
    const answer = await this.#conversation.publisher.publish(publicationOf(path, value, options))
    return { version: answer === null ? null : this.#conversation.versionOf(answer.version) }
  }

  /** Creates a topic, with or without a value to follow. The same properties again are accepted. */
  async create(path: string, properties: PropertiesWanted = {}): Promise<void> {
    const wanted = completeProperties(properties)
    await this.ask((request) => ({ kind: 'create', request, path: topicPath(path), properties: wanted }))
  }

  /** Removes every topic that the selector matches; resolves to how many that were. */
  async remove(selector: string): Promise<number> {
    const { text } = readSelector(selector)
    const answer = await this.ask((request) => ({ kind: 'remove', request, selector: text }))
    return answer.kind === 'done' ? answer.count : 0
  }

  /** The current values of all topics that the selector matches. */
  async fetch(selector: string, options: FetchOptions = {}): Promise<FetchedTopic[]> {
    return new Fetch(this.#conversation, selector, options).all()
  }

  /**
   * The same one by one, asking for the next page when the one before was read: for more topics than fit in memory. Rejects
   * with `notFound` if the gateway has forgotten how far it was, as after a restart.
   */
  fetchEach(selector: string, options: FetchOptions = {}): AsyncGenerator<FetchedTopic, void, undefined> {
    return new Fetch(this.#conversation, selector, options).each()
  }

  /** Every session that the gateway knows. Needs the right to administer, as the next three do. */
  sessions(): Promise<readonly ReportDocument[]> {
    return this.#administration.listSessions()
  }

  /** Answers "why did I not get this?" for one session. */
  showSession(id: string): Promise<ReportDocument> {
    return this.#administration.showSession(id)
  }

  /** Ends a session and its connection. */
  removeSession(id: string): Promise<void> {
    return this.#administration.removeSession(id)
  }

  showGateway(): Promise<ReportDocument> {
    return this.#administration.showGateway()
  }

  /** Says goodbye: what was published before still arrives. Resolves when the connection is closed. */
  close(): Promise<void> {
    return this.#conversation.close()
  }

  private ask(make: (request: number) => RequestMessage): Promise<Answer> {
    return this.#conversation.ask(make)
  }
}
