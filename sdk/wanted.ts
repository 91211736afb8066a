import type { Delivery, Overflow, Priority, Since, SubscribeOptions } from '../core/index.js'
import type { Names } from './arguments.js'
import { noOthers, oneOf, wholeNumber } from './arguments.js'
import { readPosition } from './positions.js'
import { parseRate } from './rate.js'
import type { SubscriptionOptions, Wanted } from './subscription.js'

const names: Names<SubscriptionOptions> = { snapshot: 1, rate: 1, delivery: 1, priority: 1, since: 1, overflow: 1 }
const sinceNames = { position: 1, durationMs: 1, count: 1 }

/** What a program wants, with every choice made. Throws `invalidArgument`. */
export function wantedBy(options: SubscriptionOptions): Wanted {
  noOthers(options, names)
  return {
    snapshot: options.snapshot ?? true,
    intervalMs: options.rate === undefined ? 0 : parseRate(options.rate),
    delivery: oneOf(options.delivery ?? null, 'delivery', [null, 'latest', 'all']),
    priority: oneOf(options.priority ?? null, 'priority', [null, 0, 1, 2, 3]),
    since: sinceOf(options.since),
    overflow: oneOf(options.overflow ?? 'conflate', 'overflow', mildest),
  }
}

function sinceOf(since: SubscriptionOptions['since']): Since {
  if (since === undefined) return { kind: 'now' }
  noOthers(since, sinceNames)
  if ('position' in since) return { kind: 'position', position: readPosition(since.position) }
  if ('durationMs' in since) return { kind: 'duration', ms: wholeNumber(since.durationMs, 'since.durationMs') }
  return { kind: 'count', count: wholeNumber(since.count, 'since.count') }
}

/** One who wants something of a selector. */
export interface Party {
  readonly wanted: Wanted
  /** It was told nothing yet, and so may ask for the past. */
  readonly isNew: boolean
}

/**
 * What to ask for when several want the same selector: `all` before `latest`, the highest rate, the first priority, the
 * mildest end. [SEM 2.1] The snapshot comes again each time, in place of what the change of options may catch on its way;
 * readers are told of it only what they do not know.
 */
export function merge(parties: readonly Party[]): SubscribeOptions {
  const wanted = parties.map((party) => party.wanted)
  const beginner = parties.findLast((party) => party.isNew && party.wanted.since.kind !== 'now')
  return {
    snapshot: wanted.some((each) => each.snapshot),
    intervalMs: Math.min(...wanted.map((each) => each.intervalMs)),
    delivery: mergeDelivery(wanted.map((each) => each.delivery)),
    priority: mergePriority(wanted.map((each) => each.priority)),
    since: beginner?.wanted.since ?? { kind: 'now' },
    overflow: mildest.find((overflow) => wanted.some((each) => each.overflow === overflow)) ?? 'conflate',
  }
}

const mildest: readonly Overflow[] = ['conflate', 'unsubscribe', 'disconnect']

/** Where one leaves it to the topic, which may deliver all, `latest` for another must not take that away. */
function mergeDelivery(deliveries: readonly (Delivery | null)[]): Delivery | null {
  if (deliveries.includes('all')) return 'all'
  return deliveries.includes(null) ? null : 'latest'
}

function mergePriority(priorities: readonly (Priority | null)[]): Priority | null {
  const given = priorities.filter((priority) => priority !== null).sort()
  return given[0] ?? null
}
