import type { BenchContext } from './bench.js'
import { untilCalm } from './calm.js'
import type { Measured, Must, Rival } from './figures.js'
import type { LoadOptions, Requested } from './load.js'
import type { Side } from './sides.js'
import { withBed } from './sides.js'
import { median, rounded, spread } from './statistics.js'
import { foreignCpuMax, voidReason } from './verdict.js'

/** What HTTP servers are asked, each as fast as it answers. */
export interface RequestPlan {
  readonly sides: readonly Side[]
  readonly options: Omit<LoadOptions, 'subscribers'>
  /** Sides that keep what they are given, which is read in the end; the others send it back. */
  readonly keeps: (side: Side) => boolean
  readonly runs: number
  readonly seconds: number
}

/** What one side did, run by run. */
export interface Answering {
  readonly side: Side
  readonly reports: readonly Requested[]
}

/** A run amid others is made again, so many times in all. */
const triesMax = 4

/** Fresh servers in turns, so that noise meets all alike. */
export async function askInTurns(plan: RequestPlan, context: BenchContext): Promise<Answering[]> {
  const all = plan.sides.map((side) => ({ side, reports: [] as Requested[] }))
  for (let run = 0; run < plan.runs; run++) {
    for (const { side, reports } of all) reports.push(await askCalmly(plan, context, side, run))
  }
  return all
}

async function askCalmly(plan: RequestPlan, context: BenchContext, side: Side, run: number): Promise<Requested> {
  for (let number = 1; ; number++) {
    const report = await askOnce(plan, side, context.seed + run)
    context.say(`${side.name}: ${plan.options.requests}: ${circumstances(report)}`)
    if (report.foreignCpu <= foreignCpuMax || context.quick || number === triesMax) return report
    await untilCalm(context.say)
  }
}

function askOnce(plan: RequestPlan, side: Side, seed: number): Promise<Requested> {
  const verify = plan.keeps(side)
  return withBed(side, { subscribers: 0, ...plan.options }, seed, async ({ load }) => {
    const report = await load.request({ warm: Math.min(4, plan.seconds), seconds: plan.seconds, verify })
    const isShown = verify ? report.verified > 0 : report.echoed >= report.answers
    if (!isShown) throw new Error(`${side.name} does not show what became of the values`)
    return report
  })
}

function circumstances(report: Requested): string {
  const { p50, p99, serverCpu, loadCpu, foreignCpu } = report
  const cores = `cores: server ${serverCpu.toFixed(2)}, load ${loadCpu.toFixed(2)}, others ${foreignCpu.toFixed(2)}`
  return `${Math.round(rateOf(report))}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${cores})`
}

const rateOf = ({ values, seconds }: Requested): number => values / seconds
const rateIn = ({ reports }: Answering): number => median(reports.map(rateOf))
const serverCpuIn = ({ reports }: Answering): number => median(reports.map(({ serverCpu }) => serverCpu))

/** Why the runs of a side do not count; empty if they do. */
function faultIn({ reports }: Answering): string {
  const reasons = reports.map((report) => {
    const { refused, corrupt } = report
    return refused + corrupt > 0 ? `${refused} refused, ${corrupt} corrupt` : voidReason(report)
  })
  return reasons.find((reason) => reason !== '') ?? ''
}

/** Values a second of the first side, beside the others. */
export function requestFigure(name: string, unit: string, ours: Answering, theirs: readonly Answering[]): Measured {
  const rivals = theirs.map((rival) => compare(ours, rival))
  return { name, unit, ...partsOf(ours, ours.reports.map(rateOf)), rivals }
}

/** How many times as many as another: a figure of its own, so that it can be held against a bound. */
export function requestRatio(
  name: string,
  unit: string,
  [ours, theirs]: readonly [Answering, Answering],
  must: Must,
): Measured {
  const other = rateIn(theirs)
  const figure = partsOf(
    ours,
    ours.reports.map((report) => rateOf(report) / other),
  )
  const fault = faultIn(theirs)
  return {
    name,
    unit,
    ...figure,
    ...(fault !== '' && { value: null, void: `${theirs.side.name}: ${fault}` }),
    rivals: [],
    must,
  }
}

function partsOf(side: Answering, values: readonly number[]) {
  const fault = faultIn(side)
  return {
    value: fault === '' ? rounded(median(values)) : null,
    runs: values.length,
    spread: rounded(spread(values), 2),
    serverCpu: rounded(serverCpuIn(side), 3),
    loadCpu: rounded(median(side.reports.map(({ loadCpu }) => loadCpu)), 3),
    ...(fault !== '' && { void: fault }),
  }
}

function compare(ours: Answering, theirs: Answering): Rival {
  const name = theirs.side.name
  if (faultIn(ours) !== '' || faultIn(theirs) !== '') return { name, value: null, ratio: null, ratioPerCpu: null }
  const ratio = rateIn(ours) / rateIn(theirs)
  const perCpu = (ratio * serverCpuIn(theirs)) / serverCpuIn(ours)
  return { name, value: rounded(rateIn(theirs)), ratio: rounded(ratio, 3), ratioPerCpu: rounded(perCpu, 3) }
}
