import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { medianOver, tcpMemoryKb } from './support/kernel.js'
import { latencyFigure, usage } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import { blockedLinks } from './support/metrics.js'
import { startMeasurable } from './support/server.js'
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
    return [othersFigure(calm, stalled), absorbedFigure(calm, stalled), await flatFigure(context)]
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

/** Flat: what ten stalled clients may absorb, and a page or two of luck. Garbage is no growth: V8 leaves it lying as long as it likes. */
async function flatFigure({ seed, quick, say }: BenchContext): Promise<Measured> {
  const seconds = quick ? pairSeconds : flatSeconds
  const { growthKb, report } = await withBed({ ...rivulet, start: startMeasurable }, options, seed, async (bed) => {
    const measuring = await measureStalled(bed, stalledCount, seconds + 2)
    await measuring.begun
    const beforeKb = await bed.server.livingKb()
    await sleep(seconds * 1_000)
    const growthKb = (await bed.server.livingKb()) - beforeKb
    say(`${stalledCount} stalled: ${Math.round(beforeKb)} KiB live, ${Math.round(growthKb)} more ${seconds} s later`)
    return { growthKb, report: await measuring.report }
  })
  return {
    name: 'stalled.growth',
    unit: 'KiB in 60 s',
    value: loss(report) === '' ? Math.round(growthKb) : null,
    ...usage([report]),
    spread: 0,
    rivals: [],
    ...(loss(report) !== '' && { void: loss(report) }),
    must: { atMost: 2_560 },
  }
}

function runPairHalf({ seed, say }: BenchContext, count: number, seconds: number): Promise<Run> {
  return withBed(rivulet, options, seed, async (bed) => {
    const measuring = await measureStalled(bed, count, seconds)
    const tcp = measuring.begun.then(() => medianOver(5_000, tcpMemoryKb))
    const [report, tcpKb] = await Promise.all([measuring.report, tcp])
    say(`${count} stalled: p99 ${report.p99.toFixed(2)} ms, TCP ${tcpKb} KiB ${loss(report)}`)
    return { report, tcpKb }
  })
}

interface Measuring {
  /** Measuring has begun, with the gateway seeing all who stopped as blocked. */
  readonly begun: Promise<void>
  readonly report: Promise<LoadReport>
}

async function measureStalled(bed: Bed, count: number, seconds: number): Promise<Measuring> {
  await bed.load.connect(options.subscribers)
  if (count > 0) await bed.load.stall(count)
  return { report: bed.load.measure({ rate, warm: warmSeconds, seconds }), begun: whenBlocked(bed, count) }
}

async function whenBlocked({ server }: Bed, count: number): Promise<void> {
  const deadline = performance.now() + warmSeconds * 1_000
  while (count > 0 && (await blockedLinks(server)) < count) {
    if (performance.now() > deadline) throw new Error(`the gateway did not report ${count} blocked links in time`)
    await sleep(100)
  }
  await sleep(Math.max(0, deadline - performance.now()) + 1_000)
}
