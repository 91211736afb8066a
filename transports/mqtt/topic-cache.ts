/** Topics that are remembered for one client, under the numbers from 1 to this: most devices publish to a few. */
export const topicsCached = 8

/** A topic, and the number by which core knows it. */
export interface KnownTopic {
  /** A number of core's aliases. */
  readonly alias: number
  /** It stood there before: core need not be told the path. */
  readonly isKnown: boolean
}

/**
 * Numbers topics by their bytes, so that a topic that comes again is neither decoded nor looked up: core remembers the path, the
 * topic and the right to publish there under the number. One slot for each of a few topics; one that is needed again is taken.
 */
export class TopicCache {
  private readonly topics: (Uint8Array | null)[] = new Array<Uint8Array | null>(topicsCached).fill(null)

  find(bytes: Uint8Array, start: number, end: number): KnownTopic {
    const slot = slotOf(bytes, start, end)
    const known = this.topics[slot]
    const isKnown = known != null && isSame(known, bytes, start, end)
    if (!isKnown) this.topics[slot] = new Uint8Array(bytes.subarray(start, end))
    return { alias: slot + 1, isKnown }
  }

  /** What came under this number was no topic. */
  forget(alias: number): void {
    this.topics[alias - 1] = null
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  const middle = bytes[start + (length >> 1)] ?? 0
  return (length + (bytes[end - 1] ?? 0) * 7 + (bytes[end - 2] ?? 0) * 3 + middle) % topicsCached
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  // Topics mostly differ at their ends.
  for (let i = known.length - 1; i >= 0; i--) if (known[i] !== bytes[start + i]) return false
  return true
}
