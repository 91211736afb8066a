import type { Clock, RandomBytes } from '../clock.js'
import { pace } from '../limits.js'
import type { Connection } from './connection.js'

/** How often is looked whether everybody has what it is owed, ms. */
const lookMs = 20

/** Whose links are to end. */
interface DrainingHost {
  readonly clock: Clock
  readonly random: RandomBytes
  connections(): Iterable<Connection>
}

/** The end of a gateway, as its clients see it: asked to leave, given what they are owed, closed. [PROTOCOL 2.13] */
export class Draining {
  /** Nobody is let in any more. */
  isBegun = false
  private readonly host: DrainingHost

  constructor(host: DrainingHost) {
    this.host = host
  }

  /** Asks everybody to leave, waits until nothing is owed or `graceMs` are over, closes what is left and calls `done`. */
  begin(graceMs: number, done: () => void): void {
    this.isBegun = true
    const { clock, random } = this.host
    const connections = [...this.host.connections()]
    const spreadMs = Math.min(graceMs, connections.length * pace.returnMs)
    for (const { session } of connections) {
      const [share = 0] = random(1)
      session?.reply({ kind: 'draining', reconnectAfterMs: Math.round((spreadMs * share) / 255) })
    }
    this.waitForQuiet(clock.nowMs() + graceMs, done)
  }

  /** Closes all links at once. */
  end(): void {
    this.isBegun = true
    for (const connection of [...this.host.connections()]) connection.close('draining')
  }

  private waitForQuiet(deadlineMs: number, done: () => void): void {
    const { clock } = this.host
    const isQuiet = [...this.host.connections()].every(
      ({ session }) => !session || (session.outbox.owedCount === 0 && session.outbox.replies.length === 0),
    )
    if (!isQuiet && clock.nowMs() < deadlineMs) {
      clock.after(lookMs, () => this.waitForQuiet(deadlineMs, done))
      return
    }
    this.end()
    done()
  }
}
