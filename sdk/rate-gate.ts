import type { Cancel } from '../core/index.js'
import type { ClientClock } from './system-clock.js'
import type { Update } from './update.js'

/**
 * Thins one subscription to its own rate where the wire carries more, because another subscription wants it. [SEM 2.1]
 *
 * Each topic's newest update waits for the next slot, slots being multiples of the interval, so that the last of a
 * burst always arrives. [SEM 3.2] Snapshots pass at once. It holds one update a topic.
 */
export class RateGate {
  private held = new Map<string, Update>()
  private cancel: Cancel | null = null

  constructor(
    private readonly intervalMs: number,
    private readonly clock: ClientClock,
    private readonly pass: (update: Update) => void,
  ) {}

  offer(update: Update): void {
    if (update.snapshot) {
      this.held.delete(update.path)
      this.pass(update)
      return
    }
    this.held.set(update.path, update)
    this.cancel ??= this.clock.after(this.intervalMs - (this.clock.nowMs() % this.intervalMs), () => this.open())
  }

  /** A newer update of this topic went another way. */
  forget(path: string): void {
    this.held.delete(path)
  }

  /** Lets nothing more through, whatever is offered. */
  close(): void {
    this.cancel ??= () => undefined
    this.cancel()
    this.held.clear()
  }

  private open(): void {
    this.cancel = null
    const due = this.held
    this.held = new Map()
    for (const update of due.values()) this.pass(update)
  }
}
