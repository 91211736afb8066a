import type { Rest } from '../transport.js'
import type { Flight, Flights } from './flight.js'

/** The window's constants: found with the simulated paths of credit.test.ts. */
export const creditBounds = {
  /** Unacknowledged bytes of a link of which nothing is known yet. [PROTOCOL 5.4] */
  startBytes: 65_536,
  /** The narrowest window, about one packet: so little on the way cannot have queued by itself. */
  leastBytes: 1_024,
  mostBytes: 2_097_152,
  /** Want of use does not narrow the window below this, so that a burst after a quiet time leaves at once. */
  restBytes: 16_384,
  /** The same for a local path, whose rate does not fall to a hundredth from one moment to the next. */
  restLocalBytes: 65_536,
  /** A path with a round trip up to this is local, ms. */
  localMs: 10,
  /**
   * On a longer path flushes are at least this share of its round trip apart. A packet for each update would be headers, most
   * of it; and after a loss the kernel counts how many packets may be on their way, not how big they are. One flush has at most
   * the same share of the window: it arrives whole, and a big one would hold up its own first item.
   */
  flushShare: 1 / 4,
  spacingMostMs: 150,
  /**
   * The same behind a flush of up to three packets: what changes before the next leaves once, so that a thin path carries the
   * newest of everything where it could not carry every change. Where it told all that was owed, and the path is long, the next
   * waits for the whole round trip: less stands behind a packet that was lost. (`mobile`, p95 of the age at 400 and 600 ms, eight
   * rides each: 1.7 to 2.3 s, median 1.9; after half of it always 1.9 to 6.7 s, median 2.3; after a quarter 2.4 to 4.3 s.)
   */
  smallBytes: 4_096,
  smallShare: 1 / 2,
  spacingSmallMostMs: 300,
  longMs: 300,
  spacingAllMostMs: 600,
  /**
   * A flush may have half of a narrow window up to this: two fill it, so that it can widen. More than small, or what owes much
   * would say little every half round trip for ever.
   */
  flushNarrowBytes: 8_192,
  flushLocalBytes: 262_144,
  /** The window widens while less than this queues on the way, ms. */
  queueMs: 100,
  /** A longer queue than this is to drain first, ms. */
  congestedMs: 200,
  /** By so much an acknowledgement may be later than path and reader explain, ms. */
  patienceMs: 150,
  /** The same for the first acknowledgement, while the path is unknown, ms. */
  firstPatienceMs: 500,
} as const

const unknown = -1

/**
 * How many bytes may be on their way to one reader.
 *
 * A socket swallows megabytes before it blocks; over a thin link those are minutes. So the reader acknowledges, and what is not
 * acknowledged yet is kept within a window of about (rate at which bytes arrive) × (round trip + a short queue). What does not
 * fit stays owed, where newer values replace older ones. [PROTOCOL 5]
 *
 * The window widens while it is the limit and hardly anything queues; unused, it narrows. When even the luckiest byte of a round
 * took `congestedMs` longer than the path needs, the window *drains*: it closes down to one packet until the queue is gone,
 * which shows the path's rate and its true round trip, and then opens to their product. Between acknowledgements a *gate*
 * closes when the oldest byte is overdue, so that a link that collapses is noticed before its window is full.
 *
 * Invariant: where there is no room, something is unacknowledged, and its acknowledgement is the time to look again.
 */
export class CreditWindow {
  private sentBytes = 0
  private acknowledgedBytes = 0
  private windowBytes: number = creditBounds.startBytes
  /** Round trip of the path with nothing queued, ms. */
  private pathMs = unknown
  /** While draining: bytes a millisecond that arrive, at best. */
  private drainRate = unknown
  /** The round before this one widened the window, which this round's round trips do not show yet. */
  private hasGrown = false
  /** Null: everything is acknowledged. */
  private flight: Flight | null = null

  /** The reader was asked to hold an acknowledgement back for at most this long, ms. */
  constructor(
    private readonly acknowledgeMs: number,
    private readonly flights: Flights,
  ) {}

  /** Bytes sent since the link opened. */
  get totalBytes(): number {
    return this.sentBytes
  }

  get unacknowledgedBytes(): number {
    return this.sentBytes - this.acknowledgedBytes
  }

  /** Bytes that one flush may have now. */
  roomBytes(nowMs: number): number {
    if (this.flight !== null && this.isOverdue(this.flight, nowMs)) return 0
    return Math.max(0, Math.min(this.flushBytes - this.begunBytes, this.limitBytes - this.unacknowledgedBytes))
  }

  /** How long to wait before the next flush, ms. */
  spacingMs(nowMs: number): number {
    if (this.flight === null || this.begunBytes > 0 || this.isLocal) return 0
    return Math.max(0, this.flight.newestMs + this.spacingBehind(this.flight) - nowMs)
  }

  private spacingBehind({ newestBytes, newestRest }: Flight): number {
    const { smallBytes, flushShare, spacingMostMs, smallShare, spacingSmallMostMs, longMs, spacingAllMostMs } =
      creditBounds
    if (newestBytes > smallBytes) return Math.min(spacingMostMs, this.pathMs * flushShare)
    if (newestRest === 'nothing' && this.pathMs >= longMs) return Math.min(spacingAllMostMs, this.pathMs)
    return Math.min(spacingSmallMostMs, this.pathMs * smallShare)
  }

