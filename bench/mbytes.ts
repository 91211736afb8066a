import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import type { LoadOptions } from './support/load.js'
import type { Side } from './support/sides.js'
import { plainWs, rivulet } from './support/sides.js'
import { median, rounded } from './support/statistics.js'
import type { Sustained } from './support/sustained.js'
import { compare, figureOf, findSustained } from './support/sustained.js'

const subscribers = 100
const sizesKb = [1, 10, 100]
const bytesPerKb = 1_000
const bytesPerMb = 1_000_000

/** Big values, one publisher to a hundred readers, all of which must arrive: megabytes a second in and out. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const figures: Measured[] = []
    for (const sizeKb of sizesKb) figures.push(...(await measureSize(sizeKb, context)))
    return figures
  },
}

const optionsFor = (side: Side, sizeKb: number): LoadOptions => ({
  subscribers,
  // Several topics, since what a gateway keeps of one for slow readers is bounded: ten values of 100 KB.
  topics: 10,
  asking: 'branch',
  size: sizeKb * bytesPerKb,
  complete: true,
  // The checksum of every value that a hundred readers get would make the load client the limit.
  sample: 2,
  ...(side.dialect === 'rivulet' && { delivery: 'all' }),
})

const planFor = (sizeKb: number, { quick }: BenchContext) => ({
  sides: [rivulet, plainWs],
  options: (side: Side) => optionsFor(side, sizeKb),
  // The same megabytes at every size: 5 MB/s out at the lowest step, about 4 GB/s at the highest.
  steps: { base: (5 * bytesPerMb) / (sizeKb * bytesPerKb * subscribers), ratio: 1.15, count: 48 },
  p99MaxMs: 100,
  probeSeconds: 3,
  holdSeconds: 10,
  runs: quick ? 0 : 3,
})

async function measureSize(sizeKb: number, context: BenchContext): Promise<Measured[]> {
  const [ours, theirs] = await findSustained(planFor(sizeKb, context), context)
  if (ours === undefined || theirs === undefined) throw new Error('no side was measured')
  const megabytes = (sizeKb * bytesPerKb) / bytesPerMb
  return [
    directed(`mbytes.out${sizeKb}KB`, 'MB/s out', megabytes * subscribers, ours, theirs),
    directed(`mbytes.in${sizeKb}KB`, 'MB/s in', megabytes, ours, theirs),
  ]
}

function directed(name: string, unit: string, perUpdate: number, ours: Sustained, theirs: Sustained): Measured {
  const rival = compare(ours, theirs, perUpdate)
  const figure = figureOf(ours, perUpdate)
  const value = figure.value === null ? null : rounded(median(ours.rates) * perUpdate)
  return { name, unit, ...figure, value, rivals: [{ ...rival, value: rounded(rival.value ?? 0) }] }
}
