import { TimeHeap } from '../heap.js'
import type { Topic } from './topic.js'

/** What deciding about a topic's end needs to know. */
export interface LifetimesHost {
  topicOf(id: number): Topic | null
  isRead(topic: Topic): boolean
  /** Appends the removal to the log: expiry and tidy-up are ordinary records. */
  remove(topic: Topic): void
}

/** So many entries in the heap that mean nothing any more are let be. */
const staleMax = 1_000

/** How often a topic that goes when unsubscribed is looked at: this share of its time, so that it overstays by no more. */
const lookShare = 0.25

/**
 * Topics and values that go by themselves: expiry, and the property `removal`. Times are ms since 1970.
 *
 * Invariant: each topic that has an end stands in the heap at the time when it is looked at next, or earlier. Entries at other
 * times are stale.
 */
export class Lifetimes {
  private readonly host: LifetimesHost
  private waiting = new TimeHeap<number>()
  /** When each topic is looked at next. */
  private readonly lookMs = new Map<number, number>()
  /** When each topic ends that goes a time after it was created. */
  private readonly endMs = new Map<number, number>()
  /** Since when nobody reads a topic, where that matters. */
  private readonly unread = new Map<number, number>()

  constructor(host: LifetimesHost) {
    this.host = host
  }

  /** The topic has something that ends: from now on it is looked at in time. */
  watch(topic: Topic, nowMs: number): void {
    const afterMs = topic.properties.removal?.afterMs
    // Watched first as it is created.
    if (afterMs && !this.endMs.has(topic.id)) this.endMs.set(topic.id, topic.acceptedMs + afterMs)
    const nextMs = this.nextLookMs(topic, nowMs)
    if (nextMs >= (this.lookMs.get(topic.id) ?? Number.POSITIVE_INFINITY)) return
    this.lookMs.set(topic.id, nextMs)
    this.waiting.push(nextMs, topic.id)
    if (this.waiting.size > 2 * this.lookMs.size + staleMax) this.rebuild()
  }

  /** Looks at up to `countMax` topics whose time has come; returns whether those were all. */
  step(nowMs: number, countMax: number): boolean {
    for (let looked = 0; looked < countMax; looked++) {
      const id = this.waiting.popDue(nowMs)
      if (id === null) return true
      if ((this.lookMs.get(id) ?? Number.POSITIVE_INFINITY) > nowMs) continue
      this.lookMs.delete(id)
      const topic = this.host.topicOf(id)
      if (topic) this.look(topic, nowMs)
      else this.forget(id)
    }
    return this.waiting.nextMs > nowMs
  }

  private look(topic: Topic, nowMs: number): void {
    if (!this.isOver(topic, nowMs)) return this.watch(topic, nowMs)
    this.forget(topic.id)
    this.host.remove(topic)
  }

  private forget(id: number): void {
    this.unread.delete(id)
    this.endMs.delete(id)
  }

  /** Leaves the stale entries behind. */
  private rebuild(): void {
    this.waiting = new TimeHeap()
    for (const [id, timeMs] of this.lookMs) this.waiting.push(timeMs, id)
  }

  private isOver(topic: Topic, nowMs: number): boolean {
    const { removal } = topic.properties
    if (topic.expiresAtMs > 0 && topic.expiresAtMs <= nowMs) return true
    if (removal?.idleForMs && topic.acceptedMs + removal.idleForMs <= nowMs) return true
    if (removal?.afterMs && this.endOf(topic) <= nowMs) return true
    return removal?.unsubscribedForMs ? this.unreadForMs(topic, nowMs) >= removal.unsubscribedForMs : false
  }

  private endOf(topic: Topic): number {
    return this.endMs.get(topic.id) ?? Number.POSITIVE_INFINITY
  }

  private unreadForMs(topic: Topic, nowMs: number): number {
    if (this.host.isRead(topic)) this.unread.delete(topic.id)
    else if (!this.unread.has(topic.id)) this.unread.set(topic.id, nowMs)
    return nowMs - (this.unread.get(topic.id) ?? nowMs)
  }

  private nextLookMs(topic: Topic, nowMs: number): number {
    const { removal } = topic.properties
    return Math.min(
      topic.expiresAtMs || Number.POSITIVE_INFINITY,
      removal?.idleForMs ? topic.acceptedMs + removal.idleForMs : Number.POSITIVE_INFINITY,
      this.endOf(topic),
      removal?.unsubscribedForMs ? nowMs + removal.unsubscribedForMs * lookShare : Number.POSITIVE_INFINITY,
    )
  }
}
