/** Slots of a new table; a power of two. */
const slotsMin = 8
/** One for each packet identifier that there is. [MQTT-2.2.1-2] */
const slotsMax = 65_536

/** Of all those under which nothing went out yet: most devices are never told anything that is to be acknowledged. */
const noIds = new Uint16Array(slotsMin)
const noNumbers = new Float64Array(slotsMin)

/**
 * Messages that went out and are not acknowledged, by packet identifier: a table of slots, in columns, since it is filled and emptied
 * per delivery. An identifier has one slot where it may stand; one whose slot is taken is not given out.
 *
 * Invariant: half of the slots are free at least, unless there is one for each identifier.
 */
export class SentMessages {
  size = 0
  /** 0: the slot is free. */
  private ids = noIds
  private offsets = noNumbers
  private numbers = noNumbers

  has(id: number): boolean {
    return id !== 0 && this.ids[this.slotOf(id)] === id
  }

  /** Whether a message may go out under this identifier. */
  isFree(id: number): boolean {
    return this.ids[this.slotOf(id)] === 0
  }

  /** A message goes out: its offset, and the number under which core handed it over. */
  add(id: number, offset: number, number: number): void {
    if (this.ids === noIds) this.take(slotsMin)
    while (!this.isFree(id) && !this.has(id)) this.grow()
    if (!this.has(id)) this.size += 1
    this.put(id, offset, number)
    if (2 * this.size > this.ids.length) this.grow()
  }

  /** It is not on its way any more; returns the number under which core handed it over, -1: this connection did not send it. */
  remove(id: number): number {
    if (!this.has(id)) return -1
    const slot = this.slotOf(id)
    this.ids[slot] = 0
    this.size -= 1
    return this.numbers[slot] ?? -1
  }

  /** Core's number; -1: this connection did not send it. */
  numberOf(id: number): number {
    return this.has(id) ? (this.numbers[this.slotOf(id)] ?? -1) : -1
  }

  /** Identifiers with the offsets of their messages, in no order. */
  all(): [id: number, offset: number][] {
    const all: [number, number][] = []
    for (const [slot, id] of this.ids.entries()) if (id !== 0) all.push([id, this.offsets[slot] ?? 0])
    return all
  }

  /** There is another connection: it has sent none of these. */
  restart(): void {
    if (this.size > 0) this.numbers.fill(-1)
  }

  private slotOf(id: number): number {
    return id & (this.ids.length - 1)
  }

  private put(id: number, offset: number, number: number): void {
    const slot = this.slotOf(id)
    this.ids[slot] = id
    this.offsets[slot] = offset
    this.numbers[slot] = number
  }

  private grow(): void {
    const { ids, offsets, numbers } = this
    if (ids.length === slotsMax) return
    this.take(2 * ids.length)
    for (const [slot, id] of ids.entries()) if (id !== 0) this.put(id, offsets[slot] ?? 0, numbers[slot] ?? -1)
  }

  private take(slots: number): void {
    this.ids = new Uint16Array(slots)
    this.offsets = new Float64Array(slots)
    this.numbers = new Float64Array(slots)
  }
}
