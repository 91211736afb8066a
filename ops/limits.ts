/** Bounds of this folder, each with its unit; what happens at a bound stands beside it. */
export const opsLimits = {
  /** Connections to the ops listener; a further one is closed unanswered. Scrapers need one each. */
  connectionsMax: 64,
  /** Time for a request to come in whole, ms; then its connection is closed. */
  requestTimeoutMs: 5_000,
} as const
