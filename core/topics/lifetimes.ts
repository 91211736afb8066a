import { TimeHeap } from '../heap.js'
import type { Topic } from './topic.js'

/** What deciding about a topic's end needs to know. */
export interface LifetimesHost {
  topicOf(id: number): Topic | null
  isRead(topic: Topic): boolean
  /** Appends the removal to the log: expiry and tidy-up are ordinary records. */
  remove(topic: Topic): void
}

/** How often a topic that goes when unsubscribed is looked at: this share of its time, so that it overstays by no more. */
const lookShare = 0.25

/** Topics and values that go by themselves: expiry, and the property `removal`. Times are ms since 1970. */
export class Lifetimes {
  private readonly host: LifetimesHost
  private readonly waiting = new TimeHeap<number>()
  /** Since when nobody reads a topic, where that matters. */
  private readonly unread = new Map<number, number>()

  constructor(host: LifetimesHost) {
    this.host = host
  }

  /** The topic has something that ends: from now on it is looked at in time. */
  watch(topic: Topic, nowMs: number): void {
    this.waiting.push(this.nextLookMs(topic, nowMs), topic.id)
  }

  /** Looks at up to `countMax` topics whose time has come. */
  step(nowMs: number, countMax: number): void {
    for (let looked = 0; looked < countMax; looked++) {
      const id = this.waiting.popDue(nowMs)
      if (id === null) return
      const topic = this.host.topicOf(id)
      if (topic) this.look(topic, nowMs)
      else this.unread.delete(id)
    }
  }

  private look(topic: Topic, nowMs: number): void {
    if (this.isOver(topic, nowMs)) this.host.remove(topic)
    else if (this.nextLookMs(topic, nowMs) < Number.POSITIVE_INFINITY) this.watch(topic, nowMs)
  }

  private isOver(topic: Topic, nowMs: number): boolean {
    const { removal } = topic.properties
    if (topic.expiresAtMs > 0 && topic.expiresAtMs <= nowMs) return true
    if (removal?.idleForMs && topic.timeMs + removal.idleForMs <= nowMs) return true
    if (removal?.afterMs && topic.createdMs + removal.afterMs <= nowMs) return true
    return removal?.unsubscribedForMs ? this.unreadForMs(topic, nowMs) >= removal.unsubscribedForMs : false
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
      removal?.idleForMs ? topic.timeMs + removal.idleForMs : Number.POSITIVE_INFINITY,
      removal?.afterMs ? topic.createdMs + removal.afterMs : Number.POSITIVE_INFINITY,
      removal?.unsubscribedForMs ? nowMs + removal.unsubscribedForMs * lookShare : Number.POSITIVE_INFINITY,
    )
  }
}
