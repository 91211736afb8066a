import type { Limits } from '../limits.js'
import type { TreeWalk } from '../topics/tree-walk.js'
import type { Requester } from './requester.js'

/** A fetch that has more pages: where its walk stands, over what, and for whom. */
export interface OpenFetch {
  readonly walk: TreeWalk
  readonly selector: string
  readonly principal: string
  readonly root: string
}

interface Kept {
  readonly fetch: OpenFetch
  readonly opener: string
}

/**
 * The fetches that wait for their clients to ask on, by name. Who opens too many loses its own oldest, and only where too many
 * open them the oldest of all goes: one client cannot end the fetches of the others.
 */
export class OpenFetches {
  private readonly limits: Limits
  /** The oldest first. */
  private readonly byName = new Map<string, Kept>()
  private readonly namesOf = new Map<string, Set<string>>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  keep(name: string, fetch: OpenFetch, requester: Requester): void {
    const opener = openerOf(requester)
    const names = this.namesOf.get(opener) ?? new Set<string>()
    this.namesOf.set(opener, names.add(name))
    this.byName.set(name, { fetch, opener })
    if (names.size > this.limits.fetchSessionCursorsMax) this.forgetFirst(names)
    else if (this.byName.size > this.limits.fetchCursorsMax) this.forgetFirst(this.byName.keys())
  }

  /** Takes out what the name stands for; null: nothing, or nothing of this requester's. */
  take(name: string, { rights, paths }: Requester): OpenFetch | null {
    const kept = this.byName.get(name)
    if (kept?.fetch.principal !== rights.principal.name || kept.fetch.root !== paths.root) return null
    this.forget(name)
    return kept.fetch
  }

  private forgetFirst(names: Iterable<string>): void {
    const [first] = names
    if (first !== undefined) this.forget(first)
  }

  private forget(name: string): void {
    const { opener = '' } = this.byName.get(name) ?? {}
    this.byName.delete(name)
    const names = this.namesOf.get(opener)
    names?.delete(name)
    if (names?.size === 0) this.namesOf.delete(opener)
  }
}

/** A session; callers without one are told apart by their principals only. */
function openerOf({ sessionId, rights }: Requester): string {
  return sessionId === '' ? `of ${rights.principal.name}` : sessionId
}
