import type { CloseReason } from './close-reasons.js'
import type { RefusalCode } from './refusals.js'

/** What the gateway counts, for whoever scrapes it. Counters rise for ever; gauges are taken when read. */
export interface Statistics {
  readonly epoch: string
  /** Gauges. */
  readonly sessions: number
  readonly links: number
  readonly blockedLinks: number
  readonly topics: number
  readonly subscriptions: number
  readonly owed: number
  readonly valueBytes: number
  readonly historyBytes: number
  readonly baseBytes: number
  /** Counters. */
  readonly published: number
  readonly flushes: number
  readonly updates: number
  readonly bytesOut: number
  readonly conflated: number
  readonly gaps: number
  /** Messages that found no room in the queue of a reader who was away, or of a group. */
  readonly dropped: number
  readonly resumed: number
  readonly resynchronised: number
  readonly failures: number
  /** Refused requests and publishes. */
  readonly refused: Readonly<Partial<Record<RefusalCode, number>>>
  readonly closed: Readonly<Partial<Record<CloseReason, number>>>
  /** Longest turn of the last 10 to 20 s, ms; reading it changes nothing. */
  readonly longestTurnMs: number
}
