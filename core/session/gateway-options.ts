import type { Authenticator, Authorizer, NotAuthenticated } from '../access.js'
import type { Clock, RandomBytes } from '../clock.js'
import type { Limits } from '../limits.js'
import type { TopicRule } from '../topics/rules.js'

/** What a gateway is made of; only clock and random are needed. */
export interface GatewayOptions {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly authenticator?: Authenticator
  readonly authorizer?: Authorizer
  readonly limits?: Partial<Limits>
  readonly rules?: readonly TopicRule[]
  /** Our own mistakes, for the log; the session at work has been ended. */
  readonly failed?: (error: unknown, sessionId: string | null) => void
  /** Why the authenticator let nobody in, for the log; `peer` is the address. */
  readonly notAuthenticated?: (result: NotAuthenticated, peer: string) => void
}
