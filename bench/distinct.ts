import type { Bench, BenchContext } from './support/bench.js'
import type { Measured, Must } from './support/figures.js'
import { latencyFigure } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import type { Side } from './support/sides.js'
import { plainWs, rivulet, runOnce } from './support/sides.js'
import { compare, figureOf, findSustained } from './support/sustained.js'
import { lossOf } from './support/verdict.js'

/** A thousand readers, each with twenty quotes of its own: nothing can be shared, so that every delta is made for one. */
const optionsFor = (side: Side): LoadOptions => ({
  subscribers: 1_000,
  own: 20,
  payload: 'stamped-quote',
  sample: 50,
  ...(side.dialect === 'rivulet' ? { deltas: true } : { complete: true }),
})

const p99MaxMs = 40

/** Topic updates a second to readers who share nothing. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const [ours, theirs] = await findSustained(planFor(context), context)
    if (ours === undefined || theirs === undefined) throw new Error('no side was measured')
    const sustained: Measured = {
      name: 'distinct.sustained',
      unit: 'updates/s',
      ...figureOf(ours, 1),
      rivals: [compare(ours, theirs, 1)],
      must: { atLeast: 100_000 },
    }
    const atHundred = await latenessAt('distinct.p99At100k', 100_000, context, { atMost: p99MaxMs })
    return [sustained, atHundred, await latenessAt('distinct.p99At150k', 150_000, context)]
  },
}

/** Step 17 is the bound. */
const planFor = (context: BenchContext) => ({
  sides: [rivulet, plainWs],
  options: optionsFor,
  steps: { base: 19_784, ratio: 1.1, count: 28 },
  p99MaxMs,
  probeSeconds: context.quick ? 1 : 3,
  holdSeconds: 10,
  runs: context.quick ? 0 : 3,
})

async function latenessAt(
  name: string,
  rate: number,
  { quick, seed, say }: BenchContext,
  must?: Must,
): Promise<Measured> {
  const reports: LoadReport[] = []
  const loss = (report: LoadReport) => lossOf(report, false)
  for (let run = 0; run < (quick ? 1 : 5); run++) {
    const measure = { rate, warm: quick ? 1 : 3, seconds: quick ? 1 : 10, hopeless: 2_000 }
    const report = await runOnce(rivulet, optionsFor(rivulet), measure, seed + run)
    reports.push(report)
    say(`${name}: p99 ${report.p99.toFixed(1)} ms, ${report.deltas} deltas, ${report.values} values ${loss(report)}`)
  }
  return latencyFigure(name, 'p99', { name: rivulet.name, reports, loss }, must && { must })
}
