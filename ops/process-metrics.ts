import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from 'prom-client'
import { addFigure, addLabelled } from './figure.js'

/**
 * How the process itself does. Not prom-client's default set: that one watches every garbage collection, and with a
 * young generation as small as ours these are many. What is returned stops the watching.
 */
export function addProcessMetrics(registry: Registry): () => void {
  const gauges = [
    ['process_resident_memory_bytes', 'Memory that the process holds', () => process.memoryUsage.rss()],
    ['process_heap_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed],
    ['process_uptime_seconds', 'Time since the process started', () => process.uptime()],
  ] as const
  for (const [name, help, read] of gauges) addFigure(registry, { name, kind: 'gauge', help, read })
  const help = 'CPU time used, user and system, in seconds'
  addFigure(registry, { name: 'process_cpu_seconds_total', kind: 'counter', help, read: cpuSeconds })
  addFigure(registry, {
    name: 'rivulet_loop_busy_seconds_total',
    kind: 'counter',
    help: 'Time in which the event loop was busy, in seconds; its rate is the busy share',
    read: () => performance.eventLoopUtilization().active / 1_000,
  })
  return addEventLoopDelay(registry)
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** The period of the sampling timer is part of what the histogram shows; 20 ms keeps an idle process idle. */
const samplePeriodMs = 20
const nanosecondsPerSecond = 1e9
const quantiles = [0.5, 0.9, 0.99, 1]

/** The delays since a scrape that is so long ago, ms, are shown until the next one: two scrapers see the same. */
const windowMs = 10_000

function addEventLoopDelay(registry: Registry): () => void {
  const histogram = monitorEventLoopDelay({ resolution: samplePeriodMs })
  histogram.enable()
  let shown: readonly (readonly [quantile: string, seconds: number])[] = []
  let shownMs = Number.NEGATIVE_INFINITY
  const look = () => {
    if (performance.now() - shownMs < windowMs) return
    shown = quantiles.map((quantile) => [String(quantile), histogram.percentile(quantile * 100) / nanosecondsPerSecond])
    shownMs = performance.now()
    histogram.reset()
  }
  addLabelled(registry, {
    name: 'rivulet_event_loop_delay_seconds',
    kind: 'gauge',
    help: `Delay of the event loop over at least 10 s, by quantile; an idle loop shows the ${samplePeriodMs} ms of sampling`,
    labels: ['quantile'],
    read: () => {
      look()
      return shown.map(([quantile, seconds]) => [[quantile], seconds] as const)
    },
  })
  return () => void histogram.disable()
}
