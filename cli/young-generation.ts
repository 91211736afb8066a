import { constants, PerformanceObserver } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'

/** Collections of the young generation in one second that show traffic rather than newcomers. */
const busyCollections = 100
/** So many such seconds in a row. Five thousand clients connect in two. */
const busySeconds = 3

/**
 * Keeps V8's young generation at the 1 MiB it starts with until there is traffic. Most of what a gateway keeps is old: grown to
 * 16 MiB for newcomers, it would only be more memory for each idle connection to be counted in. Under traffic updates must die
 * young: at 100,000 a second to readers who share nothing, p99 is 60 ms with 1 MiB and 33 ms with 8 and more, because hardly
 * anything is left for the old generation. docs/ARCHITECTURE.md "The hot path", 11.
 */
export function growYoungGenerationUnderTraffic(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  let collections = 0
  let seconds = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (isYoung(entry)) collections += 1
  })
  observer.observe({ entryTypes: ['gc'] })
  const timer = setInterval(() => {
    seconds = collections > busyCollections ? seconds + 1 : 0
    collections = 0
    if (seconds < busySeconds) return
    setFlagsFromString('--semi-space-growth-factor=2')
    observer.disconnect()
    clearInterval(timer)
  }, 1_000)
  timer.unref()
}

/** The types know nothing of what Node adds to an entry. */
function isYoung(entry: object): boolean {
  const detail = 'detail' in entry ? entry.detail : null
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'kind' in detail &&
    detail.kind === constants.NODE_PERFORMANCE_GC_MINOR
  )
}
