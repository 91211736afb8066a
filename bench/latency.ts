import type { Bench, BenchContext } from './support/bench.js'
import type { Measured, Must } from './support/figures.js'
import type { Quantile } from './support/latency-figure.js'
import { latencyFigure } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import type { Side } from './support/sides.js'
import { plainWs, rivulet, runOnce, socketIo } from './support/sides.js'
import { circumstances, lossOf } from './support/verdict.js'

/** A rate that is offered, not looked for: how late are its updates? */
interface Case {
  readonly name: string
  readonly subscribers: number
  /** Updates a second. */
  readonly rate: number
  readonly quantile: Quantile
  readonly must: Must
}

const cases: readonly Case[] = [
  { name: 'latency.p99Of100', subscribers: 100, rate: 1_000, quantile: 'p99', must: { atMost: 5 } },
  { name: 'latency.p99Of1000', subscribers: 1_000, rate: 100, quantile: 'p99', must: { atMost: 15 } },
  { name: 'latency.p50OfOne', subscribers: 1, rate: 100, quantile: 'p50', must: { atMost: 0.6 } },
]

/** 100,000 deliveries a second to a hundred and to a thousand readers, and a quiet link. */
export const bench: Bench = {
  isQuick: true,
  async run(context) {
    const figures: Measured[] = []
    for (const each of cases) figures.push(await measureCase(each, context))
    return figures
  },
}

async function measureCase(each: Case, context: BenchContext): Promise<Measured> {
  const sides = context.quick ? [rivulet, plainWs] : [rivulet, plainWs, socketIo]
  const reports = new Map<Side, LoadReport[]>(sides.map((side) => [side, []]))
  for (let run = 0; run < (context.quick ? 1 : 5); run++) {
    for (const side of sides) reports.get(side)?.push(await runCase(each, side, context, run))
  }
  const loss = (report: LoadReport) => lossOf(report, true)
  const [ours, ...rivals] = sides.map((side) => ({ name: side.name, reports: reports.get(side) ?? [], loss }))
  if (ours === undefined) throw new Error('no side was measured')
  return latencyFigure(each.name, each.quantile, ours, { must: each.must, rivals })
}

async function runCase(each: Case, side: Side, { quick, seed, say }: BenchContext, run: number): Promise<LoadReport> {
  const { subscribers, rate, name, quantile } = each
  const options: LoadOptions = {
    subscribers,
    size: 100,
    complete: true,
    ...(side.dialect === 'rivulet' && { delivery: 'all' }),
  }
  const seconds = quick ? 1 : 10
  const report = await runOnce(
    side,
    options,
    { rate, warm: quick ? 0.5 : 2, seconds, drain: quick ? 1 : 3, hopeless: 1_000 },
    seed + run,
  )
  say(
    `${name}, ${side.name}: ${quantile} ${report[quantile].toFixed(2)} ms ${lossOf(report, true)} ${circumstances(report)}`,
  )
  return report
}
