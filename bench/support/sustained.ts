import type { BenchContext } from './bench.js'
import { untilCalm } from './calm.js'
import type { Rival } from './figures.js'
import type { Settled, Steps, Verdict } from './highest-rate.js'
import { bisect, descend, rateAt, settle } from './highest-rate.js'
import type { LoadOptions, LoadReport } from './load.js'
import type { Side } from './sides.js'
import { runOnce } from './sides.js'
import { median, rounded, spread } from './statistics.js'
import { circumstances, judge } from './verdict.js'

/** How the highest sustained rate of several sides is looked for. */
export interface SustainedPlan {
  readonly sides: readonly Side[]
  readonly options: (side: Side) => LoadOptions
  readonly steps: Steps
  readonly p99MaxMs: number
  /** Sides that are looked for from the top down, being no later at low rates than at high ones; absent: none. */
  readonly fromTop?: readonly Side[]
  /** Seconds of a trial while looking for the place, and of one that counts. Half of it is for warming up: in 1.5 s a gateway's code is not hot. */
  readonly probeSeconds: number
  readonly holdSeconds: number
  /** Runs that count; 0: the place found by the short trials is the answer. */
  readonly runs: number
  /** The same of every side but the first, where theirs are to be fewer. What short trials find flatters a rival. */
  readonly rivalRuns?: number
}

/** What one side did. */
export interface Sustained {
  readonly side: Side
  /** Updates a second of each run. */
  readonly rates: readonly number[]
  /** At these rates, ms; the median of the runs. */
  readonly p99: number
  readonly serverCpu: number
  readonly loadCpu: number
  readonly limitedByLoad: boolean
}

/** One side while it is being measured. */
interface Candidate {
  readonly side: Side
  readonly runs: number
  step: number
  readonly rates: number[]
  readonly held: LoadReport[]
  limitedByLoad: boolean
}

/** Looks for each side's place with short trials, then lets the sides take turns with long ones, so that noise meets all alike. */
export async function findSustained(plan: SustainedPlan, context: BenchContext): Promise<Sustained[]> {
  const candidates: Candidate[] = []
  for (const [place, side] of plan.sides.entries()) {
    candidates.push(await locate(plan, context, side, place === 0 ? plan.runs : (plan.rivalRuns ?? plan.runs)))
  }
  for (let run = 0; run < plan.runs; run++) {
    for (const candidate of candidates) if (run < candidate.runs) await hold(plan, context, candidate)
  }
  return candidates.map(({ side, rates, held, limitedByLoad }) => {
    const middle = (of: (report: LoadReport) => number) => (held.length > 0 ? median(held.map(of)) : 0)
    const cpu = { serverCpu: middle((report) => report.serverCpu), loadCpu: middle((report) => report.loadCpu) }
    return { side, rates, limitedByLoad, p99: middle((report) => report.p99), ...cpu }
  })
}

async function locate(plan: SustainedPlan, context: BenchContext, side: Side, runs: number): Promise<Candidate> {
  const candidate: Candidate = { side, runs, step: 0, rates: [], held: [], limitedByLoad: false }
  let best: LoadReport | undefined
  const search = plan.fromTop?.includes(side) ? descend : bisect
  candidate.step = await search(plan.steps, async (step) => {
    const { verdict, report } = await trial(plan, context, side, step, plan.probeSeconds)
    if (verdict.held) best = report
    candidate.limitedByLoad = verdict.isVoid
    return verdict
  })
  if (runs > 0) return candidate
  candidate.rates.push(candidate.step < 0 ? 0 : rateAt(plan.steps, candidate.step))
  if (best !== undefined) candidate.held.push(best)
  return candidate
}

async function hold(plan: SustainedPlan, context: BenchContext, candidate: Candidate): Promise<void> {
  let best: LoadReport | undefined
  const settled: Settled = await settle(plan.steps, candidate.step, async (step) => {
    const { verdict, report } = await trial(plan, context, candidate.side, step, plan.holdSeconds)
    if (verdict.held) best = report
    return verdict
  })
  candidate.step = settled.step
  candidate.limitedByLoad ||= settled.limitedByLoad
  candidate.rates.push(settled.step < 0 ? 0 : rateAt(plan.steps, settled.step))
  if (best !== undefined) candidate.held.push(best)
}

interface Trial {
  readonly verdict: Verdict
  readonly report: LoadReport
}

/** Trials of one step, of which all but the last were disturbed. Where it must be quick there is one. */
const trialsMax = 5

async function trial(
  plan: SustainedPlan,
  context: BenchContext,
  side: Side,
  step: number,
  seconds: number,
): Promise<Trial> {
  for (let number = 1; ; number++) {
    const tried = await tryOnce(plan, context, side, step, seconds)
    if (!tried.verdict.isDisturbed || context.quick || number === trialsMax) return tried
    await untilCalm(context.say)
  }
}

async function tryOnce(
  plan: SustainedPlan,
  { seed, say }: BenchContext,
  side: Side,
  step: number,
  seconds: number,
): Promise<Trial> {
  const rate = rateAt(plan.steps, step)
  const warm = Math.min(4, seconds / 2)
  const options = plan.options(side)
  // Something that is far later than allowed will not come right any more.
  const measure = { rate, warm, seconds, drain: Math.min(3, 2 * seconds), hopeless: 20 * plan.p99MaxMs }
  const report = await runOnce(side, options, measure, seed)
  const verdict = judge(report, plan.p99MaxMs, options.complete ?? false)
  const outcome = verdict.held ? `held, p99 ${report.p99.toFixed(1)} ms` : verdict.why
  say(`${side.name}: ${rate} updates/s for ${seconds} s: ${outcome} ${circumstances(report)}`)
  return { verdict, report }
}

/** A rival's row: how many times more the first side does, as a whole and for one core. */
export function compare(ours: Sustained, theirs: Sustained, deliveriesPerUpdate: number): Rival {
  const [our, their] = [median(ours.rates), median(theirs.rates)]
  const value = their * deliveriesPerUpdate
  const ratio = our > 0 && their > 0 ? rounded(our / their, 3) : null
  const perCpu = ratio !== null && ours.serverCpu > 0 ? (our / ours.serverCpu / their) * theirs.serverCpu : null
  return { name: theirs.side.name, value, ratio, ratioPerCpu: perCpu === null ? null : rounded(perCpu, 3) }
}

/** The parts of a figure that come from the runs. */
export function figureOf(sustained: Sustained, deliveriesPerUpdate: number) {
  const { rates, serverCpu, loadCpu, limitedByLoad } = sustained
  const value = median(rates) * deliveriesPerUpdate
  const shared = { runs: rates.length, spread: rounded(spread(rates), 2), serverCpu, loadCpu: rounded(loadCpu, 3) }
  const note = limitedByLoad ? { note: 'at least: the next step up is void, since the load client was the limit' } : {}
  return value > 0
    ? { ...shared, ...note, serverCpu: rounded(serverCpu, 3), value }
    : { ...shared, value: null, void: limitedByLoad ? 'load-bound' : 'not even the lowest rate was held' }
}
