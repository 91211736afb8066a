import { Timetable } from '../timetable.js'
import type { Topic } from './topic.js'

/** What deciding about a topic's end needs to know. */
export interface LifetimesHost {
  topicOf(id: number): Topic | null
  isRead(topic: Topic): boolean
  /** Appends the removal to the log: expiry and tidy-up are ordinary records. */
  remove(topic: Topic): void
  /** The newest value is over. Appends what stands in its place, and returns true; false: nothing does, the topic is to go. */
  replaces(topic: Topic): boolean
}

/** How often a topic that goes when unsubscribed is looked at: this share of its time, so that it overstays by no more. */
const lookShare = 0.25

/**
 * Topics and values that go by themselves: expiry, and the property `removal`. Times are ms since 1970.
 *
 * Invariant: each topic that has an end is looked at when it comes, or earlier. Of topics that went nothing is left.
 */
export class Lifetimes {
  private readonly host: LifetimesHost
  /** When each topic is looked at next. */
  private readonly looks = new Timetable<number>()
  /** When each topic ends that goes a time after it was created. */
  private readonly endMs = new Map<number, number>()
  /** Since when nobody reads a topic, where that matters. */
  private readonly unread = new Map<number, number>()

  constructor(host: LifetimesHost) {
    this.host = host
  }

  /** Topics that are still looked at. */
  get count(): number {
    return this.looks.size
  }

  /** The topic has something that ends: from now on it is looked at in time. */
  watch(topic: Topic, nowMs: number): void {
    const afterMs = topic.properties.removal?.afterMs
    // Watched first as it is created.
    if (afterMs && !this.endMs.has(topic.id)) this.endMs.set(topic.id, topic.acceptedMs + afterMs)
    const nextMs = this.nextLookMs(topic, nowMs)
    if (nextMs < this.looks.timeOf(topic.id)) this.looks.set(topic.id, nextMs)
  }

  /** The topic went, for whatever reason. */
  removed({ id }: Topic): void {
    this.looks.delete(id)
    this.unread.delete(id)
    this.endMs.delete(id)
  }

  /** Looks at up to `countMax` topics whose time has come; returns whether those were all. */
  step(nowMs: number, countMax: number): boolean {
    for (let looked = 0; looked < countMax; looked++) {
      const id = this.looks.popDue(nowMs)
      if (id === null) return true
      const topic = this.host.topicOf(id)
      if (topic) this.look(topic, nowMs)
    }
    return this.looks.nextMs > nowMs
  }

  private look(topic: Topic, nowMs: number): void {
    if (this.isOver(topic, nowMs)) return this.host.remove(topic)
    const isExpired = topic.expiresAtMs > 0 && topic.expiresAtMs <= nowMs
    if (isExpired && !this.host.replaces(topic)) return this.host.remove(topic)
    this.watch(topic, nowMs)
  }

  /** Whether the topic's own end has come, whatever its value. */
  private isOver(topic: Topic, nowMs: number): boolean {
    const { removal } = topic.properties
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
