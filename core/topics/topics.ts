import type { Clock } from '../clock.js'
import { copyOfAttributes } from '../copies.js'
import type { Limits } from '../limits.js'
import type { LogReader, LogRecord, RemoveRecord, ValueRecord } from '../log/update-log.js'
import type { Handling, TopicProperties } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { DirtyList } from './dirty-list.js'
import type { EarlierLives } from './earlier-lives.js'
import { kept, passing, silent } from './handlings.js'
import type { HeldValue } from './held-value.js'
import { IdleOrder } from './idle-order.js'
import type { TopicsNews } from './news.js'
import { Objections } from './objections.js'
import { defaultProperties, PropertyKinds } from './properties.js'
import { Removals } from './removals.js'
import { RetainedValues } from './retained-values.js'
import type { TopicRule } from './rules.js'
import { areRemovalsTold, mayMakeRoom, propertiesOfNew, propertiesOnceRetained } from './rules.js'
import { isSpecial } from './selector-level.js'
import type { StoredMessages } from './stored-messages.js'
import type { StoredRemoval } from './stored-removals.js'
import type { RestoredTopic, StoredTopics } from './stored-topics.js'
import { restoredUpdate, takeValue } from './stored-topics.js'
import { Topic } from './topic.js'
import { TopicPages } from './topic-pages.js'
import { TopicTree } from './topic-tree.js'
import type { ValuePlace } from './value-store.js'
import { ValueStore } from './value-store.js'
import { noBytes, Versions } from './versions.js'

/**
 * All topics: the fold of the update log. [SEM 1.1]
 *
 * It owns what is true now. Who is told, when and how, is for flow to decide; what it needs for that it finds in `dirty`,
 * `versions` and `removals`.
 */
export class Topics implements LogReader {
  readonly tree = new TopicTree()
  readonly dirty = new DirtyList()
  readonly versions: Versions
  readonly removals: Removals
  readonly retained: RetainedValues
  rules: readonly TopicRule[]
  /** Null: nothing outlives the process. */
  stored: StoredTopics | null = null
  messages: StoredMessages | null = null
  lives: EarlierLives | null = null
  private readonly values = new ValueStore()
  private readonly byId = new TopicPages()
  private readonly objections: Objections
  private readonly kinds = new PropertyKinds()
  private readonly idle = new IdleOrder()
  private readonly clock: Clock
  private readonly limits: Limits
  private readonly news: TopicsNews
  private alive = 0

  constructor(clock: Clock, limits: Limits, rules: readonly TopicRule[], news: TopicsNews) {
    this.clock = clock
    this.limits = limits
    this.news = news
    this.rules = rules
    this.versions = new Versions(this.values, limits)
    this.retained = new RetainedValues(this, clock)
    this.removals = new Removals(limits.removalsMax)
    this.objections = new Objections(this, limits)
  }

  /** Topics that clients made; the gateway's own count nowhere. */
  get count(): number {
    return this.alive
  }

  /** Id of the topic that came last; ids rise. */
  get newestId(): number {
    return this.byId.newestId
  }

  /** Bytes held for current values. */
  get valueBytes(): number {
    return this.values.heldBytes
  }

  /** The topic with this id, unless it was removed. */
  topicOf(id: number): Topic | null {
    return this.byId.of(id)
  }

  /** The topic that a record means: by its id where the writer knew it, else by its path. */
  find(record: { readonly path: string; readonly topicId?: number }): Topic | null {
    return this.topicOf(record.topicId ?? 0) ?? this.tree.find(record.path)
  }

  /** The value's bytes where they lie, to be read at once. */
  valueView(topic: Topic): Uint8Array {
    return this.values.view(topic.valuePlace, topic.valueLength)
  }

  /** Whether there is a value to show to those who come now: one that is over is not, though its removal may take a second. */
  hasValue(topic: Topic): boolean {
    return topic.hasValue && (topic.expiresAtMs === 0 || topic.expiresAtMs > this.clock.timeMs())
  }

  objection(record: LogRecord): Refusal | null {
    return this.objections.to(record)
  }

  /** The topic that is to go so that there is room for this record; null: there is room, or none can be made. [SEM 4.8] */
  outgoingFor(record: LogRecord): Topic | null {
    return this.alive >= this.limits.topicsMax && this.objections.isRoomLacking(record) ? this.idle.longestIdle : null
  }

  applied(record: LogRecord, offset: number): number {
    switch (record.kind) {
      case 'value':
        return this.store(this.find(record) ?? this.make(record), record, offset)
      case 'create':
        return this.created(record, offset)
      case 'remove':
        return this.remove(record, offset)
    }
  }

  /** Puts a topic where it was before a restart; nobody is told, since nobody is there. */
  restore({ path, properties, value, retained }: RestoredTopic): void {
    const { timeMs, acceptedMs = this.clock.timeMs() } = value ?? retained ?? { timeMs: 0 }
    const topic = this.place(path, properties, acceptedMs)
    topic.timeMs = timeMs
    if (value) takeValue(topic, value, this.values.put(topic.id, value.value))
    if (retained) this.retained.restore(topic, restoredUpdate(topic, retained))
    this.stored?.restored(topic)
    if (topic.expiresAtMs > 0 || topic.properties.removal) this.news.timed(topic)
  }

  /** A topic that went before a restart, so that who was away is told; before those that came to exist in its place. */
  restoreRemoved({ path, offset, previous, timeMs }: StoredRemoval): void {
    const topic = this.place(path, defaultProperties, timeMs)
    topic.offset = offset
    topic.previousOffset = previous
    topic.timeMs = timeMs
    topic.isRemoved = true
    this.removals.restore(topic)
    this.displace(topic)
  }

