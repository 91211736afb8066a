import { createHash } from 'node:crypto'
import { authLimits } from './limits.js'

/** A token of a user of the configuration, of which only the digest is kept. */
export interface StaticToken {
  /** SHA-256 of the token, hexadecimal in lower case. */
  readonly digest: string
  /** ms since 1970; infinity: it does not end. */
  readonly untilMs: number
}

/** How a configuration may spell the digest. */
export const digestSpelling = 'sha256$ and 64 hexadecimal digits'

/** The digest that is spelled so; null: this is none. */
export function parseTokenDigest(spelled: string): string | null {
  return /^sha256\$([0-9a-f]{64})$/i.exec(spelled)?.[1]?.toLowerCase() ?? null
}

/**
 * The digest of a token. One plain hash is enough, and takes a microsecond: a token is random and long, as a password is not; and who
 * cannot choose the digests of what it shows learns nothing from how long they are looked up.
 */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Whether a token is long enough to be random: the bound holds 128 bits in base64. */
export function isLongEnough(token: string): boolean {
  return token.length >= authLimits.tokenCharactersMin
}

interface Holder<User> {
  readonly user: User
  readonly untilMs: number
}

/** Whose tokens are whose. */
export class StaticTokens<User extends { readonly tokens: readonly StaticToken[] }> {
  private readonly holders = new Map<string, Holder<User>>()

  constructor(users: Iterable<User>) {
    for (const user of users) for (const { digest, untilMs } of user.tokens) this.holders.set(digest, { user, untilMs })
  }

  /** Who shows this token; null: nobody has it. */
  holderOf(token: string): Holder<User> | null {
    if (token.length > authLimits.tokenCharactersMax) return null
    return this.holders.get(digestOf(token)) ?? null
  }
}
