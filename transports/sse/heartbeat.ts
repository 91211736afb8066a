import { sseLimits } from './limits.js'

/** A stream, as far as it is looked after. */
export interface Beating {
  /** Twice in each `heartbeatMs`; the stream knows by itself whether it said something since. */
  beat(): void
}

/**
 * Looks after all streams, a part of them at a time, each twice in `heartbeatMs`: one clock for all, since one for each would cost more
 * than the stream itself.
 */
export class Heartbeat {
  private readonly parts: Set<Beating>[] = Array.from({ length: sseLimits.heartbeatParts }, () => new Set<Beating>())
  private added = 0
  private streams = 0
  private turn = 0
  private clock: NodeJS.Timeout | null = null

  constructor(private readonly heartbeatMs: number) {}

  /** Returns what takes it out again. */
  add(stream: Beating): () => void {
    const part = this.parts[this.added++ % this.parts.length]
    part?.add(stream)
    this.streams += 1
    this.clock ??= setInterval(() => this.beat(), this.heartbeatMs / 2 / this.parts.length).unref()
    return () => {
      part?.delete(stream)
      this.streams -= 1
      if (this.streams === 0) this.end()
    }
  }

  private end(): void {
    if (this.clock) clearInterval(this.clock)
    this.clock = null
  }

  private beat(): void {
    this.turn = (this.turn + 1) % this.parts.length
    for (const stream of this.parts[this.turn] ?? []) stream.beat()
  }
}
