import { TimeHeap } from '../heap.js'

/**
 * When each of many topics is due, by its id; the earliest first.
 *
 * A heap that knows where each id stands: one that moves or goes leaves nothing behind that would have to be cleared away in one
 * long step.
 */
export class Timetable extends TimeHeap<number> {
  private readonly placeOf = new Map<number, number>()

  /** When this one is due; Infinity if it does not stand here. */
  timeOf(id: number): number {
    const place = this.placeOf.get(id)
    return place === undefined ? Number.POSITIVE_INFINITY : this.timeAt(place)
  }

  /** This one is due then, and at no other time. */
  set(id: number, timeMs: number): void {
    this.place(this.placeOf.get(id) ?? this.size, timeMs, id)
  }

  /** This one is not due any more, if it was. */
  delete(id: number): void {
    const place = this.placeOf.get(id)
    if (place === undefined) return
    this.placeOf.delete(id)
    this.take(place)
  }

  /** Takes the earliest if its time has come; null otherwise. */
  override popDue(nowMs: number): number | null {
    const id = super.popDue(nowMs)
    if (id !== null) this.placeOf.delete(id)
    return id
  }

  protected override put(place: number, timeMs: number, id: number): void {
    super.put(place, timeMs, id)
    this.placeOf.set(id, place)
  }
}
