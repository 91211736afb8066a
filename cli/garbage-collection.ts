import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import type { Gateway } from '../core/index.js'

/** How often to look for traffic, ms. */
const lookMs = 250
/** With each look what was seen before counts a sixteenth less: 10,000 updates a second, in and out, are traffic. Five thousand clients who come are told 20,000. */
const busyUpdates = 40_000
const remembered = 15 / 16
/** What may be added to the old generation before it is collected: three times what lives there, but no more bytes than this. */
const growthPercentMost = 300
const growthBytesMost = 268_435_456

/**
 * Suits V8's collector to a gateway. Most of what a gateway keeps is old; an update should die young.
 *
 * The young generation stays at the 1 MiB it starts with until there is traffic: grown to 16 MiB for newcomers, it would only be
 * more memory for each idle connection to be counted in.
 *
 * Memory of chunks and of big values that nobody needs any more is given back at once, not by a thread: where all processors have work
 * it comes to that late, V8 takes what is not given back for memory in use, and collects the old generation every 35 ms. docs/adr/0017
 */
export function suitCollectorToGateway(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
}

/**
 * Lets both generations grow once there is traffic, in or out: updates, or requests over HTTP, of which each leaves some kilobytes. docs/adr/0006
 *
 * *The young generation*, because otherwise updates outlive it: 3,000 a second to a thousand readers each have a p99 of 43 to 52 ms
 * with 1 MiB, and six collections of the old generation in five seconds; with 16 MiB 18 to 24 ms, and one at most.
 *
 * *The old generation*, which is collected on a second core of which the gateway's clients may have need: every 3 s at 100,000
 * updates a second to readers who share nothing, and p99 is 40 to 70 ms; 30 to 35 ms where it may grow to the fourfold first.
 */
export function growUnderTraffic(gateway: Gateway): void {
  let seen = 0
  let before = updatesOf(gateway)
  const timer = setInterval(() => {
    const now = updatesOf(gateway)
    seen = remembered * seen + now - before
    before = now
    if (seen < busyUpdates) return
    clearInterval(timer)
    setFlagsFromString('--semi-space-growth-factor=2')
    letOldGenerationGrow()
    setInterval(letOldGenerationGrow, 1_000).unref()
  }, lookMs)
  timer.unref()
}

/** Updates given to readers, requests answered and changes that came in, together, less one for each topic there is, so that being filled is no traffic. */
function updatesOf({ counts, log, topics }: Gateway): number {
  return counts.delivered + counts.answers + log.offset - topics.count
}

/** As far as the heap is small; a big one V8 grows as it thinks best, which 0 stands for. */
function letOldGenerationGrow(): void {
  const percent = (100 * growthBytesMost) / getHeapStatistics().used_heap_size
  setFlagsFromString(`--heap-growing-percent=${percent < 50 ? 0 : Math.floor(Math.min(growthPercentMost, percent))}`)
}
