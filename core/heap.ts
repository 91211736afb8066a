/** What waits for a time: smallest first. A binary heap over two parallel arrays. */
export class TimeHeap<T> {
  private readonly times: number[] = []
  private readonly items: T[] = []

  get size(): number {
    return this.times.length
  }

  /** The earliest time; Infinity if nothing waits. */
  get nextMs(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY
  }

  push(timeMs: number, item: T): void {
    let at = this.times.length
    this.times.push(timeMs)
    this.items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.timeAt(parent) <= timeMs) break
      this.swap(at, parent)
      at = parent
    }
  }

  /** Takes the earliest item if its time has come; null otherwise. */
  popDue(nowMs: number): T | null {
    const first = this.items[0]
    if (first === undefined || this.nextMs > nowMs) return null
    const last = this.times.length - 1
    this.swap(0, last)
    this.times.pop()
    this.items.pop()
    this.sink(0)
    return first
  }

  private sink(from: number): void {
    let at = from
    for (;;) {
      const left = 2 * at + 1
      let least = this.timeAt(left) < this.timeAt(at) ? left : at
      if (this.timeAt(left + 1) < this.timeAt(least)) least = left + 1
      if (least === at) return
      this.swap(at, least)
      at = least
    }
  }

  private timeAt(index: number): number {
    return this.times[index] ?? Number.POSITIVE_INFINITY
  }

  private swap(a: number, b: number): void {
    const time = this.times[a]
    const item = this.items[a]
    const otherTime = this.times[b]
    const otherItem = this.items[b]
    if (time === undefined || otherTime === undefined || item === undefined || otherItem === undefined) return
    this.times[a] = otherTime
    this.items[a] = otherItem
    this.times[b] = time
    this.items[b] = item
  }
}
