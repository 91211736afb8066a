/** What waits for a time: smallest first. A binary heap over two parallel arrays. */
export class TimeHeap<T> {
  private readonly times: number[] = []
  private readonly items: T[] = []

  get size(): number {
    return this.times.length
  }

  /** The earliest time; Infinity if nothing waits. */
  get nextMs(): number {
    return this.timeAt(0)
  }

  push(timeMs: number, item: T): void {
    this.place(this.size, timeMs, item)
  }

  /** Takes the earliest item if its time has come; null otherwise. */
  popDue(nowMs: number): T | null {
    const first = this.items[0]
    if (first === undefined || this.nextMs > nowMs) return null
    this.take(0)
    return first
  }

  /** When what stands at this place is due; Infinity if nothing does. */
  protected timeAt(place: number): number {
    return this.times[place] ?? Number.POSITIVE_INFINITY
  }

  /** Puts an item where another stood, or behind all, and moves it to where it belongs. */
  protected place(place: number, timeMs: number, item: T): void {
    this.put(place, timeMs, item)
    this.settle(place)
  }

  /** What stood here goes; the last takes its place and moves to where it belongs. */
  protected take(place: number): void {
    const timeMs = this.times.pop()
    const last = this.items.pop()
    if (timeMs !== undefined && last !== undefined && place < this.size) this.place(place, timeMs, last)
  }

  protected put(place: number, timeMs: number, item: T): void {
    this.times[place] = timeMs
    this.items[place] = item
  }

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

  private swap(a: number, b: number): void {
    const item = this.items[a]
    const otherItem = this.items[b]
    if (item === undefined || otherItem === undefined) return
    const timeMs = this.timeAt(a)
    this.put(a, this.timeAt(b), otherItem)
    this.put(b, timeMs, item)
  }
}
