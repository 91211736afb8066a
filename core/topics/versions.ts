import { ByteSlab } from '../byte-slab.js'
import type { Clock } from '../clock.js'
import { Fifo } from '../fifo.js'
import type { Limits } from '../limits.js'
import { pace } from '../limits.js'
import type { HistoryBounds } from '../messages.js'
import { guessType } from '../text-values.js'
import type { HeldVersion } from '../update.js'
import { Update } from '../update.js'
import { HeldValue } from './held-value.js'
import { costOf, History } from './history.js'
import type { Keeping } from './news.js'
import { keepsPast } from './properties.js'
import type { Topic } from './topic.js'
import { Live } from './topic.js'
import type { ValueStore } from './value-store.js'
import { nowhere } from './value-store.js'

/** A value without bytes, and what stands for a value where there is none. */
export const noBytes = new Uint8Array(0)

/**
 * The versions of topics as readers need them: the newest as an update, earlier ones as bases, and for `all` readers the history.
 * All of it is bounded here; at each bound something is dropped and readers are told by what they then get.
 */
export class Versions {
  /** What all histories cost, and the values of all bases, bytes. */
  historyBytes = 0
  baseBytes = 0
  /** Topics of which more is kept than the newest value, in turn: who takes one up tidies it. No `Set`: one of 100,000 takes 3 ms to grow. */
  readonly kept = new Fifo<Topic>()
  private readonly values: ValueStore
  private readonly slab = new ByteSlab()
  private readonly limits: Limits

  constructor(values: ValueStore, limits: Limits) {
    this.values = values
    this.limits = limits
  }

  /**
   * The newest version as an update. Owed to several readers it is made on first use and kept until nobody is owed it; owed to
   * one alone it is made for this flush, of the bytes where they lie. docs/adr/0006
   */
  current(topic: Topic): Update {
    const { live } = topic
    topic.isGiven = true
    if (live?.current) return live.current
    if (live === null || live.owing <= 1) return this.typed(topic, this.viewOf(topic), false)
    live.current = this.typed(topic, this.lastingBytes(topic), true)
    return live.current
  }

  /** The newest version, made for one use: a fetch must not make every topic keep what readers need. */
  view(topic: Topic): Update {
    return topic.live?.current ?? this.typed(topic, this.lastingBytes(topic), false)
  }

  /** The newest version, to be kept for however long: its bytes stay where they are. */
  lasting(topic: Topic): Update {
    const known = topic.live?.current
    return known ?? this.typed(topic, this.lastingBytes(topic), true)
  }

  /** The topic is about to change: its value becomes a base if some reader holds it, else its bytes are given back. */
  superseded(topic: Topic, clock: Clock): void {
    const { live } = topic
    // Nobody is owed anything: everybody holds this version and none before it.
    const spare = topic.isGiven && live?.owing === 0 ? this.dropBases(live) : null
    if (topic.isGiven && this.isGoodBase(topic)) this.becomesBase(topic, spare, clock.nowMs())
    else if (topic.valuePlace !== nowhere) this.values.release(topic.valuePlace, topic.valueLength)
    topic.valuePlace = nowhere
    topic.valueLength = 0
    topic.isGiven = false
    if (live !== null) live.current = null
  }

  private isGoodBase({ valuePlace, valueLength, properties }: Topic): boolean {
    const isUseful = valuePlace !== nowhere && properties.deltas && valueLength >= pace.deltaBytesMin
    return isUseful && this.baseBytes <= this.limits.baseBytesMax
  }

  private becomesBase(topic: Topic, spare: HeldValue | null, nowMs: number): void {
    const live = liveOf(topic)
    live.basedMs = nowMs
    if (live.bases.length === pace.basesMax) this.dropBase(live.bases.shift())
    // The same again and again: it lives as long as its topic rests, too long to die young. (A third of all garbage that did not.)
    const base = spare ?? new HeldValue(this.values)
    base.takeOver(topic)
    live.bases.push(base)
    this.keep(topic, live)
    this.baseBytes += topic.valueLength
  }

  /** The topic is gone: what is told of it from now on needs no base. */
  removed(topic: Topic): void {
    if (topic.live) this.dropBases(topic.live)
  }

  /** The version that a reader holds, if its bytes are still here and good for a delta. */
  base(topic: Topic, offset: number): HeldVersion | null {
    const { live } = topic
    if (live === null) return null
    if (live.current?.offset === offset) return live.current
    for (let i = live.bases.length - 1; i >= 0; i--) {
      const base = live.bases[i]
      if (base?.offset === offset) return base
    }
    return null
  }

  /**
   * Keeps the newest version in the topic's history, and returns it; drops the oldest at a bound. Who reads messages alone is sent no
   * deltas, for which it would become a base, and is seldom told its type.
   */
  record(topic: Topic, previousTimeMs: number, value: Uint8Array, previousOffset: number, keeping: Keeping): Update {
    const live = liveOf(topic)
    live.history ??= new History(previousOffset)
    if (keeping === 'forReturns') {
      topic.isGiven = true
      this.findType(topic, value)
    }
    const update = this.make(topic, previousTimeMs, this.lastingBytes(topic, value), true)
    live.current = update
    live.history.append(update, topic.acceptedMs)
    this.keep(topic, live)
    this.historyBytes += costOf(update)
    this.cut(topic, live.history)
    return update
  }

