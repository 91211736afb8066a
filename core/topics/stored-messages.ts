import { copyOfBytes } from '../copies.js'
import type { Handling, ValueType } from '../messages.js'
import type { Sequence } from '../store.js'
import type { Content, UpdateTopic } from '../update.js'
import { Update } from '../update.js'
import type { StoredAttributes } from './stored-form.js'
import { readForm, restoredAttributes, storedAttributes, storedForm } from './stored-form.js'

/** A message as it is stored, before the bytes of its value. */
interface StoredMessage {
  readonly path: string
  readonly timeMs: number
  readonly type: ValueType
  readonly attributes: StoredAttributes | null
  readonly handling: Handling
  readonly origin: string
  readonly expiresAtMs: number
  readonly content: Content
}

/**
 * The messages that sessions may have to be told after a restart, each once, however many sessions. What is no longer owed to any is
 * trimmed away. [SEM 1.5]
 */
export class StoredMessages {
  private readonly sequence: Sequence
  private trimmedTo = 0

  constructor(sequence: Sequence) {
    this.sequence = sequence
  }

  append({ topic, offset, timeMs, type, attributes, handling, origin, expiresAtMs, content, value }: Update): void {
    const head: StoredMessage = {
      path: topic.path,
      timeMs,
      type,
      attributes: storedAttributes(attributes),
      handling,
      origin,
      expiresAtMs,
      content,
    }
    this.sequence.append(offset, storedForm(head, value))
  }

  /** Nobody needs what is up to this offset. */
  trim(offset: number): void {
    if (offset <= this.trimmedTo) return
    this.trimmedTo = offset
    this.sequence.trim(offset)
  }
}

/** A message as its bytes say, of a topic that may not exist any more. */
export function restoredMessage(offset: number, bytes: Uint8Array, topicAt: (path: string) => UpdateTopic): Update {
  const { head, rest } = readForm<StoredMessage>(bytes)
  const { path, attributes, ...fields } = head
  return new Update({
    ...fields,
    topic: topicAt(path),
    offset,
    previous: 0,
    previousTimeMs: 0,
    value: copyOfBytes(rest),
    attributes: restoredAttributes(attributes),
    isShared: true,
  })
}
