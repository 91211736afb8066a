import type { SessionNotes, Welcome } from '../../core/index.js'
import { IdSet } from './id-set.js'
import { SentMessages } from './sent-messages.js'

/** Packet identifiers there are: 1 up to this. [MQTT-2.2.1-2] */
const packetIdMax = 65_535

/** Bytes before the offsets, which stand at a multiple of their length. */
const headBytes = 8

/** Identifiers left out at a restart: so many that the ranges of several restarts lie apart, too (the golden section of all). */
const restartStep = 25_033

/**
 * What of a session's packet identifiers outlives a connection. [MQTT-4.1.0-1]
 *
 *     sent       PUBLISH went out, neither PUBACK nor PUBREC came; with the key of its message
 *     released   PUBREC came and PUBREL went out, no PUBCOMP came
 *     received   PUBLISH of QoS 2 came in, no PUBREL came
 */
export class SessionState implements SessionNotes {
  readonly sent = new SentMessages()
  readonly released = new IdSet()
  readonly received = new IdSet()
  private lastId = 0

  /** Identifiers in use for what goes out. */
  get inFlight(): number {
    return this.sent.size + this.released.size
  }

  /** An identifier that is not in use; 0: all are. */
  nextId(): number {
    if (this.inFlight >= packetIdMax) return 0
    for (let tried = 0; tried < packetIdMax; tried++) {
      this.goRound()
      if (this.sent.isFree(this.lastId) && !this.released.has(this.lastId)) return this.lastId
    }
    // What is left has no free slot: the table will grow for it.
    do this.goRound()
    while (this.sent.has(this.lastId) || this.released.has(this.lastId))
    return this.lastId
  }

  private goRound(): void {
    this.lastId = (this.lastId % packetIdMax) + 1
  }

  /**
   * Four numbers of 16 bits: the last identifier, how many were sent, released and received. Then of those sent the offsets, of 64
   * bits, and of all the identifiers, of 16.
   */
  bytes(): Uint8Array {
    const { sent, released, received } = this
    const idsAt = headBytes + 8 * sent.size
    const bytes = new Uint8Array(idsAt + 2 * (this.inFlight + received.size))
    new Uint16Array(bytes.buffer, 0, 4).set([this.lastId % packetIdMax, sent.size, released.size, received.size])
    const offsets = new Float64Array(bytes.buffer, headBytes, sent.size)
    const ids = new Uint16Array(bytes.buffer, idsAt)
    let at = 0
    for (const [id, offset] of sent.all()) {
      offsets[at] = offset
      ids[at++] = id
    }
    for (const id of released.all()) ids[at++] = id
    for (const id of received.all()) ids[at++] = id
    return bytes
  }

  /** What earlier connections of the session left; of a new session nothing. */
  static left(notes: SessionNotes | Uint8Array | null, { start }: Welcome): SessionState {
    if (start === 'new' || notes === null) return new SessionState()
    if (notes instanceof SessionState) return notes
    return notes instanceof Uint8Array ? SessionState.from(notes) : new SessionState()
  }

  /** As it was when its bytes were made. */
  static from(bytes: Uint8Array): SessionState {
    const { buffer } = Uint8Array.from(bytes)
    const [lastId = 0, sentCount = 0, releasedCount = 0] = new Uint16Array(buffer, 0, headBytes / 2)
    const offsets = new Float64Array(buffer, headBytes, sentCount)
    const ids = new Uint16Array(buffer, headBytes + 8 * sentCount)
    const state = new SessionState()
    // Where answers do not wait for the store more may have gone out than it knows of: those identifiers come last.
    state.lastId = lastId + restartStep
    const receivedFrom = sentCount + releasedCount
    for (const [i, offset] of offsets.entries()) state.sent.add(ids[i] ?? 0, offset, i - sentCount)
    for (const id of ids.subarray(sentCount, receivedFrom)) state.released.add(id)
    for (const id of ids.subarray(receivedFrom)) state.received.add(id)
    return state
  }
}
