import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'
import { addFigure } from './figure.js'

/**
 * How the process itself does. Not prom-client's default set: that one watches every garbage collection, and with a
 * young generation as small as ours these are many.
 */
export function addProcessMetrics(registry: Registry): void {
  const gauges = [
    ['process_resident_memory_bytes', 'Memory that the process holds', () => process.memoryUsage.rss()],
    ['process_heap_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed],
    ['process_uptime_seconds', 'Time since the process started', () => process.uptime()],
  ] as const
  for (const [name, help, read] of gauges) addFigure(registry, { name, kind: 'gauge', help, read })
  const help = 'CPU time used, user and system, in seconds'
  addFigure(registry, { name: 'process_cpu_seconds_total', kind: 'counter', help, read: cpuSeconds })
  addEventLoopDelay(registry)
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** The period of the sampling timer is part of what the histogram shows; 20 ms keeps an idle process idle. */
const samplePeriodMs = 20
const nanosecondsPerSecond = 1e9

function addEventLoopDelay(registry: Registry): void {
  const histogram = monitorEventLoopDelay({ resolution: samplePeriodMs })
  histogram.enable()
  const gauge = new Gauge({
    name: 'rivulet_event_loop_delay_seconds',
    help: `Delay of the event loop since the last scrape, by quantile; an idle loop shows the ${samplePeriodMs} ms of sampling`,
    labelNames: ['quantile'],
    registers: [registry],
    collect: () => {
      for (const quantile of [0.5, 0.9, 0.99, 1]) {
        gauge.set({ quantile }, histogram.percentile(quantile * 100) / nanosecondsPerSecond)
      }
      histogram.reset()
    },
  })
}
