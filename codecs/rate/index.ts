/** Rates as people write them. [interfaces: `rate=2/s`] */

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Longest interval, ms: what fits a timer; about 24 days. */
const intervalMsMax = 2 ** 31 - 1

/** What `intervalOf` reads, for whoever wrote something else. */
export const ratesExpected = 'expected updates per time, such as 2/s, 10/1m, 1/500ms, at most 24 days apart'

/**
 * The shortest time in whole ms between two updates of one topic at a rate such as `2/s`, `10/1m` or `1/500ms`. Rounded up, since a
 * rate is the most that is wanted. Null: it cannot be read, or the updates would be too far apart.
 */
export function intervalOf(rate: string): number | null {
  const [, count, duration, unit] = /^(\d{1,15}(?:\.\d{1,15})?)\/(\d{0,15})(ms|s|m|h)$/.exec(rate) ?? []
  const periodMs = Number(duration || 1) * (unitMs[unit ?? ''] ?? 0)
  const intervalMs = Math.ceil(periodMs / Number(count))
  return intervalMs > 0 && intervalMs <= intervalMsMax ? intervalMs : null
}
