import { netLimits } from './limits.js'

/** When an event of one kind was last told, and how often it happened since. */
interface Repeat {
  readonly toldMs: number
  readonly heldBack: number
}

/**
 * Keeps an event that a peer can cause at will from filling the log: the first of a kind is told at once, the following
 * are counted and told together, at most once an interval.
 */
export class Repeats {
  private readonly nowMs: () => number
  private readonly intervalMs: number
  private readonly kinds = new Map<string, Repeat>()

  constructor(nowMs: () => number, intervalMs: number = netLimits.repeatIntervalMs) {
    this.nowMs = nowMs
    this.intervalMs = intervalMs
  }

  /** How many of this kind were held back since the last was told, when this one is to be told; null when it is not. */
  admit(kind: string): number | null {
    const now = this.nowMs()
    const known = this.kinds.get(kind)
    if (known !== undefined && now - known.toldMs < this.intervalMs) {
      this.kinds.set(kind, { toldMs: known.toldMs, heldBack: known.heldBack + 1 })
      return null
    }
    this.remember(kind, { toldMs: now, heldBack: 0 })
    return known?.heldBack ?? 0
  }

  private remember(kind: string, repeat: Repeat): void {
    this.kinds.delete(kind)
    const oldest = this.kinds.keys().next()
    if (this.kinds.size >= netLimits.repeatsMax && !oldest.done) this.kinds.delete(oldest.value)
    this.kinds.set(kind, repeat)
  }
}
