import type { Clock } from '../clock.js'
import type { Store } from '../store.js'
import type { Session } from './session.js'

/**
 * Stops clients that publish while more waits for the store than should, so that memory does not fill. What they said is taken;
 * nothing more is read from them until the store has caught up.
 */
export class StoreBrake {
  private readonly stopped = new Set<Session>()

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  stops(session: Session): boolean {
    return this.stopped.has(session)
  }

  /** The session published. */
  published(session: Session): void {
    if (!this.store.isBehind) return
    if (this.stopped.size === 0) this.wait()
    this.stopped.add(session)
    session.connection?.pause()
  }

  /** Looks once what waits is written; a turn later, since until then the store counts it. */
  private wait(): void {
    this.store.committed(() => this.clock.after(0, () => this.look()))
  }

  private look(): void {
    if (this.store.isBehind) return this.wait()
    const sessions = [...this.stopped]
    this.stopped.clear()
    for (const session of sessions) session.relieved()
  }
}
