import type { ValueType } from '../messages.js'
import { guessType } from '../text-values.js'
import type { HeldVersion } from '../update.js'
import type { Topic } from './topic.js'
import type { ValuePlace, ValueStore } from './value-store.js'
import { nowhere } from './value-store.js'

/**
 * An earlier version of a topic that some reader holds: its bytes stay where they were while it was the newest, so that keeping
 * it costs a handful of numbers.
 */
export class HeldValue implements HeldVersion {
  offset = 0
  timeMs = 0
  type: ValueType = 'binary'
  length = 0
  /** Moved by compaction. */
  place: ValuePlace = nowhere
  private readonly values: ValueStore

  constructor(values: ValueStore) {
    this.values = values
  }

  /** Takes over the newest value of the topic, which is about to change; what it held before was released. */
  takeOver(topic: Topic): void {
    this.offset = topic.offset
    this.timeMs = topic.timeMs
    this.place = topic.valuePlace
    this.length = topic.valueLength
    this.type = topic.type ?? topic.live?.current?.type ?? guessType(this.value)
  }

  /** A new view each time: kept, it would outlive the few who need it. */
  get value(): Uint8Array {
    return this.values.view(this.place, this.length)
  }

  /** Gives the bytes back. */
  release(): void {
    this.values.release(this.place, this.length)
  }
}
