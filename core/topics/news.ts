import type { Topic } from './topic.js'

/** How long the updates of a topic are kept: not at all, until those who read it were given them, or also for clients that come back. */
export type Keeping = 'no' | 'untilGiven' | 'forReturns'

/** What the fold of the log tells those to its left; calls come while a record is applied. */
export interface TopicsNews {
  created(topic: Topic, sessionId: string): void
  /** The topic is out of the tree; its readers are on the dirty list. */
  removed(topic: Topic): void
  /** Something is on the dirty list. */
  changed(): void
  /** The topic, or its value, has a time to go. */
  timed(topic: Topic): void
  /** How long some reader needs each update of this topic. */
  keepsEvery(topic: Topic): Keeping
  /** Whether a session that is to survive a restart reads messages of this topic that are to arrive. */
  outlivesUs(topic: Topic): boolean
  /** Whether anybody could have to be told of a change: no readers, no marks. */
  hasReaders(topic: Topic): boolean
}
