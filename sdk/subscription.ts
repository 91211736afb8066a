import type { Overflow, Position, Priority, Resynchronised, Since } from '../core/index.js'
import type { RivuletError } from './errors.js'
import type { Update } from './update.js'

/** What a subscriber may choose; what is left out is left to the topics. */
export interface SubscriptionOptions {
  /** Tell current values first; true unless said otherwise. */
  readonly snapshot?: boolean
  /** At most so many updates of one topic: `2/s`, `10/1m`, `1/500ms`. */
  readonly rate?: string
  /** `latest`: where a newer value exists an older one may be left out. `all`: each update, in order. */
  readonly delivery?: 'latest' | 'all'
  /** 0 leaves first, 3 last. */
  readonly priority?: Priority
  /** Begin in the past instead of with a snapshot: behind a position of `session.position`, so long ago, or so many updates of each topic. */
  readonly since?: { readonly position: string } | { readonly durationMs: number } | { readonly count: number }
  /** What happens when this client falls behind what the gateway keeps for it; `conflate` unless said otherwise. */
  readonly overflow?: Overflow
}

/** Events were lost: for these topics, or, where they are many, for all that these selectors match. [SEM 1.6] */
export interface Resynchronisation {
  /** `session`: the gateway no longer knew this client. */
  readonly reason: Resynchronised['reason'] | 'session'
  readonly topics: readonly string[]
  readonly selectors: readonly string[]
}

/** What a subscription tells its listeners. */
export interface SubscriptionEvents {
  /** A value, a removal, or a snapshot of one. */
  update: Update
  /** The first snapshot, or the current values after events were lost, are complete. */
  synced: undefined
  /** Events were lost; current values follow as updates, then `synced`. */
  resynchronised: Resynchronisation
  /** Nothing more will come: null when this program closed it, else why. */
  closed: RivuletError | null
}

/**
 * Updates of all topics that a selector matches, to be read with `for await` or heard with `on('update', …)`.
 *
 * What comes before either is held for `for await`; the first listener for updates takes its place. A loop that is left
 * closes the subscription. A loop that is slow does not stop the session: of a `latest` stream it reads the newest
 * values, of an `all` stream up to 1,000 updates wait, and then the gateway is told to hold back.
 */
export interface Subscription extends AsyncIterable<Update, undefined> {
  /** In the spelling of the selector language. */
  readonly selector: string
  /** Resolves when the first snapshot is complete; rejects if the subscription ends before. Need not be awaited. */
  readonly synced: Promise<void>
  /** Returns a function that takes the listener away. */
  on<Name extends keyof SubscriptionEvents>(event: Name, listener: (news: SubscriptionEvents[Name]) => void): () => void
  /** Ends the subscription; resolves when the gateway knows. Closing again does nothing. */
  close(): Promise<void>
}

/** The options with every choice made; null leaves it to the topic. */
export interface Wanted {
  readonly snapshot: boolean
  readonly intervalMs: number
  readonly delivery: 'latest' | 'all' | null
  readonly priority: Priority | null
  readonly since: Since
  readonly overflow: Overflow
}

/** Reads positions of `since`; given by the session, which knows their format. */
export type ReadPosition = (text: string) => Position
