import type { SessionState } from './session-state.js'

/**
 * Messages on their way to the client, by packet identifier: core numbers what it hands over, the client acknowledges identifiers.
 *
 * What an earlier connection left unacknowledged core hands over again first, in its order, so that each finds the identifier under
 * which it went before. [MQTT-4.4.0-1]
 */
export class Inflight {
  private readonly numbers = new Map<number, number>()
  /** Identifiers under which messages went before, oldest first, that are not handed over again yet. */
  private readonly before: number[]
  private next = 0

  constructor(
    private readonly state: SessionState,
    private readonly countMax: number,
  ) {
    this.before = [...state.sent]
  }

  /** Messages that may still go out. [MQTT-3.3.4-9] */
  get room(): number {
    return this.countMax - this.numbers.size - this.state.released.size
  }

  /** The identifier for the message that core hands over now; `isAgain`: it went before. */
  take(isAgain: boolean): number {
    const known = isAgain ? this.before.shift() : undefined
    const id = known ?? this.state.nextId()
    this.state.sent.add(id)
    this.numbers.set(id, this.next)
    this.next += 1
    return id
  }

  /** One that core hands over and that is not sent: its number is settled at once. */
  skip(isAgain: boolean): number {
    if (isAgain) this.forget(this.before.shift() ?? 0)
    this.next += 1
    return this.next - 1
  }

  /** PUBACK came, or PUBREC: core's number of the message; -1: nothing is on its way under this identifier. */
  acknowledged(id: number): number {
    const number = this.numbers.get(id)
    if (number === undefined) return -1
    this.numbers.delete(id)
    this.state.sent.delete(id)
    return number
  }

  private forget(id: number): void {
    this.state.sent.delete(id)
  }
}
