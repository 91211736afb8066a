import { Registry } from 'prom-client'
import type { Statistics } from '../core/index.js'
import type { Figure } from './figure.js'
import { addFigure, addLabelled } from './figure.js'
import { addProcessMetrics } from './process-metrics.js'

/** Where the numbers come from, read when scraped. */
export interface MetricsSources {
  gateway(): Statistics
  /** The shared HTTP listener. */
  http(): Readonly<Record<string, number>>
  transports(): Iterable<readonly [name: string, counters: Readonly<Record<string, number>>]>
}

/** The metrics as a scraper reads them. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** Stops watching. */
  close(): void
}

/** Members of the statistics that are one number. */
type Count = { [Name in keyof Statistics]: Statistics[Name] extends number ? Name : never }[keyof Statistics]

/** Core's statistics, as they are called outside; a longest turn is shown in seconds, below. */
const rows: readonly (readonly [member: Count, name: string, kind: Figure['kind'], help: string])[] = [
  ['sessions', 'rivulet_sessions', 'gauge', 'Sessions, linked or waiting for their client'],
  ['links', 'rivulet_links', 'gauge', 'Open links'],
  ['blockedLinks', 'rivulet_links_blocked', 'gauge', 'Links that take nothing at present'],
  ['topics', 'rivulet_topics', 'gauge', 'Topics'],
  ['subscriptions', 'rivulet_subscriptions', 'gauge', 'Subscriptions of all sessions'],
  ['owed', 'rivulet_owed', 'gauge', 'Changed topics that sessions have still to be told of, summed over sessions'],
  ['valueBytes', 'rivulet_value_bytes', 'gauge', 'Bytes of current values'],
  ['historyBytes', 'rivulet_history_bytes', 'gauge', 'Bytes kept for readers of every update'],
  ['baseBytes', 'rivulet_base_bytes', 'gauge', 'Bytes of earlier versions kept as bases of deltas'],
  ['published', 'rivulet_published_total', 'counter', 'Publishes accepted'],
  ['flushes', 'rivulet_flushes_total', 'counter', 'Writes to links'],
  ['updates', 'rivulet_deliveries_total', 'counter', 'Updates handed to links'],
  ['bytesOut', 'rivulet_sent_bytes_total', 'counter', 'Bytes written to links'],
  ['conflated', 'rivulet_conflated_total', 'counter', 'Updates left out because a newer one took their place'],
  ['gaps', 'rivulet_gaps_total', 'counter', 'Times that a reader of every update fell behind what is kept'],
  ['dropped', 'rivulet_dropped_total', 'counter', 'Messages that found no room in the queue of a reader or a group'],
  ['resumed', 'rivulet_resumed_total', 'counter', 'Sessions that went on over a new link without loss'],
  ['resynchronised', 'rivulet_resynchronised_total', 'counter', 'Sessions that were told that events are lost'],
  [
    'failures',
    'rivulet_failures_total',
    'counter',
    'Mistakes of the gateway itself; each ended a session and is in the log',
  ],
]

/** Everything that is scraped. Scraping changes no number, so that several may. The gateway is read once a scrape: to add it all up takes time. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry()
  let statistics = sources.gateway()
  const stopWatching = addProcessMetrics(registry)
  addStatistics(registry, () => statistics)
  addListeners(registry, sources)
  return {
    contentType: registry.contentType,
    text: () => {
      statistics = sources.gateway()
      return registry.metrics()
    },
    close: stopWatching,
  }
}

function addStatistics(registry: Registry, read: () => Statistics): void {
  for (const [member, name, kind, help] of rows) addFigure(registry, { name, kind, help, read: () => read()[member] })
  addFigure(registry, {
    name: 'rivulet_longest_turn_seconds',
    kind: 'gauge',
    help: 'Longest turn of the gateway in the last 10 to 20 s, in seconds',
    read: () => read().longestTurnMs / 1_000,
  })
  addLabelled(registry, {
    name: 'rivulet_refused_total',
    kind: 'counter',
    help: 'Requests and publishes refused, by the code of the catalogue',
    labels: ['code'],
    read: () => Object.entries(read().refused).map(([code, count]) => [[code], count]),
  })
  addLabelled(registry, {
    name: 'rivulet_links_closed_total',
    kind: 'counter',
    help: 'Links that ended, by the reason of the catalogue',
    labels: ['reason'],
    read: () => Object.entries(read().closed).map(([reason, count]) => [[reason], count]),
  })
}

function addListeners(registry: Registry, { http, transports }: MetricsSources): void {
  const counted = () =>
    [['http', http()] as const, ...transports()].flatMap(([name, counters]) => {
      return Object.entries(counters).map(([event, count]) => [[name, event], count] as const)
    })
  addLabelled(registry, {
    name: 'rivulet_connections',
    kind: 'gauge',
    help: 'Open connections; those of a transport over HTTP count for http too',
    labels: ['transport'],
    read: () =>
      counted().flatMap(([[name = '', event], count]) => (event === 'connections' ? [[[name], count] as const] : [])),
  })
  addLabelled(registry, {
    name: 'rivulet_transport_events_total',
    kind: 'counter',
    help: 'What else a listener counts, such as connections refused by reason',
    labels: ['transport', 'event'],
    read: () => counted().filter(([[, event]]) => event !== 'connections'),
  })
}
