import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { authLimits } from './limits.js'
import type { PasswordHash } from './password-hash.js'
import { defaultCost, matchesHash } from './password-hash.js'
import { WaitingLine } from './waiting-line.js'

/** What a user's password is compared with: its hash, or the password itself where the operator keeps that secret. */
export type StoredPassword =
  | { readonly kind: 'hash'; readonly hash: PasswordHash }
  | { readonly kind: 'secret'; readonly secret: string }

/** `busy`: too many sign-ins are being looked at. */
export type PasswordVerdict = 'right' | 'wrong' | 'busy'

/**
 * Says whether passwords are right, without stopping the loop, in bounded memory, and so that a stranger cannot tell a user
 * who exists from one who does not by the time it takes: each look costs exactly one scrypt.
 *
 * A password once found right is remembered as a digest under a key that only this process knows. When thousands of clients
 * of one user come back after a restart, one hash is made for all.
 */
export class PasswordCheck {
  private readonly line = new WaitingLine(authLimits.hashesAtOnceMax, authLimits.waitingSignInsMax)
  private readonly digestKey = randomBytes(32)
  private readonly known = new Set<string>()
  private readonly underWay = new Map<string, Promise<boolean>>()
  private readonly decoy: PasswordHash

  /** `likeness` is a hash of an existing user: unknown users shall cost what known ones cost. */
  constructor(likeness: PasswordHash | null) {
    this.decoy = {
      cost: likeness?.cost ?? defaultCost,
      salt: randomBytes(16),
      key: randomBytes(likeness?.key.length ?? 32),
    }
  }

  /** `stored` is null for an unknown user. */
  async check(user: string, password: string, stored: StoredPassword | null): Promise<PasswordVerdict> {
    if (Buffer.byteLength(password) > authLimits.passwordBytesMax) return 'wrong'
    const digest = this.digestOf(user, password)
    if (this.known.has(digest)) return 'right'
    const outcome = this.underWay.get(digest) ?? this.start(digest, () => this.compare(password, stored))
    if (outcome === null) return 'busy'
    return (await outcome) ? 'right' : 'wrong'
  }

  private start(digest: string, compare: () => Promise<boolean>): Promise<boolean> | null {
    const outcome = this.line.enter(compare)
    if (outcome === null) return null
    const settled = outcome
      .then((isRight) => {
        if (isRight) this.remember(digest)
        return isRight
      })
      .finally(() => this.underWay.delete(digest))
    this.underWay.set(digest, settled)
    return settled
  }

  private async compare(password: string, stored: StoredPassword | null): Promise<boolean> {
    const matches = await matchesHash(password, stored?.kind === 'hash' ? stored.hash : this.decoy)
    return stored?.kind === 'secret' ? isSameSecret(password, stored.secret) : stored !== null && matches
  }

  private remember(digest: string): void {
    const oldest = this.known.values().next()
    if (this.known.size >= authLimits.knownSignInsMax && !oldest.done) this.known.delete(oldest.value)
    this.known.add(digest)
  }

  private digestOf(user: string, password: string): string {
    return createHmac('sha256', this.digestKey).update(`${user.length}:${user}:${password}`).digest('base64')
  }
}

function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
