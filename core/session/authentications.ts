import type { Authentication, Authenticator, Authorizer, Credentials, NotAuthenticated, Principal } from '../access.js'
import { openAccess } from '../access.js'
import type { Cancel, Clock } from '../clock.js'
import type { CloseReason } from '../close-reasons.js'
import type { Limits } from '../limits.js'
import type { GatewayOptions } from './gateway-options.js'
import { Rights } from './rights.js'

/** What finding out who somebody is needs of the gateway. */
export interface AuthenticationsHost {
  readonly clock: Clock
  readonly limits: Limits
  readonly authorizer: Authorizer
}

/** Who somebody is who needs no session, or why that is not to be had: a row of the catalogue, as a link would end with it. */
export type Identified =
  | { readonly kind: 'accepted'; readonly principal: Principal; readonly validUntilMs: number }
  | { readonly kind: 'refused'; readonly reason: CloseReason }

/** Asks the authenticator, and tells the log whom it did not know. [SEM 6.1] */
export class Authentications {
  private readonly host: AuthenticationsHost
  private readonly authenticator: Authenticator
  private readonly report: (result: NotAuthenticated, peer: string) => void

  constructor(
    host: AuthenticationsHost,
    authenticator: Authenticator,
    report: (result: NotAuthenticated, peer: string) => void,
  ) {
    this.host = host
    this.authenticator = authenticator
    this.report = report
  }

  authenticate(credentials: Credentials, answer: (result: Authentication) => void): void {
    this.authenticator.authenticate(credentials, answer)
  }

  /** Notes for the log who was not let in. */
  judged(result: Authentication, peer: string): void {
    if (result.kind === 'refused' || result.kind === 'busy') this.report(result, peer)
  }

  /** Who these credentials stand for, for callers without a session; `answer` is called once, now or within `authenticationTimeoutMs`. */
  identify(credentials: Credentials, answer: (identified: Identified) => void): void {
    const { clock, limits } = this.host
    let isAnswered = false
    let cancel: Cancel | null = null
    const say = (identified: Identified) => {
      isAnswered = true
      cancel?.()
      answer(identified)
    }
    this.authenticate(credentials, (result) => {
      if (isAnswered) return
      this.judged(result, credentials.peer)
      say(this.identified(result))
    })
    const late = () => say({ kind: 'refused', reason: 'authenticationTimeout' })
    if (!isAnswered) cancel = clock.after(limits.authenticationTimeoutMs, late)
  }

  private identified(result: Authentication): Identified {
    if (result.kind === 'busy') return { kind: 'refused', reason: 'tooManyRequests' }
    if (result.kind !== 'accepted') return { kind: 'refused', reason: 'notAuthenticated' }
    const { principal, validUntilMs = Number.POSITIVE_INFINITY } = result
    if (validUntilMs <= this.host.clock.timeMs()) return { kind: 'refused', reason: 'credentialsExpired' }
    const mayConnect = new Rights(this.host.authorizer, principal).mayConnect()
    return mayConnect ? { kind: 'accepted', principal, validUntilMs } : { kind: 'refused', reason: 'forbidden' }
  }
}

/** The gateway's own, from what it was made of. */
export function authenticationsFor(host: AuthenticationsHost, options: GatewayOptions): Authentications {
  const { authenticator = openAccess.authenticator, notAuthenticated = () => undefined } = options
  return new Authentications(host, authenticator, notAuthenticated)
}
