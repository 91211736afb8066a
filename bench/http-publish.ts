import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { askInTurns, requestFigure, requestRatio } from './support/requests.js'
import { hono, plainHttp, rivuletHttp } from './support/sides.js'

/** Four clients that send a thousand values at a time, to four thousand topics. */
const batches = { requests: 'batch', publishers: 4, topics: 4_000, lines: 1_000, size: 100 } as const

/** Sixty-four clients that send one value, and the next once it was answered; each has ten topics. */
const puts = { requests: 'put', publishers: 64, topics: 640, size: 100 } as const

/** How many values a second come in over HTTP, in lines and one by one? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    return [...(await measureBatches(context)), ...(await measurePuts(context))]
  },
}

const lengthOf = ({ quick }: BenchContext) => (quick ? { runs: 1, seconds: 1 } : { runs: 5, seconds: 10 })

async function measureBatches(context: BenchContext): Promise<Measured[]> {
  const plan = { sides: [rivuletHttp, plainHttp], options: batches, keeps: () => true, ...lengthOf(context) }
  const [ours, ofNode] = await askInTurns(plan, context)
  if (ours === undefined || ofNode === undefined) throw new Error('no side was measured')
  const figure = requestFigure('http-publish.batch', 'values/s', ours, [ofNode])
  return [{ ...figure, must: { atLeast: 300_000 } }]
}

async function measurePuts(context: BenchContext): Promise<Measured[]> {
  const sides = [rivuletHttp, hono, plainHttp]
  const plan = { sides, options: puts, keeps: (side: object) => side !== hono, ...lengthOf(context) }
  const [ours, ofHono, ofNode] = await askInTurns(plan, context)
  if (ours === undefined || ofHono === undefined || ofNode === undefined) throw new Error('no side was measured')
  return [
    requestFigure('http-publish.put', 'requests/s', ours, [ofHono, ofNode]),
    requestRatio('http-publish.putOverHono', '× hono', [ours, ofHono], { atLeast: 0.8 }),
  ]
}
