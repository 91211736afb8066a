import { apply } from '../codecs/delta/index.js'
import type { WireUpdate } from '../codecs/protobuf/index.js'
import { versionOf } from '../codecs/protobuf/index.js'
import type { Attributes, ValueType } from '../core/index.js'
import { limits } from './limits.js'
import type { Selector } from './selector.js'
import { Update } from './update.js'

/** What this client holds of one topic. [PROTOCOL 4.7] */
export interface TopicCopy {
  readonly path: string
  readonly epoch: string
  type: ValueType
  bytes: Uint8Array
  /** 0: no version is held, only the path is known. */
  offset: number
  previous: number
  timeMs: number
  attributes: Attributes | null
  /** The topic has a value, as far as this client is kept up to date about it. */
  hasValue: boolean
  readonly told: Told
}

/** What readers were told of one path; shared by the topics that had it one after the other. */
export interface Told {
  /** The newest offset; a replay of the past for a new reader goes below it. */
  offset: number
  /** When, as the feed counts what it tells. */
  at: number
}

/** What an update did to a copy: `update` is null where there was no value before and there is none now. */
export type Applied =
  | { readonly kind: 'applied'; readonly copy: TopicCopy; readonly hadValue: boolean; readonly update: Update | null }
  /** The gateway and this client do not agree on what the client holds. [PROTOCOL 4.12] */
  | { readonly kind: 'malformed'; readonly why: string }

const nothing = new Uint8Array(0)

const malformed = (why: string): Applied => ({ kind: 'malformed', why })

/**
 * The SDK's copy of each topic that it was told of, by the number that the topic has in this epoch. Deltas are applied here,
 * and what is in here counts as *applied*. [SEM 1.5]
 *
 * A topic that is removed and created again is another topic, with another number, and the removal may be told late or never.
 * [SEM 3.6] Therefore the newest topic of each path counts as the current one, and older ones are kept only for what may
 * still come for their numbers.
 */
export class TopicCopies {
  #byId = new Map<number, TopicCopy>()
  #current = new Map<string, TopicCopy>()
  /** What was told of paths whose topic went, as far as it may come again. */
  #gone = new Map<string, Told>()
  #epochName = ''

  get epoch(): string {
    return this.#epochName
  }

  /** The current topic of every path. */
  all(): IterableIterator<TopicCopy> {
    return this.#current.values()
  }

  /** The current topics that a selector may match: the one that it names, or all. */
  around({ literalPath }: Selector): Iterable<TopicCopy> {
    if (literalPath === null) return this.all()
    const named = this.#current.get(literalPath)
    return named ? [named] : []
  }

  /** Topics of which bytes are held, though nobody reads them any more. */
  left(): readonly TopicCopy[] {
    return [...this.#byId.values()].filter(({ hasValue, bytes }) => !hasValue && bytes.length > 0)
  }

  /** Forgets everything: topic numbers and versions mean nothing in another epoch. [PROTOCOL 4.1] */
  begin(epoch: string): void {
    this.#byId = new Map()
    this.#current = new Map()
    this.#gone = new Map()
    this.#epochName = epoch
  }

  /** As `begin`, but what was held can still be asked for. */
  distrust(): void {
    this.#epochName = ''
  }

  /** Nothing up to this offset comes again. */
  applied(offset: number): void {
    if (this.#gone.size === 0) return
    for (const [path, told] of this.#gone) if (told.offset <= offset) this.#gone.delete(path)
  }

  /** Takes an update in. */
  apply(wire: WireUpdate): Applied {
    const copy = this.#find(wire)
    if (copy === undefined) return malformed(`topic ${wire.topicId} was never named`)
    const version = versionOf(wire, copy.offset === 0 ? null : copy)
    if (version === null) return malformed(`${copy.path}: the version does not follow the one held`)
    const bytes = contentOf(wire, copy)
    if (typeof bytes === 'string') return malformed(`${copy.path}: ${bytes}`)
    const hadValue = copy.hasValue
    copy.offset = version.offset
    copy.previous = version.previous
    copy.attributes = wire.attributes
    copy.timeMs = version.timeMs
    copy.type = wire.type ?? copy.type
    copy.bytes = bytes ?? nothing
    copy.hasValue = bytes !== null
    if (wire.content === 'removed') this.#forget(wire.topicId, copy)
    return { kind: 'applied', copy, hadValue, update: hadValue || copy.hasValue ? describe(copy, wire) : null }
  }

  #find(wire: WireUpdate): TopicCopy | undefined {
    const known = this.#byId.get(wire.topicId)
    return wire.path === null || known?.path === wire.path ? known : this.#bind(wire, wire.path)
  }

  /** [PROTOCOL 4.1]; an update that binds is absolute. */
  #bind({ topicId, offset }: WireUpdate, path: string): TopicCopy {
    const before = this.#current.get(path)
    const copy = freshCopy(path, this.#epochName, before?.told ?? this.#gone.get(path))
    this.#byId.set(topicId, copy)
    if (before === undefined || offset > before.offset) {
      copy.hasValue = before?.hasValue ?? false
      this.#current.set(path, copy)
    }
    return copy
  }

  #forget(topicId: number, copy: TopicCopy): void {
    this.#byId.delete(topicId)
    if (this.#current.get(copy.path) !== copy) return
    this.#current.delete(copy.path)
    this.#gone.set(copy.path, copy.told)
  }
}

/** The number and the version stay, since the gateway may still count on them. */
export function forgetValue(copy: TopicCopy): void {
  copy.hasValue = false
  copy.bytes = nothing
}

/** The news that a topic lost its value without an update saying so. [SEM 1.6] */
export function loseValue(copy: TopicCopy): Update {
  forgetValue(copy)
  return describe(copy, { snapshot: false, gap: false })
}

/** The value that is held, for a reader that comes later. */
export function snapshotOf(copy: TopicCopy): Update {
  return describe(copy, { snapshot: true, gap: false })
}

function freshCopy(path: string, epoch: string, told: Told = { offset: 0, at: 0 }): TopicCopy {
  const nothingYet = { bytes: nothing, offset: 0, previous: 0, timeMs: 0, attributes: null, hasValue: false }
  return { path, epoch, type: 'binary', ...nothingYet, told }
}

/** The value after the update; null: none; a text: why there can be none. */
function contentOf(wire: WireUpdate, copy: TopicCopy): Uint8Array | string | null {
  if (wire.content === 'removed' || wire.content === 'valueless') return null
  if (wire.deflated) return 'a compressed value was not asked for'
  // A value is a view of its frame, and would keep all of that in memory. [PROTOCOL 8.5]
  if (wire.content === 'value') return wire.bytes.slice()
  const applied = apply(copy.bytes, wire.bytes, limits.valueBytesMax)
  return applied.kind === 'value' ? applied.value : applied.why
}

function describe(copy: TopicCopy, { snapshot, gap }: Pick<WireUpdate, 'snapshot' | 'gap'>): Update {
  return new Update({
    path: copy.path,
    type: copy.type,
    bytes: copy.bytes,
    epoch: copy.epoch,
    version: { offset: copy.offset, previous: copy.previous },
    timeMs: copy.timeMs,
    snapshot,
    removed: !copy.hasValue,
    gap,
    attributes: copy.attributes,
  })
}
