import type { Action, Authorizer, Coverage, Principal, Selector } from '../core/index.js'
import { parseSelector, selectorCovers, selectorMatches } from '../core/index.js'
import { selectorsMeet } from './selectors-meet.js'

/** One line of the permissions: for whom, for what, where, and the answer. A null member leaves nobody and nothing out. */
export interface PermissionRule {
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly Action[] | null
  /** A principal is meant by its name or by one of its roles. */
  readonly users: readonly string[] | null
  readonly roles: readonly string[] | null
  /** Selectors. A rule with topics says nothing about `connect` and `administer`, which concern none. */
  readonly topics: readonly Selector[] | null
}

/** The roles a principal has by now; null when it has lost its standing altogether. */
export type RolesOf = (principal: Principal) => readonly string[] | null

/** How much of a selector one rule speaks about. */
type Reach = 'all' | 'some' | 'none'

/**
 * The first rule that speaks about the principal, the action and the path decides. Where none does, the principal may
 * connect and nothing else. Without a list of rules whoever may connect may do everything.
 *
 * Order instead of "deny wins": a list reads from the exception to the rule, and adding a line at its end changes nothing
 * that was decided above.
 */
export class Permissions implements Authorizer {
  private rules: readonly PermissionRule[] | null
  private readonly rolesOf: RolesOf
  private version = 1

  constructor(rules: readonly PermissionRule[] | null, rolesOf: RolesOf = ({ roles }) => roles) {
    this.rules = rules
    this.rolesOf = rolesOf
  }

  get generation(): number {
    return this.version
  }

  /** New rules, or the same rules when the roles behind `rolesOf` changed; live subscriptions are checked again. */
  replace(rules: readonly PermissionRule[] | null): void {
    this.rules = rules
    this.version += 1
  }

  allows(principal: Principal, action: Action, path: string): boolean {
    const rules = this.rulesFor(principal, action)
    if (rules === null || rules === 'every') return rules !== null
    const levels = path.split('/')
    const decisive = rules.find(
      ({ topics }) => topics === null || topics.some((topic) => selectorMatches(topic, levels)),
    )
    return decisive === undefined ? action === 'connect' : decisive.effect === 'allow'
  }

  coverage(principal: Principal, action: 'subscribe' | 'fetch' | 'remove', selector: string): Coverage {
    const rules = this.rulesFor(principal, action)
    if (rules === null || rules === 'every') return rules === null ? 'none' : 'all'
    const parsed = parseSelector(selector)
    // Core asks about selectors that it has read itself; whatever else comes is decided path by path.
    return parsed.kind === 'selector' ? coverageBy(rules, parsed.selector) : 'some'
  }

  /** The rules that speak about these two; `every`: all is allowed; null: nothing is. */
  private rulesFor(principal: Principal, action: Action): readonly PermissionRule[] | 'every' | null {
    const roles = this.rolesOf(principal)
    if (roles === null) return null
    return this.rules?.filter((rule) => speaksTo(rule, principal.name, roles) && speaksOf(rule, action)) ?? 'every'
  }
}

function speaksTo(rule: PermissionRule, name: string, roles: readonly string[]): boolean {
  if (rule.users === null && rule.roles === null) return true
  return rule.users?.includes(name) === true || rule.roles?.some((role) => roles.includes(role)) === true
}

function speaksOf({ actions, topics }: PermissionRule, action: Action): boolean {
  const concernsTopics = action !== 'connect' && action !== 'administer'
  return (actions === null || actions.includes(action)) && (topics === null || concernsTopics)
}

/**
 * Walks down the list until a rule reaches over the whole selector. When all rules that spoke on the way agree with that
 * one, the answer is exact; when they differ, it is `some`, which makes core ask for each path.
 */
function coverageBy(rules: readonly PermissionRule[], selector: Selector): Coverage {
  const spoken = new Set<'allow' | 'deny'>()
  for (const rule of rules) {
    const reach = reachOf(rule, selector)
    if (reach !== 'none') spoken.add(rule.effect)
    if (reach === 'all') return agreed(spoken)
  }
  return agreed(spoken.add('deny'))
}

function agreed(spoken: ReadonlySet<'allow' | 'deny'>): Coverage {
  if (spoken.size === 2) return 'some'
  return spoken.has('allow') ? 'all' : 'none'
}

function reachOf({ topics }: PermissionRule, selector: Selector): Reach {
  if (topics === null || topics.some((topic) => selectorCovers(topic, selector))) return 'all'
  return topics.some((topic) => selectorsMeet(topic, selector)) ? 'some' : 'none'
}
