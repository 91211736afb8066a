import type { Records, Sequence } from '../../core/index.js'
import { MemoryStore } from '../../store/index.js'

/** A store in memory of which a copy can be made. */
export class CopiedStore extends MemoryStore {
  private readonly recordNames = new Set<string>()
  private readonly sequenceNames = new Set<string>()

  override records(name: string): Records {
    this.recordNames.add(name)
    return super.records(name)
  }

  override sequence(name: string): Sequence {
    this.sequenceNames.add(name)
    return super.sequence(name)
  }

  /** What a gateway that is killed now leaves: its later writes reach the one that it had, not this. */
  async copy(): Promise<CopiedStore> {
    const copy = new CopiedStore()
    for (const name of this.recordNames)
      for await (const { key, value } of this.records(name).read('')) copy.records(name).put(key, value)
    for (const name of this.sequenceNames)
      for await (const { offset, record } of this.sequence(name).read(0)) copy.sequence(name).append(offset, record)
    return copy
  }
}
