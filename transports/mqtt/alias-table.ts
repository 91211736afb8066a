import type { UpdateTopic } from '../../core/index.js'

/** Highest alias there is. [MQTT 5.0, 3.3.2.3.4] */
const aliasMax = 65_535

/** So many aliases are looked at for each one that is given out, whether their topics are gone. */
const looksPerAlias = 16

/**
 * Aliases for topics, the same for all clients, so that what is sent under an alias is made once: given out in the order in which
 * topics are first sent to somebody who takes aliases, and again once their topics are gone. Each client knows those up to its own
 * maximum, and what they stood for when it was last told.
 */
export class AliasTable {
  private readonly byTopic = new Map<number, number>()
  /** What the aliases stand for, from alias 1 on. */
  private readonly topics: UpdateTopic[] = []
  /** Where the next look begins. */
  private looked = 0

  constructor(private readonly countMax = aliasMax) {}

  /** The alias of a topic; 0: it has none, since all are given out, as far as a short look shows, or the topic is gone. */
  of(topic: UpdateTopic): number {
    const known = this.byTopic.get(topic.id)
    if (known !== undefined) return known
    // Of a topic that is gone hardly anything more is told.
    if (topic.isRemoved) return 0
    const place = this.placeOfGone() ?? this.topics.length
    if (place >= this.countMax) return 0
    this.topics[place] = topic
    this.byTopic.set(topic.id, place + 1)
    return place + 1
  }

  /** Where the alias of a topic stands that is gone, free from now on; null: none was found. */
  private placeOfGone(): number | null {
    for (let looks = Math.min(looksPerAlias, this.topics.length); looks > 0; looks--) {
      const place = this.looked
      this.looked = (place + 1) % this.topics.length
      const topic = this.topics[place]
      if (!topic?.isRemoved) continue
      this.byTopic.delete(topic.id)
      return place
    }
    return null
  }
}
