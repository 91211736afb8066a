import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, BenchContext } from './bench.js'
import type { Measured } from './figures.js'
import { medianOver, tcpMemoryKb } from './kernel.js'
import type { Runs } from './latency-figure.js'
import { latencyFigure, usage } from './latency-figure.js'
import type { LoadOptions, LoadReport } from './load.js'
import { blockedLinks } from './metrics.js'
import type { Bed, Side } from './sides.js'
import { withBed } from './sides.js'
import { median, rounded, spread } from './statistics.js'
import { lossOf } from './verdict.js'

/** Twenty topics of 1,000 bytes, thirty times a second each: 600 KB/s a reader, so that the kernel cannot hide who stopped. */
export const stallingLoad = { subscribers: 100, topics: 20, size: 1_000, asking: 'branch' } as const
const rate = 600
const stalledCount = 10
const warmSeconds = 5
const pairSeconds = 10
const flatSeconds = 60

/** One run. `tcpKb` is what the machine's sockets held while it was measured. */
interface Run {
  readonly report: LoadReport
  readonly tcpKb: number
}

/** Whose readers stop. */
export interface StalledPlan {
  readonly bench: string
  readonly side: Side
  /** The same, started so that it can be asked what lives in its memory. */
  readonly measurable: Side
  readonly options: LoadOptions
  /** Until what is kept for those who stopped has reached its bound. */
  readonly fillSeconds: number
  readonly rivals: readonly Side[]
}

const lossIn =
  ({ options }: StalledPlan) =>
  (report: LoadReport) =>
    lossOf(report, options.complete ?? false)

/** Ten of a hundred readers stop; what do the others notice, and what does it cost? */
export const stalledBench = (plan: StalledPlan): Bench => ({
  isQuick: false,
  async run(context) {
    const calm: Run[] = []
    const stalled: Run[] = []
    for (let pair = 0; pair < (context.quick ? 1 : 5); pair++) {
      calm.push(await runPairHalf(plan, plan.side, context, 0))
      stalled.push(await runPairHalf(plan, plan.side, context, stalledCount))
    }
    const rivals: Runs[] = []
    for (const side of plan.rivals) {
      const { report } = await runPairHalf(plan, side, context, stalledCount)
      rivals.push({ name: side.name, reports: [report], loss: lossIn(plan) })
    }
    return [
      othersFigure(plan, calm, stalled, rivals),
      absorbedFigure(plan, calm, stalled),
      await flatFigure(plan, context),
    ]
  },
})

function othersFigure(
  plan: StalledPlan,
  calm: readonly Run[],
  stalled: readonly Run[],
  rivals: readonly Runs[],
): Measured {
  const reports = stalled.map(({ report }) => report)
  const without = median(calm.map(({ report }) => report.p99))
  const ours = { name: plan.side.name, reports, loss: lossIn(plan) }
  const figure = latencyFigure(`${plan.bench}.othersP99`, 'p99', ours, {
    must: { atMost: rounded(Math.max(1.2 * without, without + 2)) },
    rivals,
  })
  return { ...figure, note: `p99 with nobody stalled: ${rounded(without)} ms` }
}

/** Both ends of a link are on this machine, so that the kernel's memory is that of the gateway's and the client's socket. */
function absorbedFigure({ bench }: StalledPlan, calm: readonly Run[], stalled: readonly Run[]): Measured {
  const absorbed = stalled.map(({ tcpKb }, pair) => (tcpKb - (calm[pair]?.tcpKb ?? 0)) / stalledCount)
  return {
    name: `${bench}.absorbed`,
    unit: 'KiB a stalled client',
    value: rounded(median(absorbed)),
    ...usage(stalled.map(({ report }) => report)),
    spread: rounded(spread(absorbed), 2),
    rivals: [],
    must: { atMost: 256 },
  }
}

/** Flat: what ten stalled clients may absorb, and a page or two of luck. Garbage is no growth: V8 leaves it lying as long as it likes. */
async function flatFigure(plan: StalledPlan, { seed, quick, say }: BenchContext): Promise<Measured> {
  const seconds = quick ? pairSeconds : flatSeconds
  const loss = lossIn(plan)
  const { growthKb, report } = await withBed(plan.measurable, plan.options, seed, async (bed) => {
    const measuring = await measureStalled(plan, bed, stalledCount, plan.fillSeconds + seconds + 2)
    await measuring.begun
    await sleep(plan.fillSeconds * 1_000)
    const beforeKb = await bed.server.livingKb()
    await sleep(seconds * 1_000)
    const growthKb = (await bed.server.livingKb()) - beforeKb
    say(`${stalledCount} stalled: ${Math.round(beforeKb)} KiB live, ${Math.round(growthKb)} more ${seconds} s later`)
    return { growthKb, report: await measuring.report }
  })
  return {
    name: `${plan.bench}.growth`,
    unit: 'KiB in 60 s',
    value: loss(report) === '' ? Math.round(growthKb) : null,
    ...usage([report]),
    spread: 0,
    rivals: [],
    ...(loss(report) !== '' && { void: loss(report) }),
    must: { atMost: 2_560 },
  }
}

function runPairHalf(plan: StalledPlan, side: Side, { seed, say }: BenchContext, count: number): Promise<Run> {
  return withBed(side, plan.options, seed, async (bed) => {
    const measuring = await measureStalled(plan, bed, count, pairSeconds)
    const tcp = measuring.begun.then(() => medianOver(5_000, tcpMemoryKb))
    const [report, tcpKb] = await Promise.all([measuring.report, tcp])
    say(`${side.name}, ${count} stalled: p99 ${report.p99.toFixed(2)} ms, TCP ${tcpKb} KiB ${lossIn(plan)(report)}`)
    return { report, tcpKb }
  })
}

interface Measuring {
  /** Measuring has begun, with the gateway seeing all who stopped as blocked; rivals do not say what they see. */
  readonly begun: Promise<void>
  readonly report: Promise<LoadReport>
}

async function measureStalled({ options }: StalledPlan, bed: Bed, count: number, seconds: number): Promise<Measuring> {
  await bed.load.connect(options.subscribers)
  if (count > 0) await bed.load.stall(count)
  return { report: bed.load.measure({ rate, warm: warmSeconds, seconds }), begun: whenBlocked(bed, count) }
}

async function whenBlocked({ server }: Bed, count: number): Promise<void> {
  const deadline = performance.now() + warmSeconds * 1_000
  while (count > 0 && server.hasPort('ops') && (await blockedLinks(server)) < count) {
    if (performance.now() > deadline) throw new Error(`the gateway did not report ${count} blocked links in time`)
    await sleep(100)
  }
  await sleep(Math.max(0, deadline - performance.now()) + 1_000)
}
