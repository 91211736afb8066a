import { RivuletError } from './errors.js'
import { limits } from './limits.js'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/**
 * The shortest time in whole ms between two updates of one topic at a rate such as `2/s`, `10/1m` or `1/500ms`. Rounded
 * up, since a rate is the most that is wanted. Throws `invalidArgument`.
 */
export function parseRate(rate: string): number {
  const [, count, duration, unit] = /^(\d+(?:\.\d+)?)\/(\d*)(ms|s|m|h)$/.exec(rate) ?? []
  const periodMs = Number(duration || 1) * (unitMs[unit ?? ''] ?? 0)
  const intervalMs = Math.ceil(periodMs / Number(count))
  if (intervalMs > 0 && intervalMs <= limits.intervalMsMax) return intervalMs
  throw new RivuletError(
    'invalidArgument',
    `rate ${JSON.stringify(rate)}: expected updates per time, such as 2/s, 10/1m, 1/500ms, at most 24 days apart`,
  )
}
