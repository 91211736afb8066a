import type { Batch } from '../../core/index.js'
import { Fifo, qosOf } from '../../core/index.js'
import type { Wire } from './wire.js'

/** What was to be written in one go. */
interface Written {
  readonly bytes: Uint8Array
  readonly shared: Uint8Array | null
}

/** Who says when something is stored, and hears that the wire can take more. */
export interface HeldWireOwner {
  stored(done: () => void): void
  sent(): void
}

/**
 * A wire on which bytes may have to wait until what they say is stored, and all that follows behind them.
 *
 *     hold, write a, write b, hold, write c     held: [a, b], [c]
 *     stored                                    a and b leave; c waits for the next
 */
export class HeldWire implements Wire {
  /** What is asked to be stored first is. */
  private isExact = false
  private mustHold = false
  /** One list for each hold, the oldest first. */
  private held = new Fifo<Written[]>()

  constructor(
    private readonly wire: Wire,
    private readonly owner: HeldWireOwner,
  ) {}

  /** Something waits, or is about to. */
  get isHolding(): boolean {
    return this.mustHold || this.held.size > 0
  }

  get isBusy(): boolean {
    return this.held.size > 0 || this.wire.isBusy
  }

  /** Answers wait for a store. The first does in any case: its session may take the place of a stored one, and have a will. */
  welcome(isStored: boolean): void {
    this.mustHold = true
    this.isExact = isStored
  }

  /** The next hold is one. */
  storedFirst(): void {
    this.mustHold ||= this.isExact
  }

  /** So many messages from the front are about to be written, and what was asked to be stored first. */
  sends({ updates, terms }: Batch, count: number): void {
    for (let i = 0; this.isExact && !this.mustHold && i < count; i++) {
      const [update, wanted] = [updates[i], terms[i]]
      this.mustHold = update !== undefined && wanted != null && qosOf(update, wanted) === 2
    }
    // Later, since core is at work.
    if (this.hold()) setImmediate(() => this.awaitStored())
  }

  /** What the task does is stored together, and what it writes waits for that, where there is a reason. */
  around(task: () => void): void {
    const isHeld = this.hold()
    task()
    if (isHeld) this.awaitStored()
  }

  private hold(): boolean {
    const { mustHold } = this
    this.mustHold = false
    if (mustHold) this.held.push([])
    return mustHold
  }

  private awaitStored(): void {
    this.owner.stored(() => this.release())
  }

  write(bytes: Uint8Array, shared: Uint8Array | null): void {
    const newest = this.held.size > 0 ? this.held.at(this.held.size - 1) : null
    if (newest) newest.push({ bytes, shared })
    else this.wire.write(bytes, shared)
  }

  pause(): void {
    this.wire.pause()
  }

  resume(): void {
    this.wire.resume()
  }

  /** What is held never leaves. */
  end(last: Uint8Array | null): void {
    this.held = new Fifo()
    this.wire.end(last)
  }

  private release(): void {
    const oldest = this.held.take()
    if (!oldest) return
    for (const { bytes, shared } of oldest) this.wire.write(bytes, shared)
    if (!this.isBusy) this.owner.sent()
  }
}
