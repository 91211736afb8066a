import type { Subscribe, Subscribed, SubscribeOptions } from '../core/index.js'
import type { Reader } from './reader.js'
import type { Resynchronisation } from './subscription.js'
import type { Party } from './wanted.js'
import { merge } from './wanted.js'

/** How to ask: under which number, and through what. */
export interface Asking {
  nextRequest(asking: WireSubscription): number
  /** While no link is open what is sent is lost; every subscription is looked at again when one opens. */
  send(message: Subscribe): void
}

/**
 * What the gateway knows of all readers of one selector; it takes the same selector again as a change of options.
 * [PROTOCOL 3.3]
 */
export class WireSubscription {
  readonly readers: Reader[] = []
  /** The gateway's number of it; null: this session has not subscribed yet. */
  number: number | null = null
  /** The number under which everything up to `synced` was applied. */
  #syncedNumber: number | null = null
  /** The newest request, while the gateway has not answered it. */
  #request: number | null = null
  #asked: SubscribeOptions | null = null
  /** Events were lost: readers that had everything are told anew. */
  #isRecovering = false

  constructor(
    readonly selector: string,
    private readonly asking: Asking,
  ) {}

  join(reader: Reader): void {
    this.readers.push(reader)
    this.#ask()
  }

  /** False: it was none of the readers. */
  leave(reader: Reader): boolean {
    const index = this.readers.indexOf(reader)
    if (index >= 0) this.readers.splice(index, 1)
    return index >= 0
  }

  /** A reader has left, and those that remain may want less. */
  relax(): void {
    const { intervalMs, delivery, priority, overflow } = merge(this.#parties())
    const asked = this.#asked
    const isLess =
      intervalMs !== asked?.intervalMs ||
      delivery !== asked.delivery ||
      priority !== asked.priority ||
      overflow !== asked.overflow
    if (isLess) this.#ask()
  }

  /** The gateway's number, if everything that it owed at first was applied, so that a resume can build on it. */
  get appliedNumber(): number | null {
    return this.number === this.#syncedNumber ? this.number : null
  }

  /** The session goes on over a new link: asks again where there was no answer. */
  resumed(): void {
    if (this.#request !== null) this.#ask()
  }

  /** A new session: begins again. */
  renew(reason: Resynchronisation['reason']): void {
    const bereft = this.readers.filter((reader) => reader.stage !== 'asked')
    this.number = null
    // Another session may give the same number again.
    this.distrust()
    this.#isRecovering = true
    this.#ask()
    for (const reader of bereft) reader.lostEvents({ reason, topics: [], selectors: [this.selector] })
  }

  /** Nothing can be built upon until the gateway says `synced` again. */
  distrust(): void {
    this.#syncedNumber = null
  }

  /** Events were lost, and current values follow by themselves. */
  lostEvents(news: Resynchronisation): void {
    this.#isRecovering = true
    this.distrust()
    for (const reader of [...this.readers]) reader.lostEvents(news)
  }

  /** Whether this answers the newest request; `now` as the feed counts. */
  subscribed({ request, subscription }: Subscribed, now: number): boolean {
    if (request !== this.#request) return false
    this.#request = null
    this.number = subscription
    for (const reader of this.readers) if (reader.stage === 'asked') reader.beginCatchingUp(now)
    return true
  }

  /** Whether this was the newest request; the readers that must go: all, or the one that made a standing subscription change. */
  refused(request: number): readonly Reader[] | null {
    if (request !== this.#request) return null
    this.#request = null
    return this.readers.filter((reader) => this.number === null || reader.stage === 'asked')
  }

  synced(): void {
    this.#syncedNumber = this.number
    const wasRecovering = this.#isRecovering
    this.#isRecovering = false
    // One that joined meanwhile has a `synced` of its own to come.
    const complete = this.readers.filter(({ stage }) => stage === 'catchingUp' || (stage === 'synced' && wasRecovering))
    for (const reader of complete) reader.becameSynced()
  }

  #ask(): void {
    const options = merge(this.#parties())
    const request = this.asking.nextRequest(this)
    this.#request = request
    this.#asked = options
    this.asking.send({ kind: 'subscribe', request, selector: this.selector, options })
  }

  #parties(): Party[] {
    return this.readers.map(({ wanted, stage }) => ({ wanted, isNew: stage !== 'synced' }))
  }
}
