import { intervalOf, ratesExpected } from '../codecs/rate/index.js'
import { RivuletError } from './errors.js'

/** The shortest time in whole ms between two updates of one topic at a rate such as `2/s`, `10/1m` or `1/500ms`. Throws `invalidArgument`. */
export function parseRate(rate: string): number {
  const intervalMs = intervalOf(rate)
  if (intervalMs !== null) return intervalMs
  throw new RivuletError('invalidArgument', `rate ${JSON.stringify(rate)}: ${ratesExpected}`)
}
