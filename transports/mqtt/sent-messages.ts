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
  /** What `Inflight` knows each message by. */
  private keys = noNumbers
  /** Below 0: not of this connection. Then, too, what went out first has the lowest. */
  private numbers = noNumbers

  has(id: number): boolean {
    return id !== 0 && this.ids[this.slotOf(id)] === id
  }

  /** Whether a message may go out under this identifier. */
  isFree(id: number): boolean {
    return this.ids[this.slotOf(id)] === 0
  }

  /** A message goes out: its key, and the number under which core handed it over. */
  add(id: number, key: number, number: number): void {
    if (this.ids === noIds) this.take(slotsMin)
    while (!this.isFree(id) && !this.has(id)) this.grow()
    if (!this.has(id)) this.size += 1
    this.put(id, key, number)
    if (2 * this.size > this.ids.length) this.grow()
  }

  /** It is not on its way any more. */
  remove(id: number): void {
    if (!this.has(id)) return
    this.ids[this.slotOf(id)] = 0
    this.size -= 1
  }

  /** Core's number; -1: this connection did not send it. */
  numberOf(id: number): number {
    return this.has(id) ? Math.max(-1, this.numbers[this.slotOf(id)] ?? -1) : -1
  }

  /**
   * Identifiers with the keys of their messages, those that went out first first. What this connection did not send comes last: what
   * is left from before is sent again in its order, so that it went out behind all that was sent again already.
   */
  all(): [id: number, key: number][] {
    if (this.size === 0) return []
    const slots: number[] = []
    for (const [slot, id] of this.ids.entries()) if (id !== 0) slots.push(slot)
    const place = (slot: number) => placeOf(this.numbers[slot] ?? 0)
    slots.sort((one, other) => place(one) - place(other))
    return slots.map((slot) => [this.ids[slot] ?? 0, this.keys[slot] ?? 0])
  }

  /** There is another connection: it has sent none of these. */
  restart(): void {
    for (const [index, [id]] of this.all().entries()) this.numbers[this.slotOf(id)] = index - this.size
  }

  private slotOf(id: number): number {
    return id & (this.ids.length - 1)
  }

  private put(id: number, key: number, number: number): void {
    const slot = this.slotOf(id)
    this.ids[slot] = id
    this.keys[slot] = key
    this.numbers[slot] = number
  }

  private grow(): void {
    const { ids, keys, numbers } = this
    if (ids.length === slotsMax) return
    this.take(2 * ids.length)
    for (const [slot, id] of ids.entries()) if (id !== 0) this.put(id, keys[slot] ?? 0, numbers[slot] ?? -1)
  }

  private take(slots: number): void {
    this.ids = new Uint16Array(slots)
    this.keys = new Float64Array(slots)
    this.numbers = new Float64Array(slots)
  }
}

/** Where one with this number stands among all. */
function placeOf(number: number): number {
  return number < 0 ? number + Number.MAX_SAFE_INTEGER : number
}
