import type { Clock } from '../clock.js'
import type { Handling } from '../messages.js'
import type { Update } from '../update.js'
import type { Topic } from './topic.js'
import type { Versions } from './versions.js'

/** What knowing the retained values needs of the topics. */
interface RetainedHost {
  readonly versions: Versions
  hasValue(topic: Topic): boolean
}

/**
 * What readers of messages are told first of each topic: mostly its newest value. Where newer ones came that were not to be
 * retained, the one before them is kept here. [SEM 4.5]
 *
 * Invariant: of a topic whose newest value is retained nothing is here.
 */
export class RetainedValues {
  private readonly host: RetainedHost
  private readonly clock: Clock
  private readonly apart = new Map<number, Update>()

  constructor(host: RetainedHost, clock: Clock) {
    this.host = host
    this.clock = clock
  }

  /** How many topics have a retained value that is not their newest. */
  get apartCount(): number {
    return this.apart.size
  }

  /** The retained value; null: there is none, or its time is over. An empty one is none. [MQTT-3.3.1-10] */
  of(topic: Topic): Update | null {
    if (topic.handling.isRetained) {
      return this.host.hasValue(topic) && topic.valueLength > 0 ? this.host.versions.lasting(topic) : null
    }
    const apart = this.apart.get(topic.id)
    if (!apart) return null
    const isOver = apart.expiresAtMs > 0 && apart.expiresAtMs <= this.clock.timeMs()
    if (isOver) this.apart.delete(topic.id)
    return isOver ? null : apart
  }

  /** The retained value that is not the newest; null: there is none. */
  apartOf(topic: Topic): Update | null {
    return this.apart.get(topic.id) ?? null
  }

  /** As it was before a restart. */
  restore(topic: Topic, retained: Update): void {
    this.apart.set(topic.id, retained)
  }

  /** A newer value is about to come, handled like this. */
  superseded(topic: Topic, { isRetained }: Handling): void {
    if (isRetained) this.apart.delete(topic.id)
    else if (topic.handling.isRetained) {
      const retained = this.of(topic)
      if (retained) this.apart.set(topic.id, retained)
    }
  }

  removed(topic: Topic): void {
    this.apart.delete(topic.id)
  }
}
