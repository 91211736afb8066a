import type { Place } from '../line.js'
import { Line } from '../line.js'

/** Sizes above are as this one. */
const sizeMax = 0x7fffffff

/** An item, its size, and the class where it stands, which is that of its size or a higher one; 0: it stands nowhere. */
export class Ranked<Item> {
  readonly item: Item
  size = 0
  sizeClass = 0
  place: Place<Ranked<Item>> | null = null

  constructor(item: Item) {
    this.item = item
  }
}

/**
 * Items by their size, so that one of the biggest is found at once, to a quarter, however many there are. One that grows moves where
 * it leaves its class; one that shrinks stays, and moves when it is taken for the biggest: what comes and goes costs nothing.
 *
 * Invariant: no item stands in a lower class than that of its size.
 */
export class BySize<Item> {
  private readonly lines: (Line<Ranked<Item>> | undefined)[] = []
  /** No class above it has anybody. */
  private highestClass = 0

  /** One of the biggest class; null: nothing has any size. */
  biggest(): Item | null {
    while (this.highestClass > 0) {
      const first = this.lines[this.highestClass]?.first
      if (!first) this.highestClass -= 1
      else if (classOf(first.size) === this.highestClass) return first.item
      else this.move(first, classOf(first.size))
    }
    return null
  }

  /** The item has this size now. */
  resized(ranked: Ranked<Item>, size: number): void {
    ranked.size = size
    const to = classOf(size)
    if (to > ranked.sizeClass) this.move(ranked, to)
  }

  /** The item is not one of these any more. */
  remove(ranked: Ranked<Item>): void {
    this.move(ranked, 0)
  }

  private move(ranked: Ranked<Item>, to: number): void {
    if (ranked.place) this.lines[ranked.sizeClass]?.leave(ranked.place)
    ranked.sizeClass = to
    ranked.place = to === 0 ? null : this.lineOf(to).join(ranked)
    if (to > this.highestClass) this.highestClass = to
  }

  private lineOf(sizeClass: number): Line<Ranked<Item>> {
    const line = this.lines[sizeClass] ?? new Line()
    this.lines[sizeClass] = line
    return line
  }
}

/** Four for each doubling: the place of the highest bit, and the two bits below it. Those in one class differ by a quarter at most. */
function classOf(size: number): number {
  if (size <= 0) return 0
  const counted = Math.min(size, sizeMax)
  const highestBit = 31 - Math.clz32(counted)
  return 1 + highestBit * 4 + ((highestBit < 2 ? 0 : counted >>> (highestBit - 2)) & 3)
}
