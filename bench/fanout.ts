import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { latencyFigure } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import type { Side } from './support/sides.js'
import { plainWs, rivulet, runOnce, socketIo } from './support/sides.js'
import { compare, figureOf, findSustained } from './support/sustained.js'
import { lossOf } from './support/verdict.js'

const subscribers = 1_000

/** One topic, 100 bytes an update, and every update must reach everybody. No deltas: rivals send the same bytes. */
const optionsFor = (side: Side): LoadOptions => ({
  subscribers,
  size: 100,
  complete: true,
  ...(side.dialect === 'rivulet' && { delivery: 'all' }),
})

/** How many deliveries a second reach a thousand subscribers, and how late at a million. */
export const bench: Bench = {
  isQuick: true,
  async run(context) {
    const [ours, ...rivals] = await findSustained(planFor(context), context)
    if (ours === undefined) throw new Error('no side was measured')
    const sustained: Measured = {
      name: 'fanout.sustained',
      unit: 'deliveries/s',
      ...figureOf(ours, subscribers),
      rivals: rivals.map((rival) => compare(ours, rival, subscribers)),
      must: { atLeast: 3_000_000 },
    }
    return [sustained, await latenessAtAMillion(context)]
  },
}

/** Step 50 is the bound. */
const planFor = ({ quick }: BenchContext) => ({
  sides: [rivulet, plainWs, socketIo],
  options: optionsFor,
  steps: quick ? { base: 25, ratio: 2, count: 10 } : { base: 25.56, ratio: 1.1, count: 72 },
  p99MaxMs: 30,
  probeSeconds: quick ? 0.8 : 3,
  holdSeconds: 10,
  runs: quick ? 0 : 5,
})

async function latenessAtAMillion({ seed, quick, say }: BenchContext): Promise<Measured> {
  const rate = 1_000_000 / subscribers
  const reports: LoadReport[] = []
  for (let run = 0; run < (quick ? 1 : 5); run++) {
    const measure = quick ? { rate, warm: 0.5, seconds: 1, drain: 1 } : { rate, warm: 2, seconds: 10 }
    const report = await runOnce(rivulet, optionsFor(rivulet), measure, seed + run)
    reports.push(report)
    say(`rivulet: p99 ${report.p99.toFixed(1)} ms at 1,000,000 deliveries/s ${lossOf(report, true)}`)
  }
  const runs = { name: rivulet.name, reports, loss: (report: LoadReport) => lossOf(report, true) }
  return latencyFigure('fanout.p99At1M', 'p99', runs, { must: { atMost: 20 } })
}
