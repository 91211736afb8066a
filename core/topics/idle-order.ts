import type { Topic } from './topic.js'

/** Where a topic stands among those that may go to make room. */
export interface IdlePlace {
  readonly topic: Topic
  older: IdlePlace | null
  newer: IdlePlace | null
}

/**
 * Topics that go when they are idle and have no retained value, the longest idle first. [SEM 4.8]
 *
 *     oldest ⇄ … ⇄ newest ◀─ whatever is published to
 *
 * A list that runs through the topics: moving one costs the same for ten and for a million, and each publish moves one.
 */
export class IdleOrder {
  private oldest: IdlePlace | null = null
  private newest: IdlePlace | null = null

  /** The topic that went longest without a publish; null: there is none. */
  get longestIdle(): Topic | null {
    return this.oldest?.topic ?? null
  }

  /** The topic came to exist. */
  add(topic: Topic): void {
    this.append({ topic, older: null, newer: null })
  }

  /** The topic was published to. */
  moved({ idle }: Topic): void {
    if (idle === null || idle === this.newest) return
    this.unlink(idle)
    this.append(idle)
  }

  /** The topic went, or is to stay. */
  remove(topic: Topic): void {
    if (topic.idle === null) return
    this.unlink(topic.idle)
    topic.idle = null
  }

  private append(place: IdlePlace): void {
    place.older = this.newest
    place.newer = null
    if (this.newest) this.newest.newer = place
    else this.oldest = place
    this.newest = place
    place.topic.idle = place
  }

  private unlink({ older, newer }: IdlePlace): void {
    if (older) older.newer = newer
    else this.oldest = newer
    if (newer) newer.older = older
    else this.newest = older
  }
}
