import { wireLimits } from '../codecs/protobuf/index.js'
import type {
  Refused,
  Resynchronised,
  Subscribe,
  Subscribed,
  Synced,
  Unsubscribe,
  Unsubscribed,
  Welcome,
} from '../core/index.js'
import { RivuletError, refused } from './errors.js'
import type { Feed } from './feed.js'
import type { Reader } from './reader.js'
import type { Selector } from './selector.js'
import { selectorMatches } from './selector.js'
import type { Resynchronisation } from './subscription.js'
import type { Asking } from './wire-subscription.js'
import { WireSubscription } from './wire-subscription.js'

/** How subscriptions reach the gateway. */
export interface SubscriptionsOwner {
  nextRequest(): number
  /** Lost while no link is open. */
  send(message: Subscribe | Unsubscribe): void
  /** An iterator that must not lose anything became full, or has room again. */
  roomChanged(): void
}

interface Leaving {
  readonly message: Unsubscribe
  readonly selector: Selector
  readonly resolve: () => void
}

/** All subscriptions of a session: those of the program, and what the gateway knows of them. */
export class Subscriptions {
  readonly #bySelector = new Map<string, WireSubscription>()
  /** By the gateway's number, so that many cost each answer no more than few. */
  readonly #byNumber = new Map<number, WireSubscription>()
  /** By requests that this link has not answered. */
  readonly #byRequest = new Map<number, WireSubscription>()
  /** Ended by the program, not yet confirmed by the gateway; by request. */
  readonly #leaving = new Map<number, Leaving>()
  readonly #full = new Set<Reader>()

