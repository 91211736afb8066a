import { createHmac, randomBytes } from 'node:crypto'
import type { Credentials, Identified } from '../core/index.js'
import { netLimits } from './limits.js'
import type { GatewayDoor } from './transport-module.js'

interface Known {
  readonly identified: Identified | Promise<Identified>
  /** Monotonic ms; asked again after that. */
  readonly untilMs: number
}

/**
 * Who it is that asks, for media where each request shows it anew: to find out may take a password's hash, or another server. Whoever was let in
 * is remembered for a few seconds, in which a user who was taken out is still known; what it may do is asked each time.
 *
 * Secrets are not kept: the key is a keyed hash of them. (RFC 2104)
 */
export class Identities {
  private readonly known = new Map<string, Known>()
  private readonly secret = randomBytes(32)

  constructor(private readonly gateway: Pick<GatewayDoor, 'identify' | 'clock'>) {}

  /** At once where it is known; several that ask the same at the same time are one question. */
  of(credentials: Credentials): Identified | Promise<Identified> {
    const key = this.keyOf(credentials)
    const known = this.known.get(key)
    if (known && known.untilMs > this.gateway.clock.nowMs()) return known.identified
    return this.ask(credentials, key)
  }

  private ask(credentials: Credentials, key: string): Identified | Promise<Identified> {
    let found: Identified | null = null
    let tell: ((identified: Identified) => void) | null = null
    this.gateway.identify(credentials, (identified) => {
      found = identified
      this.learn(key, identified)
      tell?.(identified)
    })
    if (found !== null) return found
    const coming = new Promise<Identified>((resolve) => {
      tell = resolve
    })
    this.keep(key, { identified: coming, untilMs: Number.POSITIVE_INFINITY })
    return coming
  }

  private learn(key: string, identified: Identified): void {
    if (identified.kind !== 'accepted') {
      this.known.delete(key)
      return
    }
    const { clock } = this.gateway
    const leftMs = Math.min(netLimits.identityMs, identified.validUntilMs - clock.timeMs())
    this.keep(key, { identified, untilMs: clock.nowMs() + leftMs })
  }

  /** The newest stand last. */
  private keep(key: string, known: Known): void {
    this.known.delete(key)
    const [oldest] = this.known.keys()
    if (oldest !== undefined && this.known.size >= netLimits.identitiesMax) this.known.delete(oldest)
    this.known.set(key, known)
  }

  private keyOf({ user, password, token, peer }: Credentials): string {
    if (user === undefined && token === undefined) return peer
    const shown = JSON.stringify([user, password, token, peer])
    return createHmac('sha256', this.secret).update(shown).digest('base64')
  }
}
