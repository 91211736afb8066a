import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { usage } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import { rivulet, runOnce } from './support/sides.js'
import { median, rounded, spread } from './support/statistics.js'
import { lossOf } from './support/verdict.js'

/** A feed, and how much of its plain bytes must be saved, percent; null where that is only stated. */
interface Feed {
  readonly name: string
  readonly options: LoadOptions
  /** Updates a second over all topics. */
  readonly rate: number
  readonly savedMin: number | null
  /** Newer values stand for older ones on purpose. */
  readonly conflates: boolean
}

const readers = { subscribers: 10, asking: 'branch', deltas: true, sample: 10 } as const

const feeds: readonly Feed[] = [
  {
    name: 'bandwidth.quotes',
    options: { ...readers, topics: 100, payload: 'quote', complete: true },
    rate: 1_000,
    savedMin: 90,
    conflates: false,
  },
  {
    name: 'bandwidth.matches',
    options: { ...readers, topics: 50, payload: 'match', complete: true },
    rate: 250,
    savedMin: 88,
    conflates: false,
  },
  {
    name: 'bandwidth.conflated',
    options: { ...readers, topics: 1, payload: 'quote', interval: 200 },
    rate: 100,
    savedMin: 99,
    conflates: true,
  },
  // With several topics each frame also says which of them are held back, so that a resume can be exact.
  {
    name: 'bandwidth.conflatedTen',
    options: { ...readers, topics: 10, payload: 'quote', interval: 200 },
    rate: 1_000,
    savedMin: null,
    conflates: true,
  },
]

/** Bytes on the socket beside WebSocket frames of {"path","value","version","time"} for the same updates, uncompressed. */
export const bench: Bench = {
  isQuick: true,
  async run(context) {
    const figures: Measured[] = []
    const chosen = feeds.filter(({ savedMin }) => savedMin !== null || !context.quick)
    for (const feed of chosen) figures.push(await measureFeed(feed, context))
    return figures
  },
}

/** Percent of the plain bytes that did not have to travel. */
function savedPercent(report: LoadReport): number {
  return 100 * (1 - report.bytes / (report.plainBytes * report.subscribers))
}

/** Content is compared with what was published, for every value; what is left out counts as a loss unless it was asked for. */
function lossIn(feed: Feed, report: LoadReport): string {
  return feed.conflates ? lossOf({ ...report, skipped: 0 }, false) : lossOf(report, true)
}

async function measureFeed(feed: Feed, { quick, seed, say }: BenchContext): Promise<Measured> {
  const reports: LoadReport[] = []
  const timing = quick ? { warm: 0.5, seconds: 1, drain: 1 } : { warm: 3, seconds: 20 }
  for (let run = 0; run < (quick ? 1 : 3); run++) {
    const report = await runOnce(rivulet, feed.options, { rate: feed.rate, ...timing }, seed + run)
    reports.push(report)
    const perUpdate = (report.bytes / report.received).toFixed(1)
    const saved = savedPercent(report).toFixed(2)
    say(`${feed.name}: ${perUpdate} bytes an update, ${saved} % saved ${lossIn(feed, report)}`)
  }
  const reason = reports.map((report) => lossIn(feed, report)).find((loss) => loss !== '')
  const saved = reports.map(savedPercent)
  return {
    name: feed.name,
    unit: '% fewer bytes',
    value: reason === undefined ? rounded(median(saved)) : null,
    ...usage(reports),
    spread: rounded(spread(saved), 2),
    rivals: [plainFrames(reports)],
    ...(reason !== undefined && { void: reason }),
    ...(feed.savedMin !== null && { must: { atLeast: feed.savedMin } }),
  }
}

/** The other side of the comparison, in bytes for one update. */
function plainFrames(reports: readonly LoadReport[]) {
  const perUpdate = median(reports.map(({ plainBytes, published }) => plainBytes / published))
  const ratio = median(reports.map(({ plainBytes, subscribers, bytes }) => (plainBytes * subscribers) / bytes))
  return {
    name: 'plain JSON frames, bytes an update',
    value: rounded(perUpdate),
    ratio: rounded(ratio, 3),
    ratioPerCpu: null,
  }
}
