import type { Limits } from '../limits.js'
import type { TreeWalk } from '../topics/tree-walk.js'
import type { Requester } from './requester.js'
import type { Rights } from './rights.js'
import { Waiting } from './waiting.js'

/** A fetch that has more pages: where its walk stands, over what, and for whom. */
export interface OpenFetch {
  readonly walk: TreeWalk
  readonly selector: string
  readonly rights: Rights
  readonly root: string
}

interface Kept extends OpenFetch {
  readonly name: string
  /** The session that opened it, with which it goes; empty: none. */
  readonly sessionId: string
}

/**
 * The fetches that wait for their clients to ask on, by name. A session that opens too many loses its own oldest, and where all
 * together are too many, whoever has most does: one user cannot end the fetches of the others.
 */
export class OpenFetches {
  private readonly limits: Limits
  private readonly byName = new Map<string, Kept>()
  private readonly waiting = new Waiting<Kept>()
  /** The oldest of each session first; callers without one share only the bound of all. */
  private readonly bySession = new Map<string, Set<Kept>>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  get count(): number {
    return this.byName.size
  }

  keep(name: string, fetch: OpenFetch, sessionId: string): void {
    const kept = { ...fetch, name, sessionId }
    this.byName.set(name, kept)
    this.waiting.add(kept)
    const own = sessionId === '' ? null : (this.bySession.get(sessionId) ?? new Set<Kept>())
    if (own) this.bySession.set(sessionId, own.add(kept))
    const isOver = own !== null && own.size > this.limits.fetchSessionCursorsMax
    if (isOver || this.count > this.limits.fetchCursorsMax) this.forget(isOver ? firstOf(own) : this.waiting.nextToGo)
  }

  /** Takes out what the name stands for; null: nothing, or nothing of this requester's. */
  take(name: string, { rights, paths }: Requester): OpenFetch | null {
    const kept = this.byName.get(name)
    if (kept?.rights.principal.name !== rights.principal.name || kept.root !== paths.root) return null
    this.forget(kept)
    return kept
  }

  /** Nobody asks on in the name of this session any more. */
  ended(sessionId: string): void {
    for (const kept of this.bySession.get(sessionId) ?? []) this.forget(kept)
  }

  private forget(kept: Kept | null): void {
    if (kept === null) return
    this.byName.delete(kept.name)
    this.waiting.delete(kept)
    const own = this.bySession.get(kept.sessionId)
    own?.delete(kept)
    if (own?.size === 0) this.bySession.delete(kept.sessionId)
  }
}

function firstOf(own: ReadonlySet<Kept>): Kept | null {
  const [first] = own
  return first ?? null
}
