import type { Bench, BenchContext } from './support/bench.js'
import type { LoadOptions } from './support/load.js'
import { latenessFigure, ratioFigure } from './support/ratio-figure.js'
import { aedes, mosquitto, rivuletMqtt } from './support/sides.js'
import { compare, figureOf, findSustained } from './support/sustained.js'

const gateway = rivuletMqtt()
const subscribers = 500
const p99MaxMs = 25

/** QoS 1 both ways: what is published is acknowledged to the publisher, what is delivered to the broker. */
const options: LoadOptions = { subscribers, size: 100, qos: 1, complete: true }

/** How many deliveries a second are possible where each is acknowledged. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const [ours, ...rivals] = await findSustained(planFor(context), context)
    if (ours === undefined) throw new Error('no side was measured')
    return [
      {
        name: 'mqtt-qos1.sustained',
        unit: 'deliveries/s',
        ...figureOf(ours, subscribers),
        rivals: rivals.map((rival) => compare(ours, rival, subscribers)),
        must: { atLeast: 600_000 },
      },
      latenessFigure('mqtt-qos1.p99', ours, { atMost: p99MaxMs }),
      ratioFigure('mqtt-qos1.overTheBetter', ours, rivals, { atLeast: 5 }),
    ]
  },
}

/** Step 60 is the bound. */
const planFor = ({ quick }: BenchContext) => ({
  sides: [gateway, mosquitto, aedes],
  fromTop: [gateway],
  options: () => options,
  steps: quick ? { base: 5, ratio: 2, count: 12 } : { base: 3.941, ratio: 1.1, count: 70 },
  p99MaxMs,
  probeSeconds: quick ? 0.8 : 6,
  holdSeconds: 10,
  runs: quick ? 0 : 3,
  rivalRuns: 0,
})
