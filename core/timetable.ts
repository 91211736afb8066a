import { TimeHeap } from './heap.js'

/**
 * When each of many is due; the earliest first.
 *
 * A heap that knows where each stands: one that moves or goes leaves nothing behind that would have to be cleared away in one
 * long step.
 */
export class Timetable<T> extends TimeHeap<T> {
  private readonly placeOf = new Map<T, number>()

  /** All that stand here, in no order. */
  get all(): Iterable<T> {
    return this.placeOf.keys()
  }

  /** When this one is due; Infinity if it does not stand here. */
  timeOf(item: T): number {
    const place = this.placeOf.get(item)
    return place === undefined ? Number.POSITIVE_INFINITY : this.timeAt(place)
  }

  /** This one is due then, and at no other time. */
  set(item: T, timeMs: number): void {
    this.place(this.placeOf.get(item) ?? this.size, timeMs, item)
  }

  /** This one is not due any more, if it was. */
  delete(item: T): void {
    const place = this.placeOf.get(item)
    if (place === undefined) return
    this.placeOf.delete(item)
    this.take(place)
  }

  /** Takes the earliest if its time has come; null otherwise. */
  override popDue(nowMs: number): T | null {
    const item = super.popDue(nowMs)
    if (item !== null) this.placeOf.delete(item)
    return item
  }

  protected override put(place: number, timeMs: number, item: T): void {
    super.put(place, timeMs, item)
    this.placeOf.set(item, place)
  }
}
