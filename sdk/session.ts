import type { ReportDocument } from './administration.js'
import { Administration } from './administration.js'
import type { Conversation } from './conversation.js'
import { RivuletError } from './errors.js'
import { FetchedTopic } from './fetched-topic.js'
import { writePosition } from './positions.js'
import type { PropertiesWanted } from './properties.js'
import { completeProperties } from './properties.js'
import type { Published, PublishOptions } from './publication.js'
import { publicationOf } from './publication.js'
import { Reader } from './reader.js'
import type { Answer, RequestMessage } from './requests.js'
import { parseSelector } from './selector.js'
import type { SessionEvents, SessionState } from './state.js'
import type { Subscription, SubscriptionOptions } from './subscription.js'
import { wantedBy } from './wanted.js'

/** How to fetch. */
export interface FetchOptions {
  /** Also the topics' properties, and topics without a value. */
  readonly describe?: boolean
  /** Topics in one page; the pages cannot be seen, but a small first one comes sooner. 0 leaves it to the gateway. */
  readonly pageTopics?: number
}

/**
 * A program's session with the gateway. It outlives its connections: while one is lost, publishes and requests wait, and
 * subscriptions go on when it is back, told what they missed or that something was lost.
 *
 * Every rejection is a `RivuletError`. After `close`, or once the state is `closed`, everything rejects.
 */
export class Session {
  private readonly administration: Administration

  /** @internal Use `connect`. */
  constructor(private readonly conversation: Conversation) {
    this.administration = new Administration(conversation.requests)
  }

  get state(): SessionState {
    return this.conversation.state
  }

  /** Names the session in the gateway's lists and logs. */
  get id(): string {
    return this.conversation.id
  }

  /** Everything up to here was applied: opaque text for `since`, null before anything was. */
  get position(): string | null {
    return writePosition(this.conversation.feed.position)
  }

  /** Returns a function that takes the listener away. */
  on<Name extends keyof SessionEvents>(event: Name, listener: (news: SessionEvents[Name]) => void): () => void {
    return this.conversation.listeners.on(event, listener)
  }

  /**
   * Updates of all topics that the selector matches. Throws `invalidSelector` or `invalidArgument`; what the gateway
   * refuses ends the subscription with its reason.
   */
  subscribe(selector: string, options: SubscriptionOptions = {}): Subscription {
    this.assertOpen()
    const parsed = parseSelector(selector)
    if (parsed.kind === 'malformed') {
      throw new RivuletError('invalidSelector', `${JSON.stringify(selector)}, at ${parsed.at}: ${parsed.why}`)
    }
    const { subscriptions, clock } = this.conversation
    const reader = new Reader(parsed.selector, wantedBy(options), clock, subscriptions)
    subscriptions.add(reader)
    return reader
  }

  /** Resolves when the gateway accepted the value; the topic is created if it does not exist. [SEM 4] */
  async publish(path: string, value: unknown, options: PublishOptions = {}): Promise<Published> {
    this.assertOpen()
    const answer = await this.conversation.publisher.publish(publicationOf(path, value, options))
    return { version: answer === null ? null : this.conversation.versionOf(answer.version) }
  }

  /** Creates a topic, with or without a value to follow. The same properties again are accepted. */
  async create(path: string, properties: PropertiesWanted = {}): Promise<void> {
    await this.ask((request) => ({ kind: 'create', request, path, properties: completeProperties(properties) }))
  }

  /** Removes every topic that the selector matches; resolves to how many that were. */
  async remove(selector: string): Promise<number> {
    const answer = await this.ask((request) => ({ kind: 'remove', request, selector }))
    return answer.kind === 'done' ? answer.count : 0
  }

  /** The current values of all topics that the selector matches. */
  async fetch(selector: string, options: FetchOptions = {}): Promise<FetchedTopic[]> {
    const topics: FetchedTopic[] = []
    for await (const topic of this.fetchEach(selector, options)) topics.push(topic)
    return topics
  }

  /** The same one by one, asking for the next page when the one before was read: for more topics than fit in memory. */
  async *fetchEach(selector: string, options: FetchOptions = {}): AsyncGenerator<FetchedTopic, void, undefined> {
    const { describe = false, pageTopics: limit = 0 } = options
    let after: string | null = null
    do {
      const from: string | null = after
      const page = await this.ask((request) => ({ kind: 'fetch', request, selector, after: from, limit, describe }))
      if (page.kind !== 'fetched') throw new RivuletError('protocolViolation', 'a fetch was answered by something else')
      for (const state of page.topics) yield new FetchedTopic(state, this.conversation.feed.epoch)
      after = page.after
    } while (after !== null)
  }

  /** Every session that the gateway knows. Needs the right to administer, as the next three do. */
  sessions(): Promise<readonly ReportDocument[]> {
    return this.administration.listSessions()
  }

  /** Answers "why did I not get this?" for one session. */
  showSession(id: string): Promise<ReportDocument> {
    return this.administration.showSession(id)
  }

  /** Ends a session and its connection. */
  removeSession(id: string): Promise<void> {
    return this.administration.removeSession(id)
  }

  showGateway(): Promise<ReportDocument> {
    return this.administration.showGateway()
  }

  /** Says goodbye: what was published before still arrives. Resolves when the connection is closed. */
  close(): Promise<void> {
    return this.conversation.close()
  }

  private async ask(make: (request: number) => RequestMessage): Promise<Answer> {
    this.assertOpen()
    return await this.conversation.requests.ask(make)
  }

  private assertOpen(): void {
    const { state } = this
    if (state.kind !== 'closed') return
    throw new RivuletError(state.reason === 'bye' ? 'closed' : state.reason, `the session is closed: ${state.message}`)
  }
}
