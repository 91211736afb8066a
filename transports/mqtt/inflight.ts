import type { Qos } from '../../codecs/mqtt/index.js'
import type { SessionState } from './session-state.js'

/**
 * Messages on their way to the client, by packet identifier: core numbers what it hands over, the client acknowledges identifiers.
 *
 * What an earlier connection left unacknowledged core hands over again first, in its order, so that each finds the identifier under
 * which it went before. [MQTT-4.4.0-1]
 */
export class Inflight {
  /** Identifiers of what went before and is not handed over again yet, by key, those that went out first first; null: nothing is. */
  private before: Map<number, number[]> | null
  private next = 0
  /** Of this connection, not acknowledged. */
  private count = 0

  constructor(
    private readonly state: SessionState,
    private readonly countMax: number,
  ) {
    state.sent.restart()
    this.before = state.sent.size > 0 ? byKey(state.sent.all()) : null
  }

  /** Messages that may still go out. [MQTT-3.3.4-9] */
  get room(): number {
    return this.countMax - this.count - this.state.released.size
  }

  /** The identifier for the message that core hands over now; `isAgain`: it went before. */
  take(offset: number, qos: Qos, isAgain: boolean): number {
    const key = keyOf(offset, qos)
    const id = this.before ? this.idOf(this.before, key, isAgain) : this.state.nextId()
    this.state.sent.add(id, key, this.next)
    this.count += 1
    this.next += 1
    return id
  }

  /** One that core hands over and that is not sent: its number is settled at once. */
  skip(offset: number, qos: Qos, isAgain: boolean): number {
    if (this.before && isAgain) this.state.sent.remove(idIn(this.before, keyOf(offset, qos)))
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

  private idOf(before: Map<number, number[]>, key: number, isAgain: boolean): number {
    if (!isAgain) this.forgetBefore(before)
    return idIn(before, key) || this.state.nextId()
  }

  /** What went before comes first: what is left of it core does not have any more, and its identifiers are free. */
  private forgetBefore(before: Map<number, number[]>): void {
    for (const ids of before.values()) for (const id of ids) this.state.sent.remove(id)
    this.before = null
    before.clear()
  }
}

/**
 * Which message it is. One that several subscriptions ask for, or a group besides, can be on its way several times: with QoS 2 and
 * without it are not the same, since core may give what is without to another member of the group.
 */
function keyOf(offset: number, qos: Qos): number {
  return 2 * offset + (qos === 2 ? 1 : 0)
}

function byKey(sent: readonly (readonly [id: number, key: number])[]): Map<number, number[]> {
  const all = new Map<number, number[]>()
  for (const [id, key] of sent) {
    const ids = all.get(key)
    if (ids) ids.push(id)
    else all.set(key, [id])
  }
  return all
}

/** Takes out the identifier of the message of this key that went first; 0: there is none. */
function idIn(before: Map<number, number[]>, key: number): number {
  return before.get(key)?.shift() ?? 0
}
