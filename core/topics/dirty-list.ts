import type { Topic } from './topic.js'

/** Marks the readers of a topic that changed from `heldOffset`; `firstOffset` is the oldest change they were not told of. */
export type MarkTopic = (topic: Topic, heldOffset: number, isKnown: boolean, firstOffset: number) => void

/** A list that was emptied keeps memory for so many topics. */
const keptEntriesMax = 4_096

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
  /** Entries from `next` up to `end` wait; others are left over, since a list that is cut takes new memory to grow again. */
  private next = 0
  private end = 0

  get size(): number {
    return this.end - this.next
  }

  /** Entries for which there is memory, whether they wait or not. */
  get entries(): number {
    return this.topics.length
  }

  /** Offset of the oldest change on the list; infinity: there is none. */
  get firstOffset(): number {
    return this.size > 0 ? (this.first[this.next] ?? 0) : Number.POSITIVE_INFINITY
  }

  /** The topic changed to `offset`, from `heldOffset`. */
  add(topic: Topic, heldOffset: number, isKnown: boolean, offset: number): void {
    if (topic.isDirty) return
    topic.isDirty = true
    this.topics[this.end] = topic
    this.held[this.end] = heldOffset
    this.known[this.end] = isKnown
    this.first[this.end] = offset
    this.end += 1
  }

  /** Hands over up to `countMax` topics, oldest first. */
  take(countMax: number, mark: MarkTopic): void {
    const end = Math.min(this.end, this.next + countMax)
    for (; this.next < end; this.next++) {
      const topic = this.topics[this.next]
      if (!topic) continue
      topic.isDirty = false
      mark(topic, this.held[this.next] ?? 0, this.known[this.next] ?? false, this.first[this.next] ?? 0)
    }
    if (this.next === this.end) this.clear()
    else if (this.next > keptEntriesMax && this.next > this.end / 2) this.forgetTaken()
  }

  /** What was taken goes also where ever more comes before the list is empty. */
  private forgetTaken(): void {
    for (const column of [this.topics, this.held, this.first, this.known]) column.splice(0, this.next)
    this.end -= this.next
    this.next = 0
  }

  private clear(): void {
    this.next = 0
    this.end = 0
    if (this.topics.length <= keptEntriesMax) return
    for (const column of [this.topics, this.held, this.first, this.known]) column.length = 0
  }
}
