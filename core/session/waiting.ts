import type { Place } from '../line.js'
import { Line } from '../line.js'

/** As much of a session as says whose it is; the name never changes. */
interface Owned {
  readonly rights: { readonly principal: { readonly name: string } }
}

/** What waits for one principal. */
interface Owner<Session> {
  readonly sessions: Line<Session>
  place: Place<Owner<Session>> | null
}

/**
 * Sessions without a link, whose they are, and which of them goes where there is no room: the one that has waited longest of
 * whoever has most, and of several that have as many, of who came to that many first. Who leaves many behind, by mistake or by
 * intent, loses its own, and others keep theirs. Each step costs the same however many wait; a session that has a link costs
 * nothing.
 */
export class Waiting<Session extends Owned> {
  private readonly placeOf = new Map<Session, Place<Session>>()
  private readonly byName = new Map<string, Owner<Session>>()
  /** By how many sessions wait for each. */
  private readonly withCount = new Map<number, Line<Owner<Session>>>()
  private most = 0

  /** Null: nobody waits. */
  get nextToGo(): Session | null {
    return this.withCount.get(this.most)?.first?.sessions.first ?? null
  }

  add(session: Session): void {
    if (this.placeOf.has(session)) return
    const { name } = session.rights.principal
    const owner = this.byName.get(name) ?? { sessions: new Line(), place: null }
    this.byName.set(name, owner)
    this.leaveCount(owner)
    this.placeOf.set(session, owner.sessions.join(session))
    this.joinCount(owner)
    this.most = Math.max(this.most, owner.sessions.size)
  }

  delete(session: Session): void {
    const { name } = session.rights.principal
    const place = this.placeOf.get(session)
    const owner = this.byName.get(name)
    if (!place || !owner) return
    this.placeOf.delete(session)
    this.leaveCount(owner)
    owner.sessions.leave(place)
    if (owner.sessions.size > 0) this.joinCount(owner)
    else this.byName.delete(name)
    // The owner has one less now, so where nobody has most any more, somebody has one less than that.
    if (!this.withCount.has(this.most)) this.most -= 1
  }

  private joinCount(owner: Owner<Session>): void {
    const { size } = owner.sessions
    const line = this.withCount.get(size) ?? new Line()
    this.withCount.set(size, line)
    owner.place = line.join(owner)
  }

  private leaveCount(owner: Owner<Session>): void {
    const { size } = owner.sessions
    const line = this.withCount.get(size)
    if (!owner.place || !line) return
    line.leave(owner.place)
    owner.place = null
    if (line.size === 0) this.withCount.delete(size)
  }
}
