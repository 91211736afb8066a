import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { usage } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import { Load } from './support/load.js'
import { blockedLinks, longestTurnMs, turnsForgotten } from './support/metrics.js'
import type { Server } from './support/server.js'
import { rivulet, withBed } from './support/sides.js'
import { median, rounded, spread, worst } from './support/statistics.js'

/** Ten thousand lines of ten topics; a wildcard for each line, held by a hundred sessions. */
const topics = { topics: 100_000, deep: true, track: false } as const
const wildcards: LoadOptions = {
  ...topics,
  subscribers: 100,
  asking: 'lines',
  subscriptions: 100,
  snapshot: false,
}

const publishesPerSecond = 50_000
const runsOf = ({ quick }: BenchContext): number => (quick ? 1 : 5)

/** What the readers with the wildcards do: they are not there, they have stopped reading, or they read all. */
type Readers = 'none' | 'stalled' | 'reading'

/**
 * What wildcards cost a publisher, and how long a reader of everything waits for its first picture.
 *
 * A publish costs what is done for it until its readers are marked. So that no write to a reader is counted as its cost, they
 * have stopped reading; with all of them reading the processor's time is printed beside it.
 */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const runs = runsOf(context)
    const reports: Record<Readers, LoadReport[]> = { none: [], stalled: [], reading: [] }
    for (let run = 0; run < runs; run++) {
      for (const readers of ['none', 'stalled', 'reading'] as const) {
        reports[readers].push(await publishCost(context, readers))
      }
    }
    const snapshots: Snapshot[] = []
    for (let run = 0; run < runs; run++) snapshots.push(await takeSnapshot(context))
    return [...costFigures(reports), ...snapshotFigures(snapshots)]
  },
}

const microsOf = (report: LoadReport): number => (report.serverCpu / publishesPerSecond) * 1e6

/** Publishes to all topics in turn at a rate that leaves the server room, so that its processor time is the cost. A newer value
 *  may stand for an older one. */
function publishCost({ seed, quick, say }: BenchContext, readers: Readers): Promise<LoadReport> {
  const duration = quick ? { warm: 4, seconds: 2 } : { warm: 6, seconds: 10 }
  return withBed(rivulet, wildcards, seed, async ({ server, load }) => {
    await load.fill()
    if (readers !== 'none') await load.connect(wildcards.subscribers)
    if (readers === 'stalled') await load.stall(wildcards.subscribers)
    const measuring = load.measure({ rate: publishesPerSecond, ...duration, drain: 0 })
    if (readers === 'stalled') await allBlocked(server, duration.warm)
    const report = await measuring
    say(`match: readers ${readers}: ${microsOf(report).toFixed(2)} µs a publish, ${report.received} delivered`)
    return report
  })
}

async function allBlocked(server: Server, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1_000
  while ((await blockedLinks(server)) < wildcards.subscribers) {
    if (performance.now() > deadline) throw new Error('the gateway did not report all links blocked in time')
    await sleep(100)
  }
}

function costFigures({ none, stalled, reading }: Record<Readers, readonly LoadReport[]>): Measured[] {
  const alone = `${rounded(median(none.map(microsOf)), 3)} µs a publish without`
  return [
    {
      ...costFigure('match.publishCost', none, stalled),
      note: `${alone}; readers are marked, and stopped reading`,
      must: { atMost: 2 },
    },
    { ...costFigure('match.publishAndDeliver', none, reading), note: `${alone}; each publish is sent to its reader` },
  ]
}

function costFigure(name: string, without: readonly LoadReport[], withWildcards: readonly LoadReport[]): Measured {
  const ratios = withWildcards.map((report, run) => report.serverCpu / (without[run]?.serverCpu ?? Number.NaN))
  return {
    name,
    unit: '× without wildcards',
    value: rounded(median(ratios), 3),
    ...usage(withWildcards),
    spread: rounded(spread(ratios), 2),
    rivals: [],
  }
}

interface Snapshot {
  readonly seconds: number
  readonly longestTurnMs: number
}

/** A reader of everything arrives at a gateway with a hundred thousand topics. */
function takeSnapshot({ seed, say }: BenchContext): Promise<Snapshot> {
  return withBed(rivulet, { ...topics, subscribers: 1 }, seed, async ({ server, load }) => {
    await load.fill()
    const reader = await Load.start(server, 'rivulet', { ...topics, subscribers: 1, asking: 'everything' }, seed)
    try {
      await turnsForgotten()
      const connecting = reader.connect(1)
      const [{ seconds, snapshots }, turn] = await Promise.all([connecting, longestTurnMs(server, connecting)])
      if (snapshots !== topics.topics) throw new Error(`a snapshot of ${snapshots} topics instead of ${topics.topics}`)
      say(`match: snapshot in ${seconds.toFixed(2)} s, longest turn ${turn.toFixed(1)} ms`)
      return { seconds, longestTurnMs: turn }
    } finally {
      await reader.stop()
    }
  })
}

function snapshotFigures(snapshots: readonly Snapshot[]): Measured[] {
  const common = { runs: snapshots.length, serverCpu: 0, loadCpu: 0, rivals: [] }
  const seconds = snapshots.map((each) => each.seconds)
  const turns = snapshots.map((each) => each.longestTurnMs)
  return [
    {
      name: 'match.snapshot',
      unit: 's',
      value: rounded(median(seconds)),
      spread: rounded(spread(seconds), 2),
      ...common,
      must: { atMost: 1 },
    },
    {
      name: 'match.snapshotStep',
      unit: 'ms',
      ...common,
      ...worst(turns, 'ms'),
      must: { atMost: 10 },
    },
  ]
}
