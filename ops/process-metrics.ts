import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'

/**
 * How the process itself does. Not prom-client's default set: that one watches every garbage collection, and with a
 * young generation as small as ours these are many.
 */
export function addProcessMetrics(registry: Registry): void {
  add(registry, 'process_cpu_seconds', 'CPU time used, user and system, in seconds', () => cpuSeconds())
  add(registry, 'process_resident_memory_bytes', 'Memory that the process holds', () => process.memoryUsage.rss())
  add(registry, 'process_heap_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed)
  add(registry, 'process_uptime_seconds', 'Time since the process started', () => process.uptime())
  addEventLoopDelay(registry)
}

function add(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read())
    },
  })
  registry.registerMetric(gauge)
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** The sampling timer's period is part of what the histogram shows; 20 ms keeps an idle process idle. */
const samplePeriodMs = 20
const nanosecondsPerSecond = 1e9

function addEventLoopDelay(registry: Registry): void {
  const histogram = monitorEventLoopDelay({ resolution: samplePeriodMs })
  histogram.enable()
  const gauge = new Gauge({
    name: 'rivulet_event_loop_delay_seconds',
    help: `Delay of the event loop since the last scrape, by quantile; an idle loop shows the ${samplePeriodMs} ms of sampling`,
    labelNames: ['quantile'],
    registers: [],
    collect() {
      for (const quantile of [0.5, 0.9, 0.99, 1]) {
        this.set({ quantile }, histogram.percentile(quantile * 100) / nanosecondsPerSecond)
      }
      histogram.reset()
    },
  })
  registry.registerMetric(gauge)
}
