import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { settledKb } from './support/kernel.js'
import type { Side } from './support/sides.js'
import { betterSse, plainStream, rivuletSse, withBed } from './support/sides.js'
import { median, rounded, spread } from './support/statistics.js'

const streams = 5_000

/** What was measured of one side. */
interface Weighed {
  readonly side: Side
  readonly bytes: number[]
}

/** What the server holds for a stream on which nothing happens. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const ours: Weighed = { side: rivuletSse, bytes: [] }
    const bare: Weighed = { side: plainStream, bytes: [] }
    const ofBetterSse: Weighed = { side: betterSse, bytes: [] }
    for (let run = 0; run < (context.quick ? 1 : 5); run++) {
      for (const { side, bytes } of [ours, bare, ofBetterSse]) bytes.push(await bytesPerStream(side, context))
    }
    const ratios = ours.bytes.map((bytes) => bytes / median(bare.bytes))
    const rivals = [bare, ofBetterSse].map((rival) => compare(ours, rival))
    return [
      { ...figure('sse-memory.stream', 'bytes', ours.bytes), rivals },
      { ...figure('sse-memory.overBare', '× a bare stream', ratios), must: { atMost: 1.4 } },
    ]
  },
}

/** The difference that so many open streams make. Each reader of the gateway asked for one topic. */
async function bytesPerStream(side: Side, { seed, say }: BenchContext): Promise<number> {
  const bytes = await withBed(side, { subscribers: streams }, seed, async ({ server, load }) => {
    const before = await settledKb(server.pid)
    await load.connect(streams)
    return ((await settledKb(server.pid)) - before) * (1_024 / streams)
  })
  say(`${side.name}: ${bytes.toFixed(0)} bytes a stream`)
  return bytes
}

/** Less is better. */
function compare(ours: Weighed, theirs: Weighed) {
  const value = rounded(median(theirs.bytes))
  const ratio = rounded(value / median(ours.bytes), 3)
  return { name: theirs.side.name, value, ratio, ratioPerCpu: null }
}

function figure(name: string, unit: string, values: readonly number[]): Measured {
  const value = rounded(median(values))
  const shared = { runs: values.length, spread: rounded(spread(values), 2), rivals: [] }
  // Nobody is busy while memory is read.
  return { name, unit, value, ...shared, serverCpu: 0, loadCpu: 0 }
}
