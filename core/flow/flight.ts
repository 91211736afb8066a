import type { Rest } from '../transport.js'

/** Marks kept at most. When all are taken the newest grows, so that the oldest stays exact. */
const marksMax = 24

/** A mark stands for what was sent within this time, ms: finer than any decision taken with it. */
const markMs = 10

/** Flights that landed and are kept, at most. */
const landedMax = 512

/**
 * Flights of one transport. One that landed is used again: each lives too long to die young. (A fifth of all garbage that did
 * not.)
 */
export class Flights {
  private readonly landed: Flight[] = []

  begin(acknowledgedBytes: number, nowMs: number): Flight {
    const flight = this.landed.pop() ?? new Flight()
    flight.begin(acknowledgedBytes, nowMs)
    return flight
  }

  /** All arrived: whose it was must forget it. */
  land(flight: Flight): void {
    if (this.landed.length < landedMax) this.landed.push(flight)
  }
}

/**
 * What is on its way to one reader, and what is learned from its arrival. It begins with the first byte sent and ends when all
 * are acknowledged, so that an idle link has none.
 *
 *     acknowledged                                 sent
 *          ├─── mark ───┼──── mark ────┼─── mark ───┤      a mark: its end, and when its first byte left
 *
 * A *round* is one turn between us and the reader: it ends with the first acknowledgement of something sent after it began.
 * Each is judged once, so that one burst is not judged twice.
 */
export class Flight {
  /** Shortest round trip seen in this round: what even the luckiest byte took. */
  shortestTripMs = Number.POSITIVE_INFINITY
  newestTripMs = 0
  /** When the newest flush left. */
  newestMs = 0
  /** Its bytes. */
  newestBytes = 0
  /** What was still owed behind it. */
  newestRest: Rest = 'nothing'
  /** Most that was on its way at once in this round. */
  peakBytes = 0
  /** What was on its way already when this round began. */
  aheadBytes = 0
  /** The window was all but used up in this round. */
  isFull = false
  private sentBytes = 0
  private roundSentBytes = 0
  private roundAcknowledgedBytes = 0
  private roundAtMs = 0
  /** Pairs of (bytes sent up to the end of the mark, time of its first byte); the first `end` numbers count. */
  private readonly marks: number[] = []
  private end = 0

  /** Nothing is on its way yet. */
  begin(acknowledgedBytes: number, nowMs: number): void {
    this.end = 0
    this.newestTripMs = 0
    this.newestMs = 0
    this.newestBytes = 0
    this.newestRest = 'nothing'
    this.sentBytes = acknowledgedBytes
    this.beginRound(acknowledgedBytes, acknowledgedBytes, nowMs)
  }

  beginRound(sentBytes: number, acknowledgedBytes: number, nowMs: number): void {
    this.roundSentBytes = sentBytes
    this.roundAcknowledgedBytes = acknowledgedBytes
    this.roundAtMs = nowMs
    this.shortestTripMs = Number.POSITIVE_INFINITY
    this.peakBytes = sentBytes - acknowledgedBytes
    this.aheadBytes = this.peakBytes
    this.isFull = false
  }

  isRoundOver(acknowledgedBytes: number): boolean {
    return acknowledgedBytes > this.roundSentBytes
  }

  /**
   * Bytes a millisecond that arrived in this round. What waited for one lost packet arrives all at once behind it: even the
   * luckiest byte tells for how long they were on their way.
   */
  rate(acknowledgedBytes: number, nowMs: number): number {
    const roundMs = Math.max(1, nowMs - this.roundAtMs, this.shortestTripMs)
    return (acknowledgedBytes - this.roundAcknowledgedBytes) / roundMs
  }

  /** For how long the oldest byte has been on its way. */
  ageMs(nowMs: number): number {
    return this.end > 0 ? nowMs - (this.marks[1] ?? nowMs) : 0
  }

  /** Notes that the link now stands at `sentBytes`, of which all up to `acknowledgedBytes` arrived. `goesOn`: with more of the newest flush. */
  sent(sentBytes: number, acknowledgedBytes: number, nowMs: number, goesOn: boolean): void {
    this.peakBytes = Math.max(this.peakBytes, sentBytes - acknowledgedBytes)
    this.newestMs = nowMs
    this.newestBytes = (goesOn ? this.newestBytes : 0) + sentBytes - this.sentBytes
    this.sentBytes = sentBytes
    const { marks, end } = this
    const joins = end > 0 && nowMs - (marks[end - 1] ?? 0) < markMs
    if (joins || end >= 2 * marksMax) {
      marks[end - 2] = sentBytes
      return
    }
    marks[end] = sentBytes
    marks[end + 1] = nowMs
    this.end += 2
  }

  /** Forgets what has arrived. The newest byte of it tells the round trip: the reader waits longer with the others. */
  arrived(acknowledgedBytes: number, nowMs: number): void {
    const { marks } = this
    const index = this.markOf(acknowledgedBytes)
    if (index < this.end) this.newestTripMs = nowMs - (marks[index + 1] ?? nowMs)
    this.shortestTripMs = Math.min(this.shortestTripMs, this.newestTripMs)
    const isWhole = (marks[index] ?? 0) <= acknowledgedBytes
    const gone = Math.min(this.end, isWhole ? index + 2 : index)
    marks.copyWithin(0, gone, this.end)
    this.end -= gone
  }

  /** Where the mark stands in which the last byte up to here was sent. */
  private markOf(bytes: number): number {
    const { marks } = this
    let index = 0
    while (index + 2 < this.end && (marks[index] ?? 0) < bytes) index += 2
    return index
  }
}
