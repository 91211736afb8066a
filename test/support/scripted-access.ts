import type {
  Action,
  Authentication,
  Authenticator,
  Authorizer,
  Coverage,
  Credentials,
  Principal,
} from '../../core/index.js'

/** A principal of this name, who has no roles and sees all topics unless said otherwise. */
export function principal(name: string, more: Partial<Principal> = {}): Principal {
  return { name, roles: [], rootPath: '', properties: {}, ...more }
}

/** Who may connect and do what, as a test says: by default everybody, as the user named in the credentials, everything. */
export class ScriptedAccess implements Authenticator, Authorizer {
  generation = 0
  /** Who comes of a user's name. */
  readonly principals = new Map<string, Principal>()
  /** While set, answers wait here until the test gives them. */
  waiting: ((result: Authentication) => void)[] | null = null
  allowed: (principal: Principal, action: Action, path: string) => boolean = () => true
  covered: (principal: Principal, action: Action, selector: string) => Coverage = () => 'all'

  authenticate({ user = 'anonymous' }: Credentials, answer: (result: Authentication) => void): void {
    if (this.waiting) this.waiting.push(answer)
    else answer({ kind: 'accepted', principal: this.principals.get(user) ?? principal(user) })
  }

  allows(who: Principal, action: Action, path: string): boolean {
    return this.allowed(who, action, path)
  }

  coverage(who: Principal, action: 'subscribe' | 'fetch' | 'remove', selector: string): Coverage {
    return this.covered(who, action, selector)
  }
}
