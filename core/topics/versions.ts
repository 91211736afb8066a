import { ByteSlab } from '../byte-slab.js'
import type { Limits } from '../limits.js'
import { pace } from '../limits.js'
import { Update } from '../update.js'
import { History } from './history.js'
import type { Topic } from './topic.js'
import { Live } from './topic.js'
import type { ValueStore } from './value-store.js'
import { nowhere } from './value-store.js'
import { guessType } from './value-type.js'

const noBytes = new Uint8Array(0)

/** Up to so many readers of a topic are asked what they hold. */
const fewReaders = 8

/**
 * The versions of topics as readers need them: the newest as an update, earlier ones as bases, and for `all` readers the history.
 * All of it is bounded here; at each bound something is dropped and readers are told by what they then get.
 */
export class Versions {
  /** Bytes of all histories, and of all bases. */
  historyBytes = 0
  baseBytes = 0
  /** Topics of which more is kept than the newest value; looked through by `trim` and `tidy` now and then. */
  readonly kept = new Set<Topic>()
  private readonly values: ValueStore
  private readonly slab = new ByteSlab()
  private readonly limits: Limits

  constructor(values: ValueStore, limits: Limits) {
    this.values = values
    this.limits = limits
  }

  /** The newest version as an update; made on first use and kept while readers are interested. */
  current(topic: Topic): Update {
    const known = topic.live?.current
    if (known) return known
    const update = this.make(topic, 0, this.copyOf(topic))
    liveOf(topic).current = update
    this.kept.add(topic)
    this.baseBytes += update.value.length
    return update
  }

  /** The newest version, made for one use: a fetch must not make every topic keep what readers need. */
  view(topic: Topic): Update {
    return topic.live?.current ?? this.make(topic, 0, this.copyOf(topic))
  }

  /** The topic is about to change: what its readers hold becomes a base. */
  superseded(topic: Topic, nowMs: number): void {
    const live = topic.live
    const update = live?.current
    if (!live || !update) return
    live.current = null
    const isUseful = topic.properties.deltas && update.content === 'value' && this.baseBytes <= this.limits.baseBytesMax
    if (!isUseful) this.baseBytes -= update.value.length
    else {
      // Nobody is given it any more, but for `all` readers, who find it in the history.
      if (live.history === null) update.forget()
      live.bases.push(update)
      live.basesUsedMs = nowMs
      if (live.bases.length > pace.basesMax) this.dropOldest(live)
      if (live.readers.length > 0 && live.readers.length <= fewReaders) this.dropUnheld(live)
    }
  }

  /** Where few read a topic it is cheap to see which versions none of them holds; the newest stays for wildcards. */
  private dropUnheld(live: Live): void {
    let oldest = Number.POSITIVE_INFINITY
    for (const reader of live.readers) oldest = Math.min(oldest, reader.cursor)
    while (live.bases.length > 1 && (live.bases[0]?.version.offset ?? oldest) < oldest) this.dropOldest(live)
  }

  private dropOldest(live: Live): void {
    this.baseBytes -= live.bases.shift()?.value.length ?? 0
  }

  /** The version that a reader holds, if its bytes are still here. */
  base(topic: Topic, offset: number): Update | null {
    const live = topic.live
    if (!live || !topic.properties.deltas) return null
    if (live.current?.version.offset === offset) return live.current
    for (let i = live.bases.length - 1; i >= 0; i--) {
      const base = live.bases[i]
      if (base?.version.offset === offset) return base
    }
    return null
  }

  /** Keeps the newest version in the topic's history; drops the oldest at a bound. */
  record(topic: Topic, previousTimeMs: number, value: Uint8Array, previousOffset: number): void {
    const live = liveOf(topic)
    live.history ??= new History(previousOffset)
    const update = this.make(topic, previousTimeMs, this.slab.keep(value))
    live.current = update
    this.baseBytes += value.length
    live.history.append(update)
    this.kept.add(topic)
    this.historyBytes += value.length
    this.cut(topic, live.history)
  }

  /** Drops what no reader is owed and no property keeps. */
  trim(topic: Topic, neededOffset: number, timeMs: number): void {
    const history = topic.live?.history
    if (!history) return
    const bounds = topic.properties.history
    while (history.count > 0) {
      const oldest = history.at(0)
      if (!oldest || oldest.version.offset > neededOffset) return
      const isKept =
        bounds !== null &&
        history.count <= (bounds.count ?? this.limits.historyUpdatesMax) &&
        (bounds.ageMs === null || timeMs - oldest.timeMs <= bounds.ageMs)
      if (isKept) return
      this.historyBytes -= history.drop()
    }
  }

  /** Drops what nobody needed for a while; a topic without readers then keeps its newest value only. */
  tidy(topic: Topic, nowMs: number): void {
    const live = topic.live
    // Made since the last sweep: its minute begins now.
    if (live && live.basesUsedMs === 0) live.basesUsedMs = nowMs
    const isIdle = !live || nowMs - live.basesUsedMs > pace.baseIdleMs || this.baseBytes > this.limits.baseBytesMax
    if (!isIdle) return
    if (live) this.forgetBases(live)
    if (live?.history && live.history.count > 0) return
    this.kept.delete(topic)
    if (live?.readers.length === 0) topic.live = null
  }

  private forgetBases(live: Live): void {
    for (const base of live.bases) this.baseBytes -= base.value.length
    live.bases.length = 0
    this.baseBytes -= live.current?.value.length ?? 0
    live.current = null
  }

  private cut(topic: Topic, history: History): void {
    const bounds = topic.properties.history
    const countMax = Math.max(this.limits.historyUpdatesMax, bounds?.count ?? 0)
    const bytesMax = Math.max(this.limits.historyTopicBytesMax, bounds?.bytes ?? 0)
    const isOver = () =>
      history.count > countMax || history.bytes > bytesMax || this.historyBytes > this.limits.historyBytesMax
    while (history.count > 1 && isOver()) this.historyBytes -= history.drop()
  }

  private copyOf(topic: Topic): Uint8Array {
    if (topic.valuePlace === nowhere) return noBytes
    return this.slab.keep(this.values.view(topic.valuePlace, topic.valueLength))
  }

  private make(topic: Topic, previousTimeMs: number, value: Uint8Array): Update {
    const hasValue = topic.valuePlace !== nowhere
    if (topic.type === null) topic.type = hasValue ? guessType(value) : (topic.properties.type ?? 'binary')
    return new Update({
      topic,
      version: { offset: topic.offset, previous: topic.previousOffset },
      timeMs: topic.timeMs,
      previousTimeMs,
      type: topic.type,
      value,
      attributes: topic.attributes,
      expiresAtMs: topic.expiresAtMs,
      content: topic.isRemoved ? 'removed' : hasValue ? 'value' : 'none',
    })
  }
}

/** The readers' side of a topic, made on first use. */
export function liveOf(topic: Topic): Live {
  topic.live ??= new Live()
  return topic.live
}
