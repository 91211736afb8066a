import type { Selector } from './selector.js'
import { selectorMatches } from './selector.js'
import type { TopicCopy } from './topic-copies.js'

/**
 * Topics whose past was lost. What is not sent again before `synced` has no value any more. [SEM 1.6]
 *
 * By path, since the topics' numbers may have died with the epoch.
 */
export class Doubts {
  private readonly copies = new Map<string, TopicCopy>()

  raise(copy: TopicCopy): void {
    this.copies.set(copy.path, copy)
  }

  /** The gateway has told this topic again: what was held of it, if it was in doubt. */
  confirmed(path: string): TopicCopy | undefined {
    const copy = this.copies.get(path)
    this.copies.delete(path)
    return copy
  }

  /** The topics that a selector covers are complete: takes those out that were not told again. */
  settle(selector: Selector): readonly TopicCopy[] {
    const lost = [...this.copies.values()].filter(({ path }) => selectorMatches(selector, path.split('/')))
    for (const { path } of lost) this.copies.delete(path)
    return lost
  }
}
