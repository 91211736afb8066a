/**
 * When each of many topics is due, by its id; the earliest first.
 *
 * A binary heap over two parallel arrays that knows where each id stands: one that moves or goes leaves nothing behind that
 * would have to be cleared away in one long step.
 */
export class Timetable {
  private readonly times: number[] = []
  private readonly ids: number[] = []
  private readonly placeOf = new Map<number, number>()

  get size(): number {
    return this.ids.length
  }

  /** The earliest time; Infinity if nothing waits. */
  get nextMs(): number {
    return this.timeAt(0)
  }

  /** When this one is due; Infinity if it does not stand here. */
  timeOf(id: number): number {
    const place = this.placeOf.get(id)
    return place === undefined ? Number.POSITIVE_INFINITY : this.timeAt(place)
  }

  /** This one is due then, and at no other time. */
  set(id: number, timeMs: number): void {
    const place = this.placeOf.get(id) ?? this.size
    this.put(place, id, timeMs)
    this.settle(place)
  }

  /** This one is not due any more, if it was. */
  delete(id: number): void {
    const place = this.placeOf.get(id)
    const timeMs = this.times.at(-1)
    const last = this.ids.at(-1)
    if (place === undefined || timeMs === undefined || last === undefined) return
    this.placeOf.delete(id)
    this.times.pop()
    this.ids.pop()
    if (last === id) return
    this.put(place, last, timeMs)
    this.settle(place)
  }

  /** Takes the earliest if its time has come; null otherwise. */
  takeDue(nowMs: number): number | null {
    const first = this.ids[0]
    if (first === undefined || this.nextMs > nowMs) return null
    this.delete(first)
    return first
  }

  /** Moves what stands at a place up or down to where it belongs. */
  private settle(from: number): void {
    let at = from
    for (let up = (at - 1) >> 1; at > 0 && this.timeAt(at) < this.timeAt(up); up = (at - 1) >> 1) {
      this.swap(at, up)
      at = up
    }
    for (let least = this.leastAt(at); least !== at; least = this.leastAt(at)) {
      this.swap(at, least)
      at = least
    }
  }

  /** Which of a place and the two below it is due first. */
  private leastAt(at: number): number {
    const left = 2 * at + 1
    const least = this.timeAt(left) < this.timeAt(at) ? left : at
    return this.timeAt(left + 1) < this.timeAt(least) ? left + 1 : least
  }

  private timeAt(place: number): number {
    return this.times[place] ?? Number.POSITIVE_INFINITY
  }

  private swap(a: number, b: number): void {
    const id = this.ids[a]
    const otherId = this.ids[b]
    if (id === undefined || otherId === undefined) return
    const timeMs = this.timeAt(a)
    this.put(a, otherId, this.timeAt(b))
    this.put(b, id, timeMs)
  }

  private put(place: number, id: number, timeMs: number): void {
    this.times[place] = timeMs
    this.ids[place] = id
    this.placeOf.set(id, place)
  }
}
