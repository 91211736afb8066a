import { nchanMissing } from './rivals/nchan.js'
import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import type { LoadOptions } from './support/load.js'
import { latenessFigure, ratioFigure } from './support/ratio-figure.js'
import { betterSse, nchan, rivuletSse } from './support/sides.js'
import type { Sustained } from './support/sustained.js'
import { compare, figureOf, findSustained } from './support/sustained.js'

const readers = 1_000
const p99MaxMs = 25

/** One topic, 100 bytes an update, over HTTP/1.1, and every update must reach everybody. */
const options: LoadOptions = { subscribers: readers, size: 100, complete: true }

/** How many events a second reach a thousand streams, beside what else serves event streams. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const missing = nchanMissing()
    const [ours, ofBetterSse, ...ofNchan] = await findSustained(planFor(context, missing === ''), context)
    if (ours === undefined || ofBetterSse === undefined) throw new Error('no side was measured')
    return [
      {
        name: 'sse-fanout.sustained',
        unit: 'events/s',
        ...figureOf(ours, readers),
        rivals: [ofBetterSse, ...ofNchan].map((rival) => compare(ours, rival, readers)),
        must: { atLeast: 1_200_000 },
      },
      latenessFigure('sse-fanout.p99', ours, { atMost: p99MaxMs }),
      ratioFigure('sse-fanout.overBetterSse', ours, [ofBetterSse], { atLeast: 8 }),
      overNchan(ours, ofNchan, missing),
    ]
  },
}

function overNchan(ours: Sustained, ofNchan: readonly Sustained[], missing: string): Measured {
  const name = 'sse-fanout.overNchan'
  if (missing === '') return ratioFigure(name, ours, ofNchan, { atLeast: 1 })
  const nothing = { value: null, runs: 0, spread: 0, serverCpu: 0, loadCpu: 0, rivals: [] }
  return { name, unit: '× nchan', ...nothing, must: { atLeast: 1 }, void: `skipped: ${missing}` }
}

/** Step 50 is the bound. */
const planFor = ({ quick }: BenchContext, withNchan: boolean) => ({
  sides: [rivuletSse, betterSse, ...(withNchan ? [nchan] : [])],
  fromTop: [rivuletSse],
  options: () => options,
  steps: quick ? { base: 18.75, ratio: 2, count: 9 } : { base: 10.22, ratio: 1.1, count: 70 },
  p99MaxMs,
  probeSeconds: quick ? 0.8 : 3,
  holdSeconds: 10,
  runs: quick ? 0 : 3,
  rivalRuns: quick ? 0 : 1,
})