  /**
   * No client can come back for what is kept of the topic: what nobody is owed goes at once, while it is young. Left to the sweeps,
   * 16,000 publishes a second from 500 devices to one reader took twice as long in collecting garbage, and their p99 was 0.3 s.
   */
  dropGiven(topic: Topic): void {
    const { live } = topic
    if (!live?.history || live.owing > 0) return
    while (live.history.count > 0) this.historyBytes -= live.history.drop()
  }

  /** A change was not kept, since nobody needed it: what came before is no history of the topic any more. */
  forgetHistory(topic: Topic): void {
    const { live } = topic
    this.historyBytes -= live?.history?.bytes ?? 0
    if (live) live.history = null
  }

  /** Drops what no reader is owed and no property keeps; `nowMs` is ms since 1970. */
  trim(topic: Topic, neededOffset: number, nowMs: number): void {
    const history = topic.live?.history
    if (!history) return
    const { history: asked } = topic.properties
    // Of a topic that is gone nothing more comes that would drop the oldest: all but an age would keep it for ever.
    const isKept = keepsPast(topic.properties) && !(topic.isRemoved && asked?.ageMs === null)
    const bounds = isKept ? asked : null
    while (history.count > 0) {
      const oldest = history.at(0)
      if (!oldest || oldest.offset > neededOffset) return
      if (bounds !== null && isWithin(history, bounds, nowMs - history.oldestMs)) return
      this.historyBytes -= history.drop()
    }
  }

  /**
   * Drops what nobody needed for a while of a topic taken from `kept`; without readers it then keeps its newest value only. Where
   * more is kept it stands at the end of `kept` again.
   */
  tidy(topic: Topic, nowMs: number): void {
    const { live } = topic
    if (live === null) return
    if (nowMs - live.basedMs > pace.baseIdleMs || this.baseBytes > this.limits.baseBytesMax) this.dropBases(live)
    live.isKept = live.bases.length > 0 || (live.history !== null && live.history.count > 0)
    if (live.isKept) this.kept.push(topic)
    else topic.forgetUnused()
  }

  private keep(topic: Topic, live: Live): void {
    if (live.isKept) return
    live.isKept = true
    this.kept.push(topic)
  }

  /** Returns one that may be used again. One by one, since a list whose length is set loses its memory. */
  private dropBases(live: Live): HeldValue | null {
    let dropped: HeldValue | null = null
    for (let base = live.bases.pop(); base !== undefined; base = live.bases.pop()) {
      this.dropBase(base)
      dropped = base
    }
    return dropped
  }

  private dropBase(base: HeldValue | undefined): void {
    if (base === undefined) return
    base.release()
    this.baseBytes -= base.length
  }

  private cut(topic: Topic, history: History): void {
    const bounds = topic.properties.history
    // Above the limits only where a rule says so: what a creator asks is cut to them.
    const countMax = Math.max(this.limits.historyUpdatesMax, bounds?.count ?? 0)
    const bytesMax = Math.max(this.limits.historyTopicBytesMax, bounds?.bytes ?? 0)
    const isOver = () =>
      history.count > countMax || history.bytes > bytesMax || this.historyBytes > this.limits.historyBytesMax
    while (history.count > 1 && isOver()) this.historyBytes -= history.drop()
  }

  /** The newest value where it lies. */
  private viewOf(topic: Topic): Uint8Array {
    return topic.valuePlace === nowhere ? noBytes : this.values.view(topic.valuePlace, topic.valueLength)
  }

  /** The newest value, wherever `bytes` of it lie, in bytes that stay as they are. */
  private lastingBytes(topic: Topic, bytes = this.viewOf(topic)): Uint8Array {
    return this.values.isLasting(bytes.length) ? this.viewOf(topic) : this.slab.keep(bytes)
  }

  /** The newest version, of a type that is looked for once however often it is made. */
  private typed(topic: Topic, value: Uint8Array, isShared: boolean): Update {
    this.findType(topic, value)
    return this.make(topic, 0, value, isShared)
  }

  private findType(topic: Topic, value: Uint8Array): void {
    if (topic.type === null && topic.valuePlace !== nowhere) topic.type = guessType(value)
  }

  private make(topic: Topic, previousTimeMs: number, value: Uint8Array, isShared: boolean): Update {
    const hasValue = topic.valuePlace !== nowhere
    if (topic.type === null && !hasValue) topic.type = topic.properties.type ?? 'binary'
    return new Update({
      topic,
      offset: topic.offset,
      previous: topic.previousOffset,
      timeMs: topic.timeMs,
      previousTimeMs,
      type: topic.type,
      value,
      attributes: topic.attributes,
      handling: topic.handling,
      origin: topic.origin,
      expiresAtMs: topic.expiresAtMs,
      content: topic.isRemoved ? 'removed' : hasValue ? 'value' : 'none',
      isShared,
    })
  }
}

/** Whether the topic asks to keep even the oldest; of bytes one update always fits, and what it does not say is bounded by `cut`. */
function isWithin(history: History, bounds: HistoryBounds, oldestAgeMs: number): boolean {
  if (bounds.count !== null && history.count > bounds.count) return false
  if (bounds.bytes !== null && history.bytes > bounds.bytes && history.count > 1) return false
  return bounds.ageMs === null || oldestAgeMs <= bounds.ageMs
}

/** The readers' side of a topic, made on first use. */
export function liveOf(topic: Topic): Live {
  topic.live ??= new Live()
  return topic.live
}
