import assert from 'node:assert/strict'
import type {
  Administer,
  ClientMessage,
  CloseReason,
  Create,
  Fetch,
  GatewayMessage,
  Hello,
  Publish,
  Refused,
  Remove,
  Subscribe,
  SubscribeOptions,
  Unsubscribe,
} from '../../core/index.js'
import { plainHello, plainOptions, publication, text } from '../support/memory-peer.js'
import type { Reply } from './ear.js'
import { Ear } from './ear.js'
import type { Listening, Wire } from './harness.js'
import type { CaseTime } from './time.js'

/** A request without its number, which the client gives. */
type Asked = Unnumbered<Subscribe | Unsubscribe | Create | Remove | Fetch | Administer>
type Unnumbered<Message> = Message extends unknown ? Omit<Message, 'request'> : never

/** What a request is answered with. */
export type Answer = Extract<GatewayMessage, { readonly request: number }>

/** Above those that cases choose. */
const ownNonces = 1_000_000

/** A peer as cases use it: each call says something and waits for what must come of it. */
export class Client {
  readonly ear = new Ear()
  private wire: Wire | null = null
  private requests = 0
  private sequence = 0
  private roundTrips = 0

  constructor(
    private readonly listening: Listening,
    private readonly time: CaseTime,
  ) {}

  /** Opens a link and says nothing. */
  async dial(): Promise<this> {
    this.ear.linked()
    this.wire = await this.listening.dial(this.ear)
    return this
  }

  /** Opens a link and greets. */
  async connect(hello: Partial<Hello> = {}): Promise<Reply<'welcome'>> {
    await this.dial()
    this.say({ ...plainHello, ...hello })
    return this.next('welcome')
  }

  /** Comes back with what it holds. */
  resume(hello: Partial<Hello> = {}): Promise<Reply<'welcome'>> {
    return this.connect({ resume: this.ear.resume, ...hello })
  }

  say(message: ClientMessage): void {
    this.end.send(message)
  }

  sayGarbage(): void {
    const { sendGarbage } = this.end
    assert.ok(sendGarbage, 'a medium without bytes exempts this case')
    sendGarbage.call(this.end)
  }

  stall(): void {
    this.end.stall()
  }

  /** Reads again. */
  unstall(): void {
    this.end.unstall()
  }

  cut(): void {
    this.end.cut()
  }

  close(): void {
    this.end.close()
  }

  /** The next message of this kind from now on. */
  async next<Kind extends GatewayMessage['kind']>(kind: Kind): Promise<Reply<Kind>> {
    const before = this.ear.replies(kind).length
    await this.until(kind, () => this.ear.replies(kind).length > before)
    const reply = this.ear.replies(kind)[before]
    assert.ok(reply)
    return reply
  }

  /** Asks, and gives the answer with the request's own number. */
  async ask(asked: Asked): Promise<Answer> {
    this.requests += 1
    const request = this.requests
    this.say({ ...asked, request })
    const answer = () => this.ear.heard.find((item): item is Answer => 'request' in item && item.request === request)
    await this.until(`an answer to ${asked.kind}`, () => answer() !== undefined)
    const found = answer()
    assert.ok(found)
    return found
  }

  async askSubscribe(selector: string, options: Partial<SubscribeOptions> = {}): Promise<Answer> {
    return this.ask({ kind: 'subscribe', selector, options: { ...plainOptions, ...options } })
  }

  /** Subscribes and waits until the snapshot is there; gives the subscription's number. */
  async subscribe(selector: string, options: Partial<SubscribeOptions> = {}): Promise<number> {
    const answer = await this.askSubscribe(selector, options)
    assert.equal(answer.kind, 'subscribed', selector)
    const subscription = answer.kind === 'subscribed' ? answer.subscription : 0
    await this.until(`synced for ${selector}`, () => this.ear.synced.has(subscription))
    return subscription
  }

  /** Publishes with the next sequence and gives the answer. */
  async publish(path: string, value: string | Uint8Array, more: Partial<Publish> = {}) {
    this.sequence = more.sequence ?? this.sequence + 1
    return this.publishAs(publication(path, value, { sequence: this.sequence, ...more }))
  }

  async publishAs(message: Publish): Promise<Reply<'accepted'> | Reply<'publishRefused'>> {
    const answers = () => [...this.ear.replies('accepted'), ...this.ear.replies('publishRefused')]
    const matching = () => answers().filter(({ sequence }) => sequence === message.sequence)
    const before = matching().length
    this.say(message)
    await this.until(`an answer to publish ${message.sequence}`, () => matching().length > before)
    const answer = matching().at(-1)
    assert.ok(answer)
    return answer
  }

  /** The code with which a publish is refused. */
  async refusedPublish(path: string, value: string | Uint8Array, more: Partial<Publish> = {}): Promise<string> {
    const answer = await this.publish(path, value, more)
    return answer.kind === 'publishRefused' ? answer.refusal.code : answer.kind
  }

  /** The code with which a request is refused. */
  async refused(asked: Asked): Promise<string> {
    return refusalOf(await this.ask(asked))
  }

  /** A ping and its pong. What the gateway knew before and this reader is owed has arrived by then, where the link has room. */
  async roundTrip(): Promise<void> {
    this.roundTrips += 1
    const nonce = ownNonces + this.roundTrips
    this.say({ kind: 'ping', nonce })
    await this.until('pong', () => this.ear.replies('pong').some((pong) => pong.nonce === nonce))
  }

  /** Says that everything heard was applied. [PROTOCOL 5.2] */
  async acknowledge(): Promise<void> {
    const { offset, held } = this.ear.position
    this.say({ kind: 'acknowledge', offset, held })
    await this.roundTrip()
  }

  /** The link ends; gives the reason. */
  async ended(): Promise<CloseReason | null> {
    await this.until('the end of the link', () => this.ear.closedFor !== null)
    return this.ear.closedFor
  }

  /** The texts of all updates of a path, in order. */
  texts(path: string): string[] {
    return this.ear.updates.filter((update) => update.path === path).map((update) => text(update.value))
  }

  /** The current value of a path, as text; null: none. */
  valueOf(path: string): string | null {
    const value = this.ear.values.get(path)
    return value ? text(value) : null
  }

  async hears(path: string, value: string): Promise<void> {
    await this.until(`${path} = ${value.slice(0, 40)}`, () => this.valueOf(path) === value)
  }

  until(what: string, condition: () => boolean): Promise<void> {
    return this.time.until(what, condition)
  }

  private get end(): Wire {
    assert.ok(this.wire, 'dial first')
    return this.wire
  }
}

/** The code of a refusal, or what came instead. */
export function refusalOf(answer: Answer): Refused['refusal']['code'] | Answer['kind'] {
  return answer.kind === 'refused' ? answer.refusal.code : answer.kind
}
