import { copyOfBytes } from '../copies.js'
import type { Attributes, Handling, TopicProperties, ValueType } from '../messages.js'
import type { Records } from '../store.js'
import { Update } from '../update.js'
import type { EarlierLives } from './earlier-lives.js'
import { kept } from './handlings.js'
import type { StoredAttributes } from './stored-form.js'
import { readForm, restoredAttributes, storedAttributes, storedForm } from './stored-form.js'
import type { Topic } from './topic.js'
import type { Topics } from './topics.js'
import type { ValuePlace } from './value-store.js'
import { nowhere } from './value-store.js'

/** A value as it is stored, without its bytes. */
interface StoredValueHead {
  readonly offset: number
  readonly previous: number
  readonly timeMs: number
  readonly acceptedMs: number
  readonly type: ValueType | null
  readonly attributes: StoredAttributes | null
  readonly handling: Handling
  readonly expiresAtMs: number
  readonly bytes: number
}

/** A topic as it is stored: the head as JSON, then the bytes of its value and of the retained one that stands apart. */
interface StoredHead {
  readonly properties: TopicProperties
  readonly value: StoredValueHead | null
  readonly retained: StoredValueHead | null
}

/** A value that was read back. */
export interface RestoredValue extends Omit<StoredValueHead, 'attributes' | 'bytes'> {
  readonly attributes: Attributes | null
  readonly value: Uint8Array
}

/** A topic that was read back. */
export interface RestoredTopic {
  readonly path: string
  readonly properties: TopicProperties
  readonly value: RestoredValue | null
  readonly retained: RestoredValue | null
}

/**
 * Keeps topics in the store, each under its path: those with the property `persist`, and those of which a publisher asked that a
 * value be retained, for as long as they exist.
 */
export class StoredTopics {
  private readonly records: Records
  private readonly lives: EarlierLives
  /** The topics that are stored, each with the offset of the value that is stored of it alone, if there is one: see `aloneOf`. */
  private readonly stored = new Map<number, number>()

  /** `lives` is told of what is not stored. */
  constructor(records: Records, lives: EarlierLives) {
    this.records = records
    this.lives = lives
  }

  /** The topic has a new value, or came to exist. */
  changed(topic: Topic, topics: Topics): void {
    if (!this.isKept(topic)) {
      if (topic.previousOffset === 0) this.lives.notStored(topic)
      return
    }
    const alone = aloneOf(topic, topics)
    // Of a message that passes nothing is stored: the big value below it would be written again with each.
    if (alone !== notAlone && this.stored.get(topic.id) === alone) return
    // A value that is not to be shown is nobody's to have later, but who was away has missed it.
    if (alone !== notAlone || (topic.valuePlace !== nowhere && !topic.hasValue)) this.lives.notStored(topic)
    this.stored.set(topic.id, alone)
    this.records.put(topic.path, formOf(topic, topics))
  }

  /** Whether it was stored. */
  removed(topic: Topic): boolean {
    const wasStored = this.stored.delete(topic.id)
    if (wasStored) this.records.delete(topic.path)
    return wasStored
  }

  /** It was read back: from now on it is kept. */
  restored(topic: Topic): void {
    this.stored.set(topic.id, notAlone)
  }

  private isKept(topic: Topic): boolean {
    const { persist } = topic.properties
    if (persist !== null) return persist
    return this.stored.has(topic.id) || (topic.handling.isRetained && topic.handling !== kept)
  }
}

/** The newest value is stored, too: each changes what the store has. */
const notAlone = -1

/** Where a topic's newest value is not stored: the offset of the retained one, which is all that is, or 0 where there is none. */
function aloneOf(topic: Topic, topics: Topics): number {
  return isShown(topic) ? notAlone : (topics.retained.apartOf(topic)?.offset ?? 0)
}

/** Whether the newest value is stored. */
const isShown = ({ properties, handling }: Topic): boolean => properties.persist === true || handling.isRetained

function formOf(topic: Topic, topics: Topics): Uint8Array {
  const value = isShown(topic) && topic.hasValue ? topics.valueView(topic) : null
  const apart = topics.retained.apartOf(topic)
  const { previousOffset: previous, acceptedMs } = topic
  const head: StoredHead = {
    properties: topic.properties,
    value: value && { ...headOf(topic), previous, acceptedMs, bytes: value.length },
    retained: apart && {
      ...headOf(apart),
      previous: apart.previous,
      acceptedMs: apart.timeMs,
      bytes: apart.value.length,
    },
  }
  return storedForm(head, value ?? nothing, apart?.value ?? nothing)
}

const nothing = new Uint8Array(0)

function headOf({ offset, timeMs, type, attributes, handling, expiresAtMs }: Topic | Update) {
  return { offset, timeMs, type, attributes: storedAttributes(attributes), handling, expiresAtMs }
}

/** A topic as its bytes say, which the store has checked. */
export function restoredTopic(path: string, bytes: Uint8Array): RestoredTopic {
  const { head, rest } = readForm<StoredHead>(bytes)
  const { properties, value, retained } = head
  const end = value?.bytes ?? 0
  return {
    path,
    properties,
    value: value && restoredValue(value, rest.subarray(0, end)),
    retained: retained && restoredValue(retained, rest.subarray(end, end + retained.bytes)),
  }
}

function restoredValue({ attributes, ...head }: StoredValueHead, value: Uint8Array): RestoredValue {
  return { ...head, attributes: restoredAttributes(attributes), value }
}

/** The topic has this as its newest value, which lies at `place`. */
export function takeValue(topic: Topic, restored: RestoredValue, place: ValuePlace): void {
  topic.offset = restored.offset
  topic.previousOffset = restored.previous
  topic.valuePlace = place
  topic.valueLength = restored.value.length
  topic.type = restored.type
  topic.attributes = restored.attributes
  topic.handling = restored.handling
  topic.expiresAtMs = restored.expiresAtMs
}

/** A value as the update that it was. */
export function restoredUpdate(topic: Topic, restored: RestoredValue): Update {
  const { value, type } = restored
  return new Update({ ...restored, ...untold, topic, value: copyOfBytes(value), type: type ?? 'binary' })
}

/** What of an update from before a restart nobody needs to know any more. */
const untold = { previousTimeMs: 0, origin: '', content: 'value', isShared: true } as const
