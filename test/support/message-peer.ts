import type {
  ClientMessage,
  CloseReason,
  Flush,
  Gateway,
  GatewayMessage,
  GroupOrder,
  Hello,
  Link,
  LinkOwner,
  MessageOptions,
  MessageTerms,
  Qos,
  SubscribeOptions,
  Taken,
} from '../../core/index.js'
import { itemFlags, qosOf } from '../../core/index.js'
import { plainHello, plainOptions, publication, text } from './memory-peer.js'

/** A message as a peer got it. */
export interface GotMessage {
  readonly path: string
  readonly value: string
  readonly qos: Qos
  /** It was the retained value when the peer subscribed. */
  readonly isSnapshot: boolean
  readonly isAgain: boolean
  readonly labels: readonly string[]
  /** Its number on the link; null where it is not to be settled. */
  readonly number: number | null
}

/** What is unusual about a subscription of a message peer. */
export interface MessageSubscription extends Partial<SubscribeOptions> {
  readonly qos?: Qos
  readonly excludesOwn?: boolean
  readonly retained?: 'always' | 'ifNew' | 'never'
  readonly labels?: readonly string[]
}

/** The link of a peer that reads messages and settles them when a test says so. */
class MessageLink implements Link {
  readonly traits = { ordered: true, reliable: true, settles: true, upstream: true }
  owner: LinkOwner | null = null
  unsettled = 0
  isStalled = false
  private taken = 0
  isPaused = false

  constructor(private readonly peer: MessagePeer) {}

  get roomBytes(): number {
    return this.isStalled ? 0 : 1_000_000
  }

  get roomItems(): number {
    return this.peer.window - this.unsettled
  }

  send({ replies, batch }: Flush): Taken {
    this.peer.replies.push(...replies)
    let items = replies.length
    const dropped: number[] = []
    for (let i = 0; i < batch.count; i++) {
      const update = batch.updates[i]
      const terms = batch.terms[i]
      if (!update || !terms) throw new Error('only messages are read here')
      const qos = qosOf(update, terms)
      if (qos > 0 && this.roomItems <= 0) break
      items += 1
      if (qos > 0 && text(update.value) === this.peer.drops) {
        dropped.push(this.taken++)
        continue
      }
      this.peer.got.push({
        path: update.topic.path,
        value: text(update.value),
        qos,
        isSnapshot: ((batch.flags[i] ?? 0) & itemFlags.snapshot) !== 0,
        isAgain: ((batch.flags[i] ?? 0) & itemFlags.again) !== 0,
        labels: terms.labels,
        number: qos > 0 ? this.taken++ : null,
      })
      if (qos > 0) this.unsettled += 1
    }
    return { items, bytes: 1, dropped }
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  close(reason: CloseReason): void {
    this.peer.closedFor ??= reason
  }
}

/** A client that reads messages instead of states. */
export class MessagePeer {
  readonly got: GotMessage[] = []
  readonly replies: GatewayMessage[] = []
  closedFor: CloseReason | null = null
  /** Messages that it lets be on their way unsettled. */
  window = 1_000
  /** A message of this value its link takes and does not write. */
  drops: string | null = null
  private link: MessageLink | null = null
  private requests = 0
  private sequence = 0

  constructor(private readonly gateway: Gateway) {}

  /** Core reads nothing from it. */
  get isPaused(): boolean {
    return this.link?.isPaused ?? false
  }

  /** Values in the order in which they came. */
  get values(): string[] {
    return this.got.map(({ value }) => value)
  }

  connect(name: string, hello: Partial<Hello> & { readonly isClean?: boolean } = {}): this {
    const { isClean = false, ...more } = hello
    this.closedFor = null
    this.link = new MessageLink(this)
    this.link.owner = this.gateway.attach(this.link, 'messages', 'test')
    this.say({ ...plainHello, identity: { name, isClean }, ...more })
    return this
  }

  say(message: ClientMessage): void {
    this.link?.owner?.received(message)
  }

  subscribe(selector: string, more: MessageSubscription = {}): this {
    const { qos = 1, excludesOwn = false, retained = 'always', labels = [], ...options } = more
    const terms: MessageTerms = { qos, excludesOwn, labels }
    this.requests += 1
    this.say({
      kind: 'subscribe',
      request: this.requests,
      selector,
      options: { ...plainOptions, ...options, messages: { terms, retained } },
    })
    return this
  }

  /** Joins a group. */
  share(name: string, selector: string, more: MessageSubscription = {}, order: GroupOrder = 'none'): this {
    const { qos = 1, excludesOwn = false, labels = [] } = more
    const messages: MessageOptions = { terms: { qos, excludesOwn, labels }, retained: 'never' }
    this.requests += 1
    const options = { ...plainOptions, messages }
    this.say({ kind: 'subscribe', request: this.requests, selector, options, group: { name, order } })
    return this
  }

  leaveGroup(group: string, selector: string): this {
    this.requests += 1
    this.say({ kind: 'unsubscribe', request: this.requests, selector, group })
    return this
  }

  unsubscribe(selector: string): this {
    this.requests += 1
    this.say({ kind: 'unsubscribe', request: this.requests, selector })
    return this
  }

  publish(path: string, value: string, qos: Qos = 1, isRetained = false): this {
    this.sequence += 1
    this.say(publication(path, value, { sequence: this.sequence, handling: { qos, isRetained, isMessage: true } }))
    return this
  }

  /** Settles all that it got, or so many. */
  settle(count = Number.POSITIVE_INFINITY): this {
    const { link } = this
    if (!link?.owner) return this
    const first = this.firstUnsettled
    const last = Math.min(first + count, first + link.unsettled) - 1
    if (last < first) return this
    link.unsettled -= last - first + 1
    this.firstUnsettled = last + 1
    link.owner.settled(first, last, 'acknowledged')
    link.owner.writable()
    return this
  }

  /** The network fails: nothing more is read, and what was not settled is not known to have come. */
  cut(): this {
    this.firstUnsettled = 0
    this.link?.owner?.closed('linkLost')
    this.link = null
    return this
  }

  stall(): this {
    if (this.link) this.link.isStalled = true
    return this
  }

  unstall(): this {
    if (this.link) this.link.isStalled = false
    this.link?.owner?.writable()
    return this
  }

  private firstUnsettled = 0
}
