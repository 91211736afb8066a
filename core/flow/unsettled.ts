import type { MessageTerms } from '../messages.js'
import type { Update } from '../update.js'
import type { MessageGroup } from './message-group.js'
import type { QueuedMessage } from './message-queue.js'

/** Slots of a new ring; a power of two. */
const slotsMin = 8

/**
 * Messages that a link took and has not settled, by the numbers that it took them under. Parallel columns in a ring whose size
 * is a power of two, doubled when full, since this is filled per delivery.
 */
export class Unsettled {
  private updates: (Update | null)[] = []
  private terms: (MessageTerms | null)[] = []
  private groups: (MessageGroup | null)[] = []
  private flags: number[] = []
  /** Number of the oldest that is here. */
  private first = 0
  /** Number of the next. */
  private next = 0
  private unsettled = 0

  get count(): number {
    return this.unsettled
  }

  add(update: Update, terms: MessageTerms, flags: number, group: MessageGroup | null): void {
    if (this.next - this.first === this.updates.length) this.grow()
    const slot = this.next & (this.updates.length - 1)
    this.updates[slot] = update
    this.terms[slot] = terms
    this.groups[slot] = group
    this.flags[slot] = flags
    this.next += 1
    this.unsettled += 1
  }

  /** The one with this number is settled; the group that it came from hears it. */
  settle(number: number): void {
    if (number < this.first || number >= this.next) return
    const mask = this.updates.length - 1
    const slot = number & mask
    const update = this.updates[slot]
    if (!update) return
    const group = this.groups[slot]
    this.clear(slot)
    while (this.first < this.next && this.updates[this.first & mask] === null) this.first += 1
    group?.done(update)
  }

  /** All of these are settled. */
  settleRange(first: number, last: number): void {
    for (let number = first; number <= last; number++) this.settle(number)
  }

  /** What is not settled, oldest first. */
  all(): QueuedMessage[] {
    const left: QueuedMessage[] = []
    for (let number = this.first; number < this.next; number++) {
      const slot = number & (this.updates.length - 1)
      const update = this.updates[slot]
      const terms = this.terms[slot]
      const flags = this.flags[slot] ?? 0
      if (update && terms) left.push({ update, terms, flags, group: this.groups[slot] ?? null })
    }
    return left
  }

  /** The link is gone: all that it did not settle, oldest first. The next link numbers from 0 again. */
  takeAll(): QueuedMessage[] {
    const left = this.all()
    for (let number = this.first; number < this.next; number++) this.clear(number & (this.updates.length - 1))
    this.first = 0
    this.next = 0
    this.unsettled = 0
    return left
  }

  private clear(slot: number): void {
    if (this.updates[slot] !== null) this.unsettled -= 1
    this.updates[slot] = null
    this.terms[slot] = null
    this.groups[slot] = null
  }

  private grow(): void {
    const { updates, terms, groups, flags } = this
    const mask = updates.length - 1
    const length = Math.max(slotsMin, updates.length * 2)
    this.updates = new Array<Update | null>(length).fill(null)
    this.terms = new Array<MessageTerms | null>(length).fill(null)
    this.groups = new Array<MessageGroup | null>(length).fill(null)
    this.flags = new Array<number>(length).fill(0)
    for (let number = this.first; number < this.next; number++) {
      const to = number & (length - 1)
      this.updates[to] = updates[number & mask] ?? null
      this.terms[to] = terms[number & mask] ?? null
      this.groups[to] = groups[number & mask] ?? null
      this.flags[to] = flags[number & mask] ?? 0
    }
  }
}
