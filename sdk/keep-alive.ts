import type { Cancel } from '../core/index.js'
import type { ClientClock } from './system-clock.js'

/**
 * Keeps a link alive and notices when it is dead: it pings after a quarter of the time without a sign from either side, and
 * gives the link up when nothing has come for two quarters after a ping. Looking once a quarter, that is within the
 * time. [PROTOCOL 2.11]
 *
 * Only silence after a ping counts: a page in the background may be woken late, and has then asked nothing meanwhile.
 */
export class KeepAlive {
  private heardMs: number
  private sentMs: number
  private askedMs: number | null = null
  private cancel: Cancel

  constructor(
    private readonly keepAliveMs: number,
    private readonly clock: ClientClock,
    private readonly ping: () => void,
    private readonly dead: () => void,
  ) {
    this.heardMs = this.sentMs = clock.nowMs()
    this.cancel = this.wait()
  }

  heard(): void {
    this.heardMs = this.clock.nowMs()
    this.askedMs = null
  }

  sent(): void {
    this.sentMs = this.clock.nowMs()
  }

  stop(): void {
    this.cancel()
  }

  private get quarterMs(): number {
    return this.keepAliveMs / 4
  }

  private wait(): Cancel {
    return this.clock.after(this.quarterMs, () => this.look())
  }

  private look(): void {
    const nowMs = this.clock.nowMs()
    if (this.askedMs !== null && nowMs - this.askedMs >= 2 * this.quarterMs) {
      this.dead()
      return
    }
    if (nowMs - Math.min(this.heardMs, this.sentMs) >= this.quarterMs) this.ask(nowMs)
    this.cancel = this.wait()
  }

  private ask(nowMs: number): void {
    this.askedMs ??= nowMs
    this.ping()
  }
}
