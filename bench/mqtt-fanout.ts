import type { Bench, BenchContext } from './support/bench.js'
import type { LoadOptions } from './support/load.js'
import { latenessFigure, ratioFigure } from './support/ratio-figure.js'
import { aedes, mosquitto, rivuletMqtt } from './support/sides.js'
import { compare, figureOf, findSustained } from './support/sustained.js'

const gateway = rivuletMqtt()
const subscribers = 1_000
const p99MaxMs = 30

/** One topic, 100 bytes an update, QoS 0, and every update must reach everybody. */
const options: LoadOptions = { subscribers, size: 100, qos: 0, complete: true }

/** How many deliveries a second reach a thousand subscribers, beside the brokers that MQTT's users know. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const [ours, ofMosquitto, ofAedes] = await findSustained(planFor(context), context)
    if (ours === undefined || ofMosquitto === undefined || ofAedes === undefined)
      throw new Error('no side was measured')
    return [
      {
        name: 'mqtt-fanout.sustained',
        unit: 'deliveries/s',
        ...figureOf(ours, subscribers),
        rivals: [ofMosquitto, ofAedes].map((rival) => compare(ours, rival, subscribers)),
        must: { atLeast: 3_000_000 },
      },
      latenessFigure('mqtt-fanout.p99', ours, { atMost: p99MaxMs }),
      ratioFigure('mqtt-fanout.overMosquitto', ours, [ofMosquitto], { atLeast: 15 }),
      ratioFigure('mqtt-fanout.overAedes', ours, [ofAedes], { atLeast: 20 }),
    ]
  },
}

/** Step 60 is the bound. */
const planFor = ({ quick }: BenchContext) => ({
  sides: [gateway, mosquitto, aedes],
  fromTop: [gateway],
  options: () => options,
  steps: quick ? { base: 5, ratio: 2, count: 12 } : { base: 9.853, ratio: 1.1, count: 70 },
  p99MaxMs,
  probeSeconds: quick ? 0.8 : 3,
  holdSeconds: 10,
  runs: quick ? 0 : 3,
  rivalRuns: 0,
})
