import type { WireUpdate } from '../codecs/protobuf/index.js'
import type { HeldTopic, Position, Resynchronised } from '../core/index.js'
import { Doubts } from './doubts.js'
import { Matching } from './matching.js'
import type { Reader } from './reader.js'
import type { Selector } from './selector.js'
import { parseSelector, selectorMatches } from './selector.js'
import { Standing } from './standing.js'
import type { TopicCopy } from './topic-copies.js'
import { forgetValue, loseValue, snapshotOf, TopicCopies } from './topic-copies.js'
import type { Update } from './update.js'

/** Takes the gateway's updates into the copies of the topics, and tells each reader what its selector matches. */
export class Feed {
  readonly matching = new Matching()
  readonly #copies = new TopicCopies()
  readonly #doubts = new Doubts()
  readonly #standing = new Standing()
  /** Times that any topic was told to anybody. */
  #toldCount = 0

  get epoch(): string {
    return this.#copies.epoch
  }

  /** Everything up to here was applied. */
  get position(): Position {
    return this.#standing.position
  }

  /** Another life of the log: what was held is worth nothing, unless it is in doubt. [PROTOCOL 4.1] */
  begin(epoch: string): void {
    this.#copies.begin(epoch)
    this.#standing.begin(epoch)
  }

  /** What is held may be wrong: from now on it is of no epoch, and counts for nothing but what was told of it. */
  distrust(): void {
    this.#copies.distrust()
  }

  /** Returns why the update cannot be applied; null: it was. */
  update(wire: WireUpdate): string | null {
    const applied = this.#copies.apply(wire)
    if (applied.kind === 'malformed') return applied.why
    const { copy, hadValue, update } = applied
    if (!wire.snapshot) this.#standing.applied(copy.offset)
    const doubted = this.#doubts.confirmed(copy.path)
    // What a resume was cut off from comes again with the next one, and is no news.
    const isAhead = copy.offset > copy.told.offset || (copy.offset === copy.told.offset && !hadValue)
    if (update !== null) this.#tell(copy, update, isAhead)
    // Known without a value in the new epoch: what was held of it in the old one is gone.
    else if (doubted?.hasValue === true) this.#tell(doubted, loseValue(doubted), true)
    // Still on its way for a subscription that was closed: nothing will keep it up to date.
    if (!this.#isRead(copy.path)) copy.hasValue = false
    return null
  }

  synced(position: Position): void {
    this.#standing.synced(position)
  }

  stands(offset: number, held: readonly HeldTopic[]): void {
    this.#standing.stands(offset, held)
  }

  frameEnded(): void {
    this.#standing.frameEnded()
    this.#copies.applied(this.position.offset)
  }

  /** The topics that these readers read have a past that was lost. */
  doubt(isAffected: (reader: Reader) => boolean): void {
    for (const copy of this.#copies.all()) {
      if (this.matching.audienceOf(copy.path).some(({ reader }) => isAffected(reader))) this.#raise(copy)
    }
  }

  /** The gateway names what lost its past. */
  resynchronised({ topics, selectors }: Resynchronised): void {
    const named = new Set(topics)
    const matches = matcherOf(selectors)
    for (const copy of this.#copies.all()) if (named.has(copy.path) || matches(copy.path)) this.#raise(copy)
  }

  /** A reader has gone. What no other reads is not kept up to date any more: its value is not known from now on. */
  left(reader: Reader): void {
    this.matching.remove(reader)
    for (const copy of this.#copies.around(reader.parsed)) {
      // The bytes stay until the gateway has confirmed it, as what the next delta may be against.
      if (matches(reader, copy.path) && !this.#isRead(copy.path)) copy.hasValue = false
    }
  }

  /** A subscription has ended at the gateway: of what none that stands there covers, the bytes can go. */
  release(ended: Selector, standing: readonly Selector[]): void {
    for (const copy of this.#copies.left()) {
      const levels = copy.path.split('/')
      const isCovered = (selector: Selector): boolean => selectorMatches(selector, levels)
      if (isCovered(ended) && !standing.some(isCovered)) forgetValue(copy)
    }
  }

  /** How much was told so far: what is told from now on counts higher. */
  get now(): number {
    return this.#toldCount
  }

  /**
   * A reader's snapshot is complete as far as the gateway sent it: what this session held already, through another
   * subscription, it need not send again.
   */
  fill(reader: Reader): void {
    for (const copy of this.#copies.around(reader.parsed)) {
      const isUntold = copy.hasValue && copy.told.at <= reader.listensFrom && !reader.wasToldPastOf(copy.path)
      if (isUntold && matches(reader, copy.path)) reader.take(snapshotOf(copy), false)
    }
  }

  /** What a selector covers is complete: what is still in doubt there has no value any more. [SEM 1.6] */
  settle(selector: Selector): void {
    for (const copy of this.#doubts.settle(selector)) this.#tell(copy, loseValue(copy), true)
  }

  /** Whether a subscription that the gateway has taken covers the path. */
  #isRead(path: string): boolean {
    return this.matching.audienceOf(path).some(({ reader }) => reader.stage !== 'asked')
  }

  #raise(copy: TopicCopy): void {
    if (copy.hasValue) this.#doubts.raise(copy)
  }

  #tell(copy: TopicCopy, update: Update, isNews: boolean): void {
    if (isNews) copy.told.offset = copy.offset
    this.#toldCount += 1
    // The past is for those alone who asked for it.
    if (isNews || update.snapshot) copy.told.at = this.#toldCount
    for (const { reader, isThinned } of this.matching.audienceOf(copy.path)) {
      if (reader.hears(update, copy.offset, isNews)) reader.take(update, isThinned)
    }
  }
}

const matches = ({ parsed }: Reader, path: string): boolean => selectorMatches(parsed, path.split('/'))

function matcherOf(selectors: readonly string[]): (path: string) => boolean {
  const parsed = selectors.map(parseSelector).flatMap((read) => (read.kind === 'selector' ? [read.selector] : []))
  return (path) => parsed.some((selector) => selectorMatches(selector, path.split('/')))
}
