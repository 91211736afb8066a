import type { SessionNotes, Welcome } from '../../core/index.js'
import { IdSet } from './id-set.js'
import { SentMessages } from './sent-messages.js'

/** Packet identifiers there are: 1 up to this. [MQTT-2.2.1-2] */
const packetIdMax = 65_535

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

  /** As numbers of 64 bits: the last identifier, how many were sent and released, then these, then those received. */
  bytes(): Uint8Array {
    const { sent, released, received } = this
    const numbers = [this.lastId, sent.size, released.size, ...sent.all().flat(), ...released.all(), ...received.all()]
    return new Uint8Array(Float64Array.from(numbers).buffer)
  }

  /** What earlier connections of the session left; of a new session nothing. */
  static left(notes: SessionNotes | Uint8Array | null, { start }: Welcome): SessionState {
    if (start === 'new' || notes === null) return new SessionState()
    if (notes instanceof SessionState) return notes
    return notes instanceof Uint8Array ? SessionState.from(notes) : new SessionState()
  }

  /** As it was when its bytes were made. */
  static from(bytes: Uint8Array): SessionState {
    const [lastId = 0, sentCount = 0, releasedCount = 0, ...rest] = new Float64Array(bytes.slice().buffer)
    const state = new SessionState()
    // Where answers do not wait for the store more may have gone out than it knows of: those identifiers come last.
    state.lastId = lastId + restartStep
    const releasedFrom = 2 * sentCount
    const receivedFrom = releasedFrom + releasedCount
    for (let i = 0; i < releasedFrom; i += 2) state.sent.add(rest[i] ?? 0, rest[i + 1] ?? 0, i / 2 - sentCount)
    for (const id of rest.slice(releasedFrom, receivedFrom)) state.released.add(id)
    for (const id of rest.slice(receivedFrom)) state.received.add(id)
    return state
  }
}
