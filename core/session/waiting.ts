import type { Place } from '../line.js'
import { Line } from '../line.js'

/** As much of what waits as says whose it is; the name never changes. */
interface Owned {
  readonly rights: { readonly principal: { readonly name: string } }
}

/** What waits for one principal. */
interface Owner<Item> {
  readonly items: Line<Item>
  place: Place<Owner<Item>> | null
}

/**
 * Sessions without a link, or fetches with more pages: whose they are, and which of them goes where there is no room: the one
 * that has waited longest of whoever has most, and of several that have as many, of who came to that many first. Who leaves many
 * behind, by mistake or by intent, loses its own, and others keep theirs. Each step costs the same however many wait; a session
 * that has a link costs nothing.
 */
export class Waiting<Item extends Owned> {
  private readonly placeOf = new Map<Item, Place<Item>>()
  private readonly byName = new Map<string, Owner<Item>>()
  /** By how many sessions wait for each. */
  private readonly withCount = new Map<number, Line<Owner<Item>>>()
  private most = 0

  /** Null: nobody waits. */
  get nextToGo(): Item | null {
    return this.withCount.get(this.most)?.first?.items.first ?? null
  }

  add(item: Item): void {
    if (this.placeOf.has(item)) return
    const { name } = item.rights.principal
    const owner = this.byName.get(name) ?? { items: new Line(), place: null }
    this.byName.set(name, owner)
    this.leaveCount(owner)
    this.placeOf.set(item, owner.items.join(item))
    this.joinCount(owner)
    this.most = Math.max(this.most, owner.items.size)
  }

  delete(item: Item): void {
    const { name } = item.rights.principal
    const place = this.placeOf.get(item)
    const owner = this.byName.get(name)
    if (!place || !owner) return
    this.placeOf.delete(item)
    this.leaveCount(owner)
    owner.items.leave(place)
    if (owner.items.size > 0) this.joinCount(owner)
    else this.byName.delete(name)
    // The owner has one less now, so where nobody has most any more, somebody has one less than that.
    if (!this.withCount.has(this.most)) this.most -= 1
  }

  private joinCount(owner: Owner<Item>): void {
    const { size } = owner.items
    const line = this.withCount.get(size) ?? new Line()
    this.withCount.set(size, line)
    owner.place = line.join(owner)
  }

  private leaveCount(owner: Owner<Item>): void {
    const { size } = owner.items
    const line = this.withCount.get(size)
    if (!owner.place || !line) return
    line.leave(owner.place)
    owner.place = null
    if (line.size === 0) this.withCount.delete(size)
  }
}
