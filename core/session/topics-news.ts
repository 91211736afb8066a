import type { Clock } from '../clock.js'
import type { Interests } from '../flow/interests.js'
import type { Lifetimes } from '../topics/lifetimes.js'
import type { TopicsNews } from '../topics/news.js'
import type { OwnTopics } from './own-topics.js'

/** Who hears what happens to topics. */
interface Listeners {
  readonly clock: Clock
  readonly interests: Interests
  readonly lifetimes: Lifetimes
  readonly ownTopics: OwnTopics
  /** Readers are to be marked soon. */
  changed(): void
}

/** Passes on what happens to topics; nobody is asked before something does, so that those who listen may be made later. */
export function topicsNewsFor(listeners: Listeners): TopicsNews {
  return {
    created: (topic, sessionId) => {
      listeners.interests.created(topic)
      listeners.ownTopics.created(topic, sessionId)
    },
    removed: (topic) => {
      listeners.interests.removed(topic)
      listeners.ownTopics.removed(topic)
      listeners.lifetimes.removed(topic)
    },
    timed: (topic) => listeners.lifetimes.watch(topic, listeners.clock.timeMs()),
    keepsEvery: (topic) => listeners.interests.keepsEvery(topic),
    outlivesUs: (topic) => listeners.interests.outlivesUs(topic),
    hasReaders: (topic) => listeners.interests.hasReaders(topic),
    changed: () => listeners.changed(),
  }
}
