/** Bounds of this folder, each with its unit; what happens at a bound stands beside it. */
export const opsLimits = {
  /** Connections to the ops listener; a further one is closed unanswered. Scrapers need one each. */
  connectionsMax: 64,
  /** Time for a request to come in whole, ms; then its connection is closed. */
  requestTimeoutMs: 5_000,
  /** Kinds of event whose repetition is watched at once; beyond it the one watched longest is forgotten, and logged anew. */
  repeatsMax: 256,
  /** An event of one kind is logged at most this often, ms. */
  repeatIntervalMs: 10_000,
} as const
