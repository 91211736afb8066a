import type { SessionState } from './session-state.js'

/**
 * Messages on their way to the client, by packet identifier: core numbers what it hands over, the client acknowledges identifiers.
 *
 * What an earlier connection left unacknowledged core hands over again first, in its order, so that each finds the identifier under
 * which it went before. [MQTT-4.4.0-1]
 */
export class Inflight {
  /** What went before and is not handed over again yet: identifiers, by the offsets of their messages; null: nothing is. */
  private before: Map<number, number> | null
  private next = 0
  /** Of this connection, not acknowledged. */
  private count = 0

  constructor(
    private readonly state: SessionState,
    private readonly countMax: number,
  ) {
    state.sent.restart()
    this.before = state.sent.size > 0 ? new Map(state.sent.all().map(([id, offset]) => [offset, id])) : null
  }

  /** Messages that may still go out. [MQTT-3.3.4-9] */
  get room(): number {
    return this.countMax - this.count - this.state.released.size
  }

  /** The identifier for the message that core hands over now; `isAgain`: it went before. */
  take(offset: number, isAgain: boolean): number {
    const id = this.before ? this.idOf(this.before, offset, isAgain) : this.state.nextId()
    this.state.sent.add(id, offset, this.next)
    this.count += 1
    this.next += 1
    return id
  }

  /** One that core hands over and that is not sent: its number is settled at once. */
  skip(offset: number): number {
    this.state.sent.remove(this.before?.get(offset) ?? 0)
    this.before?.delete(offset)
    this.next += 1
    return this.next - 1
  }

  /** PUBACK came, or PUBREC: core's number of the message; -1: nothing is on its way under this identifier. */
  acknowledged(id: number): number {
    const number = this.state.sent.numberOf(id)
    if (number < 0) return -1
    this.state.sent.remove(id)
    this.count -= 1
    return number
  }

  private idOf(before: Map<number, number>, offset: number, isAgain: boolean): number {
    if (!isAgain) this.forgetBefore(before)
    const id = before.get(offset)
    before.delete(offset)
    return id ?? this.state.nextId()
  }

  /** What went before comes first: what is left of it core does not have any more, and its identifiers are free. */
  private forgetBefore(before: Map<number, number>): void {
    for (const id of before.values()) this.state.sent.remove(id)
    this.before = null
    before.clear()
  }
}
