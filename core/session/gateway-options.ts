import type { Authenticator, Authorizer, NotAuthenticated } from '../access.js'
import type { Clock, RandomBytes } from '../clock.js'
import type { Limits } from '../limits.js'
import type { LogLife } from '../log/durable-log.js'
import type { Store } from '../store.js'
import type { TopicRule } from '../topics/rules.js'

/** Where a gateway keeps what is to outlive it. */
export interface DurableOptions {
  readonly store: Store
  /** The log's life as the store has it; null: it begins. */
  readonly life: LogLife | null
  /** A publish counts as accepted once the store has committed it. [SEM 1.1] */
  readonly answersWait: boolean
}

/** What a gateway is made of; only clock and random are needed. */
export interface GatewayOptions {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly authenticator?: Authenticator
  readonly authorizer?: Authorizer
  readonly limits?: Partial<Limits>
  readonly rules?: readonly TopicRule[]
  /** What outlives the process; absent: nothing does. */
  readonly durable?: DurableOptions
  /** Our own mistakes, for the log; the session at work has been ended. */
  readonly failed?: (error: unknown, sessionId: string | null) => void
  /** Why the authenticator let nobody in, for the log; `peer` is the address. */
  readonly notAuthenticated?: (result: NotAuthenticated, peer: string) => void
}