  readonly #asking: Asking = {
    nextRequest: (wire) => {
      const request = this.owner.nextRequest()
      this.#byRequest.set(request, wire)
      return request
    },
    send: (message) => this.owner.send(message),
  }

  constructor(
    private readonly feed: Feed,
    private readonly owner: SubscriptionsOwner,
  ) {}

  /** No iterator that must not lose anything is full. */
  get haveRoom(): boolean {
    return this.#full.size === 0
  }

  /** The gateway's numbers of those whose `synced` was applied, as many as a hello may name: the others begin with a snapshot. [PROTOCOL 2.7, 10.1] */
  get appliedNumbers(): readonly number[] {
    const numbers = [...this.#bySelector.values()].map((wire) => wire.appliedNumber).filter((number) => number !== null)
    return numbers.slice(0, wireLimits.syncedMax)
  }

  add(reader: Reader): void {
    const wire = this.#bySelector.get(reader.selector) ?? new WireSubscription(reader.selector, this.#asking)
    this.#bySelector.set(reader.selector, wire)
    this.feed.matching.add(reader)
    wire.join(reader)
  }

  /** The program wants no more. Resolves when the gateway knows. */
  left(reader: Reader): Promise<void> {
    const wire = this.#remove(reader)
    if (wire?.readers.length === 0) return this.#unsubscribe(reader.parsed)
    wire?.relax()
    return Promise.resolve()
  }

  blocked(reader: Reader, isBlocked: boolean): void {
    if (isBlocked) this.#full.add(reader)
    else this.#full.delete(reader)
    this.owner.roomChanged()
  }

  /** A link is open. The feed stands in this epoch when it returns. [PROTOCOL 2.8] */
  welcomed({ start, epoch }: Welcome): void {
    const isSameEpoch = epoch === this.feed.epoch
    this.#byRequest.clear()
    if (start === 'new') this.#renew(isSameEpoch ? 'session' : 'epoch')
    else this.#resume(isSameEpoch, start === 'resynchronised')
    if (!isSameEpoch) this.feed.begin(epoch)
  }

  subscribed(message: Subscribed): void {
    const wire = this.#answered(message.request)
    const before = wire?.number ?? 0
    if (!wire?.subscribed(message, this.feed.now)) return
    this.#byNumber.delete(before)
    this.#byNumber.set(message.subscription, wire)
  }

  /** Whether this answers a request of a subscription. */
  done(request: number): boolean {
    const leaving = this.#leaving.get(request)
    if (leaving === undefined) return false
    this.#leaving.delete(request)
    this.#release(leaving.selector)
    leaving.resolve()
    return true
  }

  /** Whether this answers a request of a subscription. */
  refused({ request, refusal }: Refused): boolean {
    if (this.done(request)) return true
    const found = this.#answered(request)?.refused(request) ?? null
    for (const reader of found ?? []) {
      this.#fail(reader, refused(reader.selector, refusal))
      this.#release(reader.parsed)
    }
    return found !== null
  }

  synced({ subscription, position }: Synced): void {
    this.feed.synced(position)
    const wire = this.#find(subscription)
    const [reader] = wire?.readers ?? []
    if (reader !== undefined) this.feed.settle(reader.parsed)
    for (const beginner of wire?.readers.filter((each) => each.mayLackHeldValues) ?? []) this.feed.fill(beginner)
    wire?.synced()
  }

  /** [PROTOCOL 3.6] */
  resynchronised(message: Resynchronised): void {
    this.feed.resynchronised(message)
    const { reason, topics, selectors } = message
    const paths = topics.map((path) => path.split('/'))
    for (const wire of this.#bySelector.values()) {
      const isNamed = wire.readers.some(({ parsed }) => paths.some((levels) => selectorMatches(parsed, levels)))
      if (isNamed || selectors.includes(wire.selector)) wire.lostEvents({ reason, topics, selectors })
    }
  }

  /** The gateway ended a subscription. [PROTOCOL 3.7] */
  unsubscribed({ subscription, selector, reason }: Unsubscribed): void {
    const error =
      reason === 'forbidden'
        ? new RivuletError('forbidden', `${selector} may not be read any more`)
        : new RivuletError('slowConsumer', `the reader of ${selector} fell behind what the gateway keeps`)
    const wire = this.#find(subscription)
    const readers = [...(wire?.readers ?? [])]
    const [ended] = readers
    if (!wire || !ended) return
    for (const reader of readers) this.#remove(reader)
    // Asked for again meanwhile, it would come back for nobody. Said before anybody hears of the end, who may then subscribe anew.
    if ([...this.#byRequest.values()].includes(wire)) void this.#unsubscribe(ended.parsed)
    else this.#release(ended.parsed)
    for (const reader of readers) reader.ended(error)
  }

  /** The session is over; null: since the program closed it. */
  end(error: RivuletError | null): void {
    const readers = [...this.#bySelector.values()].flatMap((wire) => wire.readers)
    this.#bySelector.clear()
    this.#byNumber.clear()
    for (const reader of readers) {
      this.feed.matching.remove(reader)
      reader.ended(error)
    }
    for (const { resolve } of this.#leaving.values()) resolve()
    this.#leaving.clear()
  }

  #resume(isSameEpoch: boolean, hasLostEvents: boolean): void {
    if (!isSameEpoch) this.feed.doubt(() => true)
    if (hasLostEvents) for (const wire of this.#bySelector.values()) wire.distrust()
    for (const { message } of this.#leaving.values()) this.owner.send(message)
    for (const wire of this.#bySelector.values()) wire.resumed()
  }

  #renew(reason: Resynchronisation['reason']): void {
    for (const request of [...this.#leaving.keys()]) this.done(request)
    this.#byNumber.clear()
    this.feed.doubt(({ wanted }) => wanted.snapshot)
    for (const wire of [...this.#bySelector.values()]) wire.renew(reason)
  }

  #unsubscribe(selector: Selector): Promise<void> {
    return new Promise((resolve) => {
      const message: Unsubscribe = { kind: 'unsubscribe', request: this.owner.nextRequest(), selector: selector.text }
      this.#leaving.set(message.request, { message, selector, resolve })
      this.owner.send(message)
    })
  }

  /**
   * The gateway has ended a subscription. What it sends may still be against what a subscription brought that stands there: one
   * that it may have heard of, whoever reads it now, or whose end is not confirmed.
   */
  #release(ended: Selector): void {
    const wires = [...this.#bySelector.values()]
    const standing = wires.flatMap(({ readers }) => readers.slice(0, 1).map(({ parsed }) => parsed))
    for (const { selector } of this.#leaving.values()) standing.push(selector)
    this.feed.release(ended, standing)
  }

  #fail(reader: Reader, error: RivuletError): void {
    this.#remove(reader)
    reader.ended(error)
  }

  /** Returns what it was part of; undefined: it was removed before. */
  #remove(reader: Reader): WireSubscription | undefined {
    this.feed.left(reader)
    const wire = this.#bySelector.get(reader.selector)
    if (wire?.leave(reader) !== true) return undefined
    if (wire.readers.length === 0) {
      this.#bySelector.delete(reader.selector)
      this.#byNumber.delete(wire.number ?? 0)
    }
    return wire
  }

  /** Who asked under this number; undefined: nobody that is still here. */
  #answered(request: number): WireSubscription | undefined {
    const wire = this.#byRequest.get(request)
    this.#byRequest.delete(request)
    return wire && this.#bySelector.get(wire.selector) === wire ? wire : undefined
  }

  #find(subscription: number): WireSubscription | undefined {
    const wire = this.#byNumber.get(subscription)
    return wire?.number === subscription ? wire : undefined
  }
}
