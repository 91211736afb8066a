import type { SessionNotes } from '../../core/index.js'

/** Packet identifiers there are: 1 up to this. [MQTT-2.2.1-2] */
const packetIdMax = 65_535

/**
 * What of a session's packet identifiers outlives a connection. [MQTT-4.1.0-1]
 *
 *     sent       PUBLISH went out, neither PUBACK nor PUBREC came; in the order of sending
 *     released   PUBREC came and PUBREL went out, no PUBCOMP came
 *     received   PUBLISH of QoS 2 came in, no PUBREL came
 */
export class SessionState implements SessionNotes {
  readonly sent = new Set<number>()
  readonly released = new Set<number>()
  readonly received = new Set<number>()
  private lastId = 0

  /** Identifiers in use for what goes out. */
  get inFlight(): number {
    return this.sent.size + this.released.size
  }

  /** An identifier that is not in use; 0: all are. */
  nextId(): number {
    if (this.inFlight >= packetIdMax) return 0
    do this.lastId = (this.lastId % packetIdMax) + 1
    while (this.sent.has(this.lastId) || this.released.has(this.lastId))
    return this.lastId
  }

  /** As 16-bit numbers: the last identifier, three lengths, and the identifiers. */
  bytes(): Uint8Array {
    const sets = [this.sent, this.released, this.received]
    const numbers = [this.lastId, ...sets.map(({ size }) => size), ...sets.flatMap((set) => [...set])]
    return new Uint8Array(Uint16Array.from(numbers).buffer)
  }

  /** As it was when its bytes were made. */
  static from(bytes: Uint8Array): SessionState {
    const numbers = [...new Uint16Array(bytes.slice().buffer)]
    const state = new SessionState()
    const [lastId = 0, ...rest] = numbers
    state.lastId = lastId
    let at = 3
    for (const [index, set] of [state.sent, state.released, state.received].entries()) {
      const end = at + (rest[index] ?? 0)
      for (const id of rest.slice(at, end)) set.add(id)
      at = end
    }
    return state
  }
}
