import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { medianOver, tcpMemoryKb } from './support/kernel.js'
import { latencyFigure, usage } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import { blockedLinks } from './support/metrics.js'
import type { Bed } from './support/sides.js'
import { rivulet, withBed } from './support/sides.js'
import { median, rounded, spread } from './support/statistics.js'
import { lossOf } from './support/verdict.js'

/** Twenty topics of 1,000 bytes, thirty times a second each: 600 KB/s a reader, so that the kernel cannot hide who stopped. */
const options: LoadOptions = { subscribers: 100, topics: 20, size: 1_000, asking: 'branch' }
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

const loss = (report: LoadReport) => lossOf(report, false)

/** Ten of a hundred readers stop; what do the others notice, and what does it cost? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const calm: Run[] = []
    const stalled: Run[] = []
    for (let pair = 0; pair < (context.quick ? 1 : 5); pair++) {
      calm.push(await runPairHalf(context, 0, pairSeconds))
      stalled.push(await runPairHalf(context, stalledCount, pairSeconds))
    }
    const long = await runPairHalf(context, stalledCount, context.quick ? pairSeconds : flatSeconds)
    return [othersFigure(calm, stalled), absorbedFigure(calm, stalled), flatFigure(long.report)]
  },
}

function othersFigure(calm: readonly Run[], stalled: readonly Run[]): Measured {
  const reports = stalled.map(({ report }) => report)
  const without = median(calm.map(({ report }) => report.p99))
  const ours = { name: rivulet.name, reports, loss }
  const figure = latencyFigure('stalled.othersP99', 'p99', ours, {
    must: { atMost: rounded(Math.max(1.2 * without, without + 2)) },
  })
  return { ...figure, note: `p99 with nobody stalled: ${rounded(without)} ms` }
}

/** Both ends of a link are on this machine, so that the kernel's memory is that of the gateway's and the client's socket. */
function absorbedFigure(calm: readonly Run[], stalled: readonly Run[]): Measured {
  const absorbed = stalled.map(({ tcpKb }, pair) => (tcpKb - (calm[pair]?.tcpKb ?? 0)) / stalledCount)
  return {
    name: 'stalled.absorbed',
    unit: 'KiB a stalled client',
    value: rounded(median(absorbed)),
    ...usage(stalled.map(({ report }) => report)),
    spread: rounded(spread(absorbed), 2),
    rivals: [],
    must: { atMost: 256 },
  }
}

/** Flat: what ten stalled clients may absorb, and a page or two of luck. */
function flatFigure(report: LoadReport): Measured {
  return {
    name: 'stalled.growth',
    unit: 'KiB in 60 s',
    value: loss(report) === '' ? report.residentEnd - report.residentBegin : null,
    ...usage([report]),
    spread: 0,
    rivals: [],
    ...(loss(report) !== '' && { void: loss(report) }),
    must: { atMost: 2_560 },
  }
}

function runPairHalf({ seed, say }: BenchContext, count: number, seconds: number): Promise<Run> {
  return withBed(rivulet, options, seed, async (bed) => {
    await bed.load.connect(options.subscribers)
    if (count > 0) await bed.load.stall(count)
    const measuring = bed.load.measure({ rate, warm: warmSeconds, seconds })
    const tcp = watch(bed, count)
    const [report, tcpKb] = await Promise.all([measuring, tcp])
    say(`${count} stalled: p99 ${report.p99.toFixed(2)} ms, TCP ${tcpKb} KiB ${loss(report)}`)
    return { report, tcpKb }
  })
}

/** Makes sure that the gateway sees all of them blocked before measuring starts; then looks at the kernel's memory. */
async function watch({ server }: Bed, count: number): Promise<number> {
  const deadline = performance.now() + warmSeconds * 1_000
  while (count > 0 && (await blockedLinks(server)) < count) {
    if (performance.now() > deadline) throw new Error(`the gateway did not report ${count} blocked links in time`)
    await sleep(100)
  }
  await sleep(Math.max(0, deadline - performance.now()) + 1_000)
  return await medianOver(5_000, tcpMemoryKb)
}
