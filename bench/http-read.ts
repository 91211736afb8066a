import type { Bench, BenchContext } from './support/bench.js'
import type { Answering } from './support/requests.js'
import { askInTurns, requestFigure, requestRatio } from './support/requests.js'
import { hono, plainHttp, rivuletHttp } from './support/sides.js'

/** Sixty-four clients that read one topic of 1 KiB, and again once they have it. */
const reads = { publishers: 64, topics: 1, size: 1_024 } as const

const sides = [rivuletHttp, hono, plainHttp]

interface Asked {
  readonly ours: Answering
  readonly ofHono: Answering
  readonly ofNode: Answering
}

/** How often can a value be read over HTTP, whole, and when the client has it already? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const whole = await measure('get', context)
    const unchanged = await measure('unchanged', context)
    return [
      requestFigure('http-read.get', 'requests/s', whole.ours, [whole.ofHono, whole.ofNode]),
      requestRatio('http-read.getOverHono', '× hono', [whole.ours, whole.ofHono], { atLeast: 0.8 }),
      requestFigure('http-read.notModified', 'requests/s', unchanged.ours, [unchanged.ofHono, unchanged.ofNode]),
      requestRatio('http-read.notModifiedOverGet', '× whole', [unchanged.ours, whole.ours], { atLeast: 1 }),
    ]
  },
}

async function measure(requests: 'get' | 'unchanged', context: BenchContext): Promise<Asked> {
  const length = context.quick ? { runs: 1, seconds: 1 } : { runs: 5, seconds: 10 }
  // All three keep the one value, and every answer is compared with it; where there is none, 304 is what must come.
  const plan = { sides, options: { ...reads, requests }, keeps: () => true, ...length }
  const [ours, ofHono, ofNode] = await askInTurns(plan, context)
  if (ours === undefined || ofHono === undefined || ofNode === undefined) throw new Error('no side was measured')
  return { ours, ofHono, ofNode }
}
