import type { Cancel, Clock } from '../clock.js'
import type { Will } from '../messages.js'
import type { Session } from './session.js'
import type { RestoredWill, StoredWills } from './stored-wills.js'
import type { Writes } from './writes.js'
import { unasked } from './writes.js'

/** What publishing wills needs of the gateway. */
export interface WillsHost {
  readonly clock: Clock
  readonly writes: Writes
  /** Null: wills go with the process. */
  readonly storedWills: StoredWills | null
}

interface Pending {
  readonly will: Will
  /** Ends the wait; null: its client is here. */
  cancel: Cancel | null
}

/** What clients want published when they go without saying so. [MQTT-3.1.2-8] */
export class Wills {
  private readonly host: WillsHost
  private readonly pending = new Map<Session, Pending>()

  constructor(host: WillsHost) {
    this.host = host
  }

  /** The client is here: what it left before, if it did, is not published any more. [MQTT-3.1.3-9] */
  begin(session: Session, will: Will | null): void {
    this.discard(session)
    if (!will) return
    this.pending.set(session, { will, cancel: null })
    this.host.storedWills?.put(session, will, 0)
  }

  /** The client said goodbye. */
  discard(session: Session): void {
    const pending = this.pending.get(session)
    if (!pending) return
    pending.cancel?.()
    this.pending.delete(session)
    this.host.storedWills?.delete(session)
  }

  /** The link is gone, and the session waits. */
  linkLost(session: Session): void {
    const pending = this.pending.get(session)
    if (!pending || pending.cancel) return
    const { delayMs } = pending.will
    if (delayMs <= 0) return this.publish(session)
    this.host.storedWills?.put(session, pending.will, this.host.clock.timeMs() + delayMs)
    this.waitUntil(session, pending, this.host.clock.nowMs() + delayMs)
  }

  /** After a restart: its link is gone, at the latest with the process. */
  restore(session: Session, { will, dueMs }: RestoredWill): void {
    const { clock } = this.host
    const pending: Pending = { will, cancel: null }
    this.pending.set(session, pending)
    if (dueMs === 0) return this.linkLost(session)
    this.waitUntil(session, pending, clock.nowMs() + dueMs - clock.timeMs())
  }

  /** A clock whose timers are too short for the delay wakes early. */
  private waitUntil(session: Session, pending: Pending, dueMs: number): void {
    const { clock } = this.host
    pending.cancel = clock.after(Math.max(0, dueMs - clock.nowMs()), () => {
      if (clock.nowMs() < dueMs) this.waitUntil(session, pending, dueMs)
      else this.publish(session)
    })
  }

  /** The client is back by another link while it had this one: only a will without delay is due. */
  takenOver(session: Session): void {
    if (this.pending.get(session)?.will.delayMs === 0) this.publish(session)
  }

  /** Published at most once, and not where its client may not. The session may be over by then. */
  publish(session: Session): void {
    const pending = this.pending.get(session)
    if (!pending) return
    this.discard(session)
    const { publish } = pending.will
    const path = publish.path ?? ''
    const { writes } = this.host
    if (writes.objectionTo(path, session) === null)
      writes.publish(publish, session.paths.inward(path), 0, session, unasked)
  }
}
