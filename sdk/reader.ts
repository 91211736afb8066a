import { RivuletError } from './errors.js'
import { Listeners } from './listeners.js'
import { RateGate } from './rate-gate.js'
import type { Selector } from './selector.js'
import type { Resynchronisation, Subscription, SubscriptionEvents, Wanted } from './subscription.js'
import type { ClientClock } from './system-clock.js'
import type { Update } from './update.js'
import { UpdateBuffer } from './update-buffer.js'

/** Whom a reader tells what became of it. */
export interface ReaderOwner {
  /** The program wants no more. Resolves when the gateway knows. */
  left(reader: Reader): Promise<void>
  /** An iterator that must not lose anything became full, or has room again. */
  blocked(reader: Reader, isBlocked: boolean): void
}

/** How far a reader is: the gateway has not answered, sends the snapshot or the past, or everything was told. */
export type Stage = 'asked' | 'catchingUp' | 'synced' | 'closed'

/** One subscription of the program; several may share one on the wire. */
export class Reader implements Subscription {
  readonly synced: Promise<void>
  stage: Stage = 'asked'
  /** What the feed had told when this reader began to listen. */
  listensFrom = 0
  readonly #listeners = new Listeners<SubscriptionEvents>(['update', 'synced', 'resynchronised', 'closed'])
  #gate: RateGate | null = null
  /** Null while listeners take the updates. */
  #buffer: UpdateBuffer | null = new UpdateBuffer()
  #isIterated = false
  #isBlocked = false
  /** Newest offsets of the past that it was told, while it catches up. */
  readonly #pastOffsets = new Map<string, number>()
  #settle: { readonly resolve: () => void; readonly reject: (error: RivuletError) => void } | null = null

  constructor(
    readonly parsed: Selector,
    readonly wanted: Wanted,
    private readonly clock: ClientClock,
    private readonly owner: ReaderOwner,
  ) {
    this.synced = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // Whoever does not await it learns of the failure from the iterator or from `closed`.
    this.synced.catch(() => undefined)
  }

  get selector(): string {
    return this.parsed.text
  }

  on<Name extends keyof SubscriptionEvents>(
    event: Name,
    listener: (news: SubscriptionEvents[Name]) => void,
  ): () => void {
    if (event === 'update' && !this.#isIterated) this.#dropBuffer()
    return this.#listeners.on(event, listener)
  }

  async close(): Promise<void> {
    if (this.stage === 'closed') return
    this.ended(null)
    await this.owner.left(this)
  }

  [Symbol.asyncIterator](): AsyncIterator<Update, undefined> {
    this.#isIterated = true
    this.#buffer ??= new UpdateBuffer()
    const buffer = this.#buffer
    return {
      next: () => {
        const next = buffer.next()
        this.#reportRoom()
        return next
      },
      // A loop that is left goes on at once, however long the gateway takes to hear of it.
      return: () => {
        this.close().catch(() => undefined)
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  /** The gateway has taken the subscription: what is told from here on is for this reader too. */
  beginCatchingUp(now: number): void {
    this.stage = 'catchingUp'
    this.listensFrom = now
  }

  /** Its snapshot may lack what this session holds already, through other subscriptions. */
  get mayLackHeldValues(): boolean {
    return this.stage === 'catchingUp' && this.wanted.snapshot && this.wanted.since.kind !== 'position'
  }

  /**
   * Whether an update of this offset is for this reader: news for all who listen, a snapshot or the past for those who need it.
   * A resume that was cut off tells the past again from its beginning.
   */
  hears(update: Update, offset: number, isNews: boolean): boolean {
    if (this.stage !== 'catchingUp') return isNews && this.stage === 'synced'
    if (update.snapshot) return this.wanted.snapshot
    if (this.wanted.since.kind === 'now') return isNews
    const isAhead = offset > (this.#pastOffsets.get(update.path) ?? 0)
    // That a value is lost may be known from the epoch before, in which offsets were others.
    if (update.removed) return isNews || isAhead
    if (isAhead) this.#pastOffsets.set(update.path, offset)
    return isAhead
  }

  /** It asked for the past, and was told that of this path. */
  wasToldPastOf(path: string): boolean {
    return this.#pastOffsets.has(path)
  }

  /** An update of a topic that this reader's selector matches; `isThinned`: it comes faster than this reader wants. */
  take(update: Update, isThinned: boolean): void {
    if (!isThinned) {
      this.#gate?.forget(update.path)
      this.#pass(update)
      return
    }
    this.#gate ??= new RateGate(this.wanted.intervalMs, this.clock, (late) => this.#pass(late))
    this.#gate.offer(update)
  }

  /** Everything up to now was told. */
  becameSynced(): void {
    this.stage = 'synced'
    this.#pastOffsets.clear()
    this.#settle?.resolve()
    this.#listeners.emit('synced', undefined)
  }

  lostEvents(news: Resynchronisation): void {
    this.#pastOffsets.clear()
    this.#listeners.emit('resynchronised', news)
  }

  /** Nothing more will come; null: since the program wants no more. */
  ended(error: RivuletError | null): void {
    if (this.stage === 'closed') return
    this.stage = 'closed'
    this.#gate?.close()
    this.#settle?.reject(error ?? new RivuletError('closed', `the subscription to ${this.selector} was closed`))
    if (error === null) this.#buffer?.clear()
    this.#buffer?.finish(error)
    this.#reportRoom()
    this.#listeners.emit('closed', error)
  }

  #pass(update: Update): void {
    this.#buffer?.push(update, this.wanted.delivery ?? 'unknown')
    this.#reportRoom()
    this.#listeners.emit('update', update)
  }

  #dropBuffer(): void {
    this.#buffer = null
    this.#reportRoom()
  }

  #reportRoom(): void {
    const isBlocked = this.wanted.delivery === 'all' && this.stage !== 'closed' && this.#buffer?.isFull === true
    if (isBlocked === this.#isBlocked) return
    this.#isBlocked = isBlocked
    this.owner.blocked(this, isBlocked)
  }
}
