import { pace } from '../limits.js'
import type { Keeping } from '../topics/news.js'
import { keepsPast } from '../topics/properties.js'
import { RegexLoad } from '../topics/regex-load.js'
import { matchesInView } from '../topics/selector.js'
import { SelectorIndex } from '../topics/selector-index.js'
import type { Topic } from '../topics/topic.js'
import { levelsOf } from '../topics/topic-tree.js'
import { Reading } from './reading.js'
import type { Subscription } from './subscription.js'

/**
 * Who wants to be told of what: wildcard subscriptions by selector, and those that name a topic, as readings of that topic or,
 * while it does not exist, waiting for its path.
 */
export class Interests {
  /** Of the wildcards. */
  readonly regexes = new RegexLoad()
  private readonly wildcards = new SelectorIndex<Subscription>()
  private readonly waiting = new Map<string, Subscription[]>()
  /** Wildcards that may want each update, whatever the topic says. */
  private everyWildcards = 0
  // What is being marked: fields, so that no closure is made per topic.
  private readonly levels: string[] = []
  private topic: Topic | null = null
  private depth = 0
  private heldOffset = 0
  private isKnown = false
  private firstOffset = 0
  private isWanted = false
  private isResumed = false
  private readonly markOne = (subscription: Subscription) => {
    if (this.topic && matchesInView(subscription.selector, this.levels, this.depth))
      subscription.outbox.owed.oweMatched(subscription, this.topic, this.heldOffset, this.isKnown, this.firstOffset)
  }
  private readonly askLasting = (subscription: Subscription) => {
    if (isLastingReader(subscription)) this.isWanted ||= matchesInView(subscription.selector, this.levels, this.depth)
  }
  private readonly askEvery = (subscription: Subscription) => {
    if (!this.topic || subscription.deliveryOf(this.topic) !== 'all') return
    const isMatch = matchesInView(subscription.selector, this.levels, this.depth)
    this.isWanted ||= isMatch
    // Who reads messages comes back to what waits for it in a queue; all others to a position.
    this.isResumed ||= isMatch && subscription.terms === null
  }

  /** A subscription begins: it names this topic, or waits to be told of topics; null: there is none that it names. */
  begin(subscription: Subscription, topic: Topic | null): void {
    if (topic) nameTopic(subscription, topic)
    else this.add(subscription)
  }

  /** A subscription ends; a reading of a topic that it names is for the caller to end. */
  end(subscription: Subscription): void {
    const { reading } = subscription
    if (!reading || reading.topic.isRemoved) this.remove(subscription)
  }

  /** Adds a wildcard, or a subscription to a path that has no topic yet. */
  add(subscription: Subscription): void {
    const path = subscription.selector.literalPath
    if (path !== null) return this.wait(path, subscription)
    this.wildcards.add(subscription.selector, subscription)
    this.regexes.add(subscription.selector)
    if (subscription.mayWantEvery) this.everyWildcards += 1
  }

  remove(subscription: Subscription): void {
    const path = subscription.selector.literalPath
    if (path !== null) this.stopWaiting(path, subscription)
    else if (this.wildcards.remove(subscription.selector, subscription)) {
      this.regexes.remove(subscription.selector)
      if (subscription.mayWantEvery) this.everyWildcards -= 1
    }
  }

  /** A topic came to exist: those who named it read it from now on. */
  created(topic: Topic): void {
    if (this.waiting.size === 0) return
    const path = topic.path
    const subscriptions = this.waiting.get(path)
    if (!subscriptions) return
    this.waiting.delete(path)
    for (const subscription of subscriptions) nameTopic(subscription, topic)
  }

  /** A topic went: those who named it wait for its path again. Their readings end once they have been told. */
  removed(topic: Topic): void {
    const path = topic.path
    for (const reader of topic.live?.readers ?? []) {
      if (reader instanceof Reading && reader.isNamed) this.wait(path, reader.subscription)
    }
  }

  /** How many topics to mark between two looks at the clock: the fewer, the more regular expressions each is tried against. */
  get marksPerClockRead(): number {
    return Math.ceil(pace.marksPerClockRead / (1 + this.regexes.states / pace.regexStatesPerMark))
  }

  /** Marks all who must be told that the topic changed from `heldOffset`. */
  mark(topic: Topic, heldOffset: number, isKnown: boolean, firstOffset: number): void {
    const readers = topic.live?.readers
    if (readers) for (let i = 0; i < readers.length; i++) readers[i]?.owe(firstOffset)
    if (this.wildcards.size === 0) return
    this.heldOffset = heldOffset
    this.isKnown = isKnown
    this.firstOffset = firstOffset
    this.eachWildcard(topic, this.markOne)
  }

  /** How long somebody needs each update of the topic. */
  keepsEvery(topic: Topic): Keeping {
    const { live, properties } = topic
    this.isWanted = live !== null && live.everyReaders > 0
    this.isResumed = keepsPast(properties) || (live !== null && live.everyReaders > live.messageReaders)
    const mayMatch = this.everyWildcards > 0 || properties.delivery === 'all'
    if (!this.isResumed && mayMatch && this.wildcards.size > 0) this.eachWildcard(topic, this.askEvery)
    return this.isResumed ? 'forReturns' : this.isWanted ? 'untilGiven' : 'no'
  }

  /** Whether a session that is to survive a restart reads messages of this topic that are to arrive. */
  outlivesUs(topic: Topic): boolean {
    for (const reader of topic.live?.readers ?? []) {
      if (reader instanceof Reading && isLastingReader(reader.subscription)) return true
    }
    if (this.wildcards.size === 0) return false
    this.isWanted = false
    this.eachWildcard(topic, this.askLasting)
    return this.isWanted
  }

  /** Visits the subscriptions to a path, whether there is a topic or not. */
  eachOf(path: string, topic: Topic | null, visit: (subscription: Subscription) => void): void {
    for (const subscription of this.waiting.get(path) ?? []) visit(subscription)
    for (const reader of topic?.live?.readers ?? []) {
      if (reader instanceof Reading && reader.isNamed) visit(reader.subscription)
    }
    const levels = path.split('/')
    this.wildcards.match(levels, levels.length, (subscription) => {
      if (matchesInView(subscription.selector, levels, levels.length)) visit(subscription)
    })
  }

  /** Whether a change could have to be told to anybody. */
  hasReaders(topic: Topic): boolean {
    return this.wildcards.size > 0 || (topic.live !== null && topic.live.readers.length > 0)
  }

  /** Visits the wildcards whose selectors match the topic as seen from the root of all topics. */
  private eachWildcard(topic: Topic, visit: (subscription: Subscription) => void): void {
    this.topic = topic
    this.depth = levelsOf(topic.node, this.levels)
    this.wildcards.match(this.levels, this.depth, visit)
    this.topic = null
  }

  private wait(path: string, subscription: Subscription): void {
    const others = this.waiting.get(path)
    if (others) others.push(subscription)
    else this.waiting.set(path, [subscription])
  }

  private stopWaiting(path: string, subscription: Subscription): void {
    const left = this.waiting.get(path)?.filter((other) => other !== subscription) ?? []
    if (left.length === 0) this.waiting.delete(path)
    else this.waiting.set(path, left)
  }
}

/** Whether what it is told is to arrive, also after a restart. */
function isLastingReader({ outbox, terms }: Subscription): boolean {
  return outbox.outlivesLinks && terms !== null && terms.qos > 0
}

/** The subscription names this topic: a reading that lives as long as both do. */
function nameTopic(subscription: Subscription, topic: Topic): void {
  subscription.reading = subscription.outbox.owed.name(subscription, topic)
}