  /** Moves values out of slabs that are mostly dead; a few slabs at a time. */
  compact(slabs: number): void {
    this.values.compact(
      slabs,
      (owner, place) => this.holderOf(owner, place) !== null,
      (owner, from, to) => {
        const holder = this.holderOf(owner, from)
        if (holder instanceof Topic) holder.valuePlace = to
        else if (holder) holder.place = to
      },
    )
  }

  /** What of a topic lies at this place: its value, or a base; null: nothing any more. */
  private holderOf(topicId: number, place: ValuePlace): Topic | HeldValue | null {
    const topic = this.topicOf(topicId)
    if (topic === null || topic.valuePlace === place) return topic
    return topic.live?.bases.find((base) => base.place === place) ?? null
  }

  private created(record: LogRecord & { readonly kind: 'create' }, offset: number): number {
    const known = this.tree.find(record.path)
    if (known) return known.previousOffset
    const topic = this.make(record)
    const previousOffset = this.advance(topic, offset, record.timeMs)
    this.keep(topic, 0, noBytes, previousOffset, false)
    this.stored?.changed(topic, this)
    return previousOffset
  }

  private store(topic: Topic, record: ValueRecord, offset: number): number {
    const { value, type } = this.objections.prepared(record, topic)
    const previousTimeMs = topic.timeMs
    const isMarked = !topic.isDirty
    const handling = record.handling ?? (topic.properties.keep ? kept : passing)
    this.retained.superseded(topic, handling)
    if (topic.idle !== null) this.publishedPassing(topic, record, handling)
    const previousOffset = this.advance(topic, offset, record.timeMs, record.acceptedMs)
    topic.handling = handling
    topic.origin = record.sessionId
    topic.valuePlace = this.values.put(topic.id, value)
    topic.valueLength = value.length
    topic.type = type
    topic.attributes = copyOfAttributes(record.attributes)
    topic.expiresAtMs = record.expiresAtMs
    if (record.expiresAtMs > 0) this.news.timed(topic)
    this.keep(topic, previousTimeMs, value, previousOffset, isMarked)
    this.stored?.changed(topic, this)
    return previousOffset
  }

  /** A topic that may go to make room was published to: with a retained value it is to stay. */
  private publishedPassing(topic: Topic, record: ValueRecord, { isRetained }: Handling): void {
    if (!isRetained) return this.idle.moved(topic)
    this.idle.remove(topic)
    topic.properties = this.kinds.kindOf(propertiesOnceRetained(topic.properties, record, this.rules, this.limits))
  }

  /** Keeps the newest version for those who need each; `isMarked`: all who owe the versions before know that they do. */
  private keep(
    topic: Topic,
    previousTimeMs: number,
    value: Uint8Array,
    previousOffset: number,
    isMarked: boolean,
  ): void {
    const keeping = this.news.keepsEvery(topic)
    if (keeping !== 'no') {
      if (keeping === 'untilGiven' && isMarked) this.versions.dropGiven(topic)
      const update = this.versions.record(topic, previousTimeMs, value, previousOffset, keeping)
      const { qos, isMessage } = topic.handling
      if (this.messages && qos > 0 && isMessage && this.news.outlivesUs(topic)) this.messages.append(update)
    } else if (topic.live?.history) this.versions.forgetHistory(topic)
  }

  private remove(record: RemoveRecord, offset: number): number {
    const topic = this.tree.find(record.path)
    if (!topic) return 0
    const previousTimeMs = topic.timeMs
    // What follows is no value: a delta has no use for what was given.
    topic.isGiven = false
    const previousOffset = this.advance(topic, offset, record.timeMs)
    topic.isRemoved = true
    topic.attributes = null
    topic.handling = record.isTold || !areRemovalsTold(this.rules, record.path) ? silent : passing
    topic.origin = ''
    this.idle.remove(topic)
    this.retained.removed(topic)
    this.removals.add(topic, this.stored?.removed(topic) ?? false)
    this.versions.removed(topic)
    this.keep(topic, previousTimeMs, noBytes, previousOffset, false)
    this.displace(topic)
    this.news.removed(topic)
    return previousOffset
  }

  /** Gives the topic its new version and puts it on the dirty list; returns the offset before. */
  private advance(topic: Topic, offset: number, timeMs: number, acceptedMs = timeMs): number {
    const before = topic.offset
    if (this.news.hasReaders(topic)) {
      // A value that is over was not given to those who came after its time.
      this.dirty.add(topic, before, this.hasValue(topic), offset)
      this.news.changed()
    }
    // Nobody is there any more to whom its value was given.
    else topic.isGiven = false
    this.versions.superseded(topic, this.clock)
    topic.previousOffset = before
    topic.offset = offset
    topic.timeMs = timeMs
    topic.acceptedMs = acceptedMs
    return before
  }

  private make(record: LogRecord & { readonly kind: 'value' | 'create' }): Topic {
    const acceptedMs = record.kind === 'value' ? record.acceptedMs : record.timeMs
    const topic = this.place(record.path, propertiesOfNew(record, this.rules, this.limits), acceptedMs)
    this.news.created(topic, record.sessionId)
    if (topic.properties.removal) this.news.timed(topic)
    if (mayMakeRoom(record, topic.properties)) this.idle.add(topic)
    return topic
  }

  private place(path: string, properties: TopicProperties, acceptedMs: number): Topic {
    const node = this.tree.place(path)
    const topic = new Topic(this.byId.newestId + 1, node, this.kinds.kindOf(properties), acceptedMs)
    node.topic = topic
    this.byId.add(topic)
    if (!isSpecial(path)) this.alive += 1
    return topic
  }

  private displace(topic: Topic): void {
    this.tree.remove(topic)
    this.byId.remove(topic)
    if (!isSpecial(topic.path)) this.alive -= 1
  }
}
