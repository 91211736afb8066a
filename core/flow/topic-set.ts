const wordsPerChunk = 32
/** A chunk has a bit for each of so many ids. */
const chunkBits = 10

/** Which topics were met, by id: topics that came to exist together share memory, a bit for each. */
export class TopicSet {
  private readonly chunks = new Map<number, Uint32Array>()

  has(topicId: number): boolean {
    const word = this.chunks.get(topicId >>> chunkBits)?.[wordOf(topicId)] ?? 0
    return ((word >>> (topicId & 31)) & 1) === 1
  }

  add(topicId: number): void {
    const chunk = this.chunks.get(topicId >>> chunkBits) ?? new Uint32Array(wordsPerChunk)
    this.chunks.set(topicId >>> chunkBits, chunk)
    chunk[wordOf(topicId)] = (chunk[wordOf(topicId)] ?? 0) | (1 << (topicId & 31))
  }
}

function wordOf(topicId: number): number {
  return (topicId >>> 5) & (wordsPerChunk - 1)
}
