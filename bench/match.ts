import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { usage } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import { Load } from './support/load.js'
import { longestTurnMs } from './support/metrics.js'
import { rivulet, withBed } from './support/sides.js'
import { median, rounded, spread } from './support/statistics.js'

/** Ten thousand lines of ten topics; a wildcard for each line, held by a hundred sessions. */
const topics = { topics: 100_000, deep: true, track: false } as const
const wildcards: LoadOptions = {
  ...topics,
  subscribers: 100,
  asking: 'lines',
  subscriptions: 100,
  snapshot: false,
}

/** Each matches one wildcard and is sent to its reader, fast enough that a write carries many: the cost includes that. */
const publishesPerSecond = 50_000
const runsOf = ({ quick }: BenchContext): number => (quick ? 1 : 5)

/** What wildcards cost a publisher, and how long a reader of everything waits for its first picture. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const runs = runsOf(context)
    const without: LoadReport[] = []
    const withWildcards: LoadReport[] = []
    for (let run = 0; run < runs; run++) {
      without.push(await publishCost(context, 0))
      withWildcards.push(await publishCost(context, wildcards.subscribers))
    }
    const snapshots: Snapshot[] = []
    for (let run = 0; run < runs; run++) snapshots.push(await takeSnapshot(context))
    return [costFigure(without, withWildcards), ...snapshotFigures(snapshots)]
  },
}

const microsOf = (report: LoadReport): number => (report.serverCpu / publishesPerSecond) * 1e6

/** Publishes to all topics in turn at a rate that leaves the server room, so that its processor time is the cost. A newer value
 *  may stand for an older one. */
function publishCost({ seed, quick, say }: BenchContext, subscribers: number): Promise<LoadReport> {
  const duration = quick ? { warm: 2, seconds: 2 } : { warm: 5, seconds: 10 }
  return withBed(rivulet, wildcards, seed, async ({ load }) => {
    await load.fill()
    if (subscribers > 0) await load.connect(subscribers)
    const report = await load.measure({ rate: publishesPerSecond, ...duration, drain: 0 })
    const cost = `${microsOf(report).toFixed(2)} µs a publish, ${report.received} of ${report.published} delivered`
    say(`match: ${subscribers} sessions of 100 wildcards: ${cost}`)
    return report
  })
}

function costFigure(without: readonly LoadReport[], withWildcards: readonly LoadReport[]): Measured {
  const ratios = withWildcards.map((report, run) => report.serverCpu / (without[run]?.serverCpu ?? Number.NaN))
  return {
    name: 'match.publishCost',
    unit: '× without wildcards',
    value: rounded(median(ratios), 3),
    ...usage(withWildcards),
    spread: rounded(spread(ratios), 2),
    rivals: [],
    note: `${rounded(median(without.map(microsOf)), 3)} µs a publish without, ${rounded(median(withWildcards.map(microsOf)), 3)} with`,
    must: { atMost: 2 },
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
      // Reading it begins a new longest turn.
      await longestTurnMs(server)
      const { seconds, snapshots } = await reader.connect(1)
      if (snapshots !== topics.topics) throw new Error(`a snapshot of ${snapshots} topics instead of ${topics.topics}`)
      const turn = await longestTurnMs(server)
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
      value: rounded(median(turns)),
      spread: rounded(spread(turns), 2),
      ...common,
      must: { atMost: 10 },
    },
  ]
}