  /** Whether this may leave now; guesses may be a little wrong, and with nothing on its way anything fits. */
  fits(bytes: number): boolean {
    return this.flight === null || this.unacknowledgedBytes + bytes <= this.limitBytes * 1.125
  }

  /** A flush, or as much of one as a step may hold: then the rest goes on at once, up to the bytes of one flush. */
  sent(bytes: number, nowMs: number, rest: Rest): void {
    this.sentBytes += bytes
    this.flight ??= this.flights.begin(this.acknowledgedBytes, nowMs)
    this.flight.sent(this.sentBytes, this.acknowledgedBytes, nowMs, this.begunBytes > 0)
    this.flight.newestRest = rest
    if (this.unacknowledgedBytes > this.limitBytes * 0.875) this.flight.isFull = true
  }

  /** The reader has got so many bytes in total. False: it cannot have. [PROTOCOL 5.5] */
  acknowledge(bytes: number, nowMs: number): boolean {
    if (bytes > this.sentBytes || bytes < this.acknowledgedBytes) return false
    if (this.flight !== null && bytes > this.acknowledgedBytes) this.arrived(this.flight, bytes, nowMs)
    return true
  }

  private get limitBytes(): number {
    return this.drainRate === unknown ? this.windowBytes : creditBounds.leastBytes
  }

  private get isLocal(): boolean {
    return this.pathMs <= creditBounds.localMs
  }

  private get flushBytes(): number {
    const { flushShare, smallShare, flushNarrowBytes, flushLocalBytes, leastBytes } = creditBounds
    if (this.isLocal) return flushLocalBytes
    const narrowBytes = Math.min(flushNarrowBytes, this.windowBytes * smallShare)
    return Math.max(leastBytes, narrowBytes, this.windowBytes * flushShare)
  }

  /** Bytes of the newest flush where it was cut and may go on; 0: what leaves next is another. */
  private get begunBytes(): number {
    const { flight } = this
    return flight?.newestRest === 'follows' && flight.newestBytes < this.flushBytes ? flight.newestBytes : 0
  }

  private isOverdue(flight: Flight, nowMs: number): boolean {
    const { leastBytes, firstPatienceMs, patienceMs } = creditBounds
    if (this.unacknowledgedBytes <= leastBytes) return false
    const usualMs = this.pathMs + this.acknowledgeMs
    return flight.ageMs(nowMs) > (this.pathMs === unknown ? firstPatienceMs : usualMs + patienceMs)
  }

  private arrived(flight: Flight, bytes: number, nowMs: number): void {
    flight.arrived(bytes, nowMs)
    this.acknowledgedBytes = bytes
    const isIdle = bytes === this.sentBytes
    if (isIdle || flight.isRoundOver(bytes)) {
      this.judge(flight, flight.rate(bytes, nowMs))
      flight.beginRound(this.sentBytes, bytes, nowMs)
    }
    if (!isIdle) return
    this.flight = null
    this.flights.land(flight)
  }

  private judge(flight: Flight, rate: number): void {
    const { congestedMs, leastBytes } = creditBounds
    const isQuiet = flight.peakBytes <= 1.5 * leastBytes
    const expectedMs = Math.max(0, this.pathMs)
    const isSlow = flight.shortestTripMs - expectedMs > congestedMs
    if (this.pathMs === unknown || flight.shortestTripMs < this.pathMs) this.pathMs = flight.shortestTripMs
    if (this.drainRate !== unknown) this.drain(flight, rate, isQuiet)
    else if (isSlow && isQuiet) this.pathMs = flight.shortestTripMs
    else if (isSlow) this.drainRate = rate
    else if (flight.isFull) this.widen(flight)
    else this.narrow(flight)
  }

  /** Over with a round in which hardly anything stood ahead of anything: its round trip is the path's own. */
  private drain(flight: Flight, rate: number, isQuiet: boolean): void {
    this.drainRate = Math.max(this.drainRate, rate)
    if (!isQuiet && flight.aheadBytes > 0) return
    const { leastBytes, queueMs } = creditBounds
    this.pathMs = flight.shortestTripMs
    const wantedBytes = this.drainRate * (this.pathMs + this.acknowledgeMs + queueMs)
    this.windowBytes = Math.min(this.windowBytes, Math.max(leastBytes, wantedBytes))
    this.drainRate = unknown
  }

  /** By the share of the allowed queue that is free, in every other round: at most to the double. */
  private widen(flight: Flight): void {
    this.hasGrown = !this.hasGrown
    if (!this.hasGrown) return
    const { mostBytes, queueMs } = creditBounds
    const share = Math.max(0, 1 - (flight.newestTripMs - this.pathMs) / queueMs)
    this.windowBytes = Math.min(mostBytes, this.windowBytes * (1 + share))
  }

  private narrow(flight: Flight): void {
    this.hasGrown = false
    const { restBytes, restLocalBytes } = creditBounds
    const usedBytes = Math.max(2 * flight.peakBytes, this.isLocal ? restLocalBytes : restBytes)
    if (this.windowBytes > usedBytes) this.windowBytes -= (this.windowBytes - usedBytes) / 8
  }
}
