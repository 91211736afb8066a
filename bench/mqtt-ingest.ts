import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { usage } from './support/latency-figure.js'
import type { LoadOptions, LoadReport } from './support/load.js'
import { ratioFigure } from './support/ratio-figure.js'
import { aedes, mosquitto, rivuletMqtt, runOnce } from './support/sides.js'
import { median } from './support/statistics.js'
import type { Sustained } from './support/sustained.js'
import { compare, figureOf, findSustained } from './support/sustained.js'
import { circumstances, lossOf } from './support/verdict.js'

const publishers = 500

/** As much more than what is held is offered when nothing may be lost. */
const overload = 1.5

type Qos = 0 | 1

const sides = [rivuletMqtt(), mosquitto, aedes]

/** Each publisher has a connection and a topic of its own; one subscriber to `#` gets everything. */
const optionsFor = (qos: Qos): LoadOptions => ({
  subscribers: 1,
  publishers,
  topics: publishers,
  asking: 'everything',
  size: 100,
  qos,
  complete: true,
})

/** How many publishes a second come in from many devices, and is any lost that was acknowledged? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const most = await measureQos(0, context)
    const atQos1 = await measureQos(1, context)
    return [
      figure('mqtt-ingest.qos0', most),
      ratioFigure('mqtt-ingest.overMosquitto', most.ours, [most.ofMosquitto], { atLeast: 1 }),
      ratioFigure('mqtt-ingest.overAedes', most.ours, [most.ofAedes], { atLeast: 2 }),
      figure('mqtt-ingest.qos1', atQos1),
      ratioFigure('mqtt-ingest.overAedesAtQos1', atQos1.ours, [atQos1.ofAedes], { atLeast: 2 }),
      await lossFigure(atQos1.ours, context),
    ]
  },
}

interface Held {
  readonly ours: Sustained
  readonly ofMosquitto: Sustained
  readonly ofAedes: Sustained
}

async function measureQos(qos: Qos, context: BenchContext): Promise<Held> {
  const [ours, ofMosquitto, ofAedes] = await findSustained(planFor(qos, context), context)
  if (ours === undefined || ofMosquitto === undefined || ofAedes === undefined) throw new Error('no side was measured')
  return { ours, ofMosquitto, ofAedes }
}

const planFor = (qos: Qos, { quick }: BenchContext) => ({
  sides,
  options: () => optionsFor(qos),
  steps: quick ? { base: 1_000, ratio: 2, count: 9 } : { base: 1_000, ratio: 1.1, count: 60 },
  p99MaxMs: 50,
  // At low rates none is less late than at high ones by more than what the machine adds.
  fromTop: sides,
  probeSeconds: quick ? 0.8 : 6,
  holdSeconds: 10,
  runs: quick ? 0 : 2,
  rivalRuns: quick ? 0 : 1,
})

function figure(name: string, { ours, ofMosquitto, ofAedes }: Held): Measured {
  const rivals = [ofMosquitto, ofAedes].map((rival) => compare(ours, rival, 1))
  return { name, unit: 'publishes/s', ...figureOf(ours, 1), rivals }
}

/** More comes than can be taken: publishers may have to wait, but what was published must arrive. */
async function lossFigure(ours: Sustained, { seed, quick, say }: BenchContext): Promise<Measured> {
  const rate = Math.round(overload * median(ours.rates))
  const measure = { rate, warm: 1, seconds: quick ? 1 : 5, drain: 30 }
  const report = await runOnce(ours.side, optionsFor(1), measure, seed)
  say(`${ours.side.name}: ${rate} updates/s, QoS 1: ${lossOf(report, true) || 'nothing lost'} ${circumstances(report)}`)
  return {
    name: 'mqtt-ingest.lostAtQos1',
    unit: 'publishes',
    value: lostIn(report),
    ...usage([report]),
    spread: 0,
    rivals: [],
    note: `${rate} publishes/s were offered, ${overload} times what is held`,
    must: { atMost: 0 },
  }
}

const lostIn = (report: LoadReport): number => report.expected - report.received + report.unacknowledged
