/** Highest alias there is. [MQTT 5.0, 3.3.2.3.4] */
const aliasMax = 65_535

/**
 * Aliases for topics, the same for all clients, so that what is sent under an alias is made once: given out in the order in which
 * topics are first sent to somebody who takes aliases. Each client knows those up to its own maximum.
 */
export class AliasTable {
  private readonly byTopic = new Map<number, number>()

  /** The alias of a topic, by core's id of that; 0: all are given out. */
  of(topicId: number): number {
    const known = this.byTopic.get(topicId)
    if (known !== undefined) return known
    if (this.byTopic.size >= aliasMax) return 0
    const alias = this.byTopic.size + 1
    this.byTopic.set(topicId, alias)
    return alias
  }
}
