import type { Authentication, Authenticator, Credentials, Principal } from '../core/index.js'
import type { StoredPassword } from './password-check.js'
import { PasswordCheck } from './password-check.js'
import type { StaticToken } from './static-tokens.js'
import { StaticTokens } from './static-tokens.js'

/** A user of the configuration. */
export interface StaticUser {
  readonly name: string
  /** Null: the user signs in by token alone. */
  readonly password: StoredPassword | null
  readonly tokens: readonly StaticToken[]
  readonly roles: readonly string[]
  /** The user sees the topics below this path as if it were the root; empty: all. [SEM 5.1] */
  readonly rootPath: string
  readonly properties: Readonly<Record<string, string>>
}

/** Who may connect. */
export interface StaticUserList {
  readonly users: readonly StaticUser[]
  /** The roles of a client that shows no credentials; null: such clients are refused. */
  readonly anonymousRoles: readonly string[] | null
}

/** The name under which clients without credentials go. No user may be called so. */
export const anonymousName = 'anonymous'

/** Knows the users of the configuration. A reload replaces the list; sessions that stand keep their principal. */
export class StaticUsers implements Authenticator {
  private users = new Map<string, StaticUser>()
  /** One for all clients without credentials: they may be most. Null: they are refused. */
  private anonymous: Principal | null = null
  private passwords = new PasswordCheck(null)
  private tokens = new StaticTokens<StaticUser>([])

  constructor(list: StaticUserList) {
    this.replace(list)
  }

  /** Holds from the next connect on. Remembered passwords are forgotten, since they may have changed. */
  replace({ users, anonymousRoles }: StaticUserList): void {
    this.users = new Map(users.map((user) => [user.name, user]))
    this.anonymous = anonymousRoles && { name: anonymousName, roles: anonymousRoles, rootPath: '', properties: {} }
    const hashes = users.flatMap(({ password }) => (password?.kind === 'hash' ? [password.hash] : []))
    this.tokens = new StaticTokens(users)
    this.passwords = new PasswordCheck(hashes[0] ?? null)
  }

  authenticate(credentials: Credentials, answer: (result: Authentication) => void): void {
    const { user, password = '' } = credentials
    if (user === undefined) answer(this.withoutUser(credentials))
    else this.signIn(user, password).then(answer, (error) => answer(busy(`scrypt failed: ${String(error)}`)))
  }

  /** The roles that a principal has by the list of now; null when it could no longer connect as what it is. */
  rolesOf({ name, rootPath }: Principal): readonly string[] | null {
    if (name === anonymousName) return this.anonymous?.roles ?? null
    const user = this.users.get(name)
    return user === undefined || user.rootPath !== rootPath ? null : user.roles
  }

  private withoutUser({ token }: Credentials): Authentication {
    if (token !== undefined) return this.byToken(token)
    if (this.anonymous === null) return refused('no user was named, and auth.anonymous is off')
    return { kind: 'accepted', principal: this.anonymous }
  }

  private byToken(token: string): Authentication {
    const holder = this.tokens.holderOf(token)
    if (holder === null) return refused('nobody has the token that was shown')
    return accepted(holder.user, holder.untilMs)
  }

  private async signIn(name: string, password: string): Promise<Authentication> {
    const user = this.users.get(name)
    const verdict = await this.passwords.check(name, password, user?.password ?? null)
    if (verdict === 'busy') return busy('too many sign-ins are waiting')
    if (user === undefined) return refused(`there is no user ${JSON.stringify(name)}`)
    if (verdict === 'wrong') return refused(`wrong password for user ${JSON.stringify(name)}`)
    return accepted(user)
  }
}

function accepted(
  { name, roles, rootPath, properties }: Principal,
  validUntilMs = Number.POSITIVE_INFINITY,
): Authentication {
  return { kind: 'accepted', principal: { name, roles, rootPath, properties }, validUntilMs }
}

function refused(why: string): Authentication {
  return { kind: 'refused', why }
}

/** Says nothing of the credentials: the client may come again. */
function busy(why: string): Authentication {
  return { kind: 'busy', why }
}
