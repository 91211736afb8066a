import type { AcknowledgeTerms } from '../codecs/protobuf/index.js'
import type { Cancel } from '../core/index.js'
import type { ClientClock } from './system-clock.js'

/**
 * Tells the gateway what has arrived, which is what lets it send more: after so many bytes at once, otherwise at most
 * every `acknowledgeMs`, the first at once. [PROTOCOL 5] While an iterator that must not lose anything is full it stays
 * silent. [SEM 1.5]
 */
export class Acknowledger {
  private receivedBytes = 0
  private acknowledgedBytes = 0
  private lastMs = Number.NEGATIVE_INFINITY
  private cancel: Cancel | null = null

  constructor(
    private readonly terms: AcknowledgeTerms,
    private readonly clock: ClientClock,
    /** Sends an acknowledgement of so many bytes of this link, with the position that is applied. */
    private readonly send: (bytes: number) => void,
    private readonly mayAcknowledge: () => boolean,
  ) {}

  /** A frame has arrived and was applied. */
  received(bytes: number): void {
    this.receivedBytes += bytes
    this.check()
  }

  /** Looks again after `mayAcknowledge` changed. */
  check(): void {
    const unacknowledgedBytes = this.receivedBytes - this.acknowledgedBytes
    if (unacknowledgedBytes === 0 || !this.mayAcknowledge()) return
    const waitMs = this.lastMs + this.terms.acknowledgeMs - this.clock.nowMs()
    if (waitMs <= 0 || unacknowledgedBytes >= this.terms.acknowledgeBytes) this.acknowledge()
    else this.cancel ??= this.clock.after(waitMs, () => this.timeUp())
  }

  /** The link is gone. */
  stop(): void {
    this.cancel?.()
    this.cancel = null
  }

  private timeUp(): void {
    this.cancel = null
    this.check()
  }

  private acknowledge(): void {
    this.stop()
    this.acknowledgedBytes = this.receivedBytes
    this.lastMs = this.clock.nowMs()
    this.send(this.receivedBytes)
  }
}
