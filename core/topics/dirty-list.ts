import type { Topic } from './topic.js'

/** Marks the readers of a topic that changed from `heldOffset`; `firstOffset` is the oldest change they were not told of. */
export type MarkTopic = (topic: Topic, heldOffset: number, isKnown: boolean, firstOffset: number) => void

/**
 * Topics that changed since their readers were last marked, each once, with what those readers hold: parallel columns, since
 * this is filled per update. Publishing costs one entry a topic, however many readers it has and however often it changes.
 */
export class DirtyList {
  private readonly topics: Topic[] = []
  /** Offset of the version that every reader who kept up was given; 0: none, the topic is new. */
  private readonly held: number[] = []
  /** Offset of the first change since. */
  private readonly first: number[] = []
  /** Whether that version had a value to give, so that those readers know the topic. */
  private readonly known: boolean[] = []
  private next = 0

  get size(): number {
    return this.topics.length - this.next
  }

  /** The topic changed to `offset`, from `heldOffset`. */
  add(topic: Topic, heldOffset: number, isKnown: boolean, offset: number): void {
    if (topic.isDirty) return
    topic.isDirty = true
    this.topics.push(topic)
    this.held.push(heldOffset)
    this.known.push(isKnown)
    this.first.push(offset)
  }

  /** Hands over up to `countMax` topics, oldest first. */
  take(countMax: number, mark: MarkTopic): void {
    const end = Math.min(this.topics.length, this.next + countMax)
    for (; this.next < end; this.next++) {
      const topic = this.topics[this.next]
      if (!topic) continue
      topic.isDirty = false
      mark(topic, this.held[this.next] ?? 0, this.known[this.next] ?? false, this.first[this.next] ?? 0)
    }
    if (this.next === this.topics.length) this.clear()
  }

  private clear(): void {
    this.topics.length = 0
    this.held.length = 0
    this.known.length = 0
    this.first.length = 0
    this.next = 0
  }
}
