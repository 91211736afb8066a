/** A place in a line. */
export interface Place<Item> {
  readonly item: Item
  before: Place<Item> | null
  after: Place<Item> | null
}

/**
 * First come, first served, where anybody may leave from the middle: each step costs the same however long the line is. A `Set`
 * keeps this order too, but walks over the gaps of all who left before it finds who is first.
 */
export class Line<Item> {
  private firstPlace: Place<Item> | null = null
  private lastPlace: Place<Item> | null = null
  private count = 0

  get size(): number {
    return this.count
  }

  /** Who came first of those who are here; null: nobody is. */
  get first(): Item | null {
    return this.firstPlace?.item ?? null
  }

  join(item: Item): Place<Item> {
    const place = { item, before: this.lastPlace, after: null }
    if (this.lastPlace) this.lastPlace.after = place
    else this.firstPlace = place
    this.lastPlace = place
    this.count += 1
    return place
  }

  /** The place must be one of this line, and left once. */
  leave({ before, after }: Place<Item>): void {
    if (before) before.after = after
    else this.firstPlace = after
    if (after) after.before = before
    else this.lastPlace = before
    this.count -= 1
  }
}
