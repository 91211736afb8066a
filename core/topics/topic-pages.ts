import type { Topic } from './topic.js'

/** Topics of a page: 2 to this power. */
const pageBits = 10
const pageSize = 1 << pageBits

/** The last id there is: the wire and the store of values have 32 bits for one. [SEM 4.8] */
export const topicIdMax = 2 ** 32 - 1

/**
 * Topics by id. Ids rise and are never used again, so a page whose topics are all gone is given back: a gateway whose topics come
 * and go keeps two words for each thousand that ever were. A map costs several words for each topic.
 *
 * Invariant: ids are below 2^32. `Objections` refuses the topic that would be the first above; a page would be shared from there on.
 */
export class TopicPages {
  /** Id of the topic that came last; 0: none yet. */
  newestId = 0
  private readonly pages: ((Topic | null)[] | null)[] = []
  /** How many topics of each page are not gone. */
  private readonly alive: number[] = []

  /** Pages that hold memory. */
  get held(): number {
    return this.pages.reduce((count, page) => count + (page ? 1 : 0), 0)
  }

  of(id: number): Topic | null {
    return this.pages[id >>> pageBits]?.[id & (pageSize - 1)] ?? null
  }

  /** The id of the topic must be the one after the newest. */
  add(topic: Topic): void {
    const index = topic.id >>> pageBits
    const page = this.pages[index] ?? []
    this.pages[index] = page
    page[topic.id & (pageSize - 1)] = topic
    this.alive[index] = (this.alive[index] ?? 0) + 1
    this.newestId = topic.id
  }

  remove({ id }: Topic): void {
    const index = id >>> pageBits
    const page = this.pages[index]
    if (!page) return
    page[id & (pageSize - 1)] = null
    const left = (this.alive[index] ?? 0) - 1
    this.alive[index] = left
    if (left === 0) this.pages[index] = null
  }
}
