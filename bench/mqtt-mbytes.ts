import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import type { LoadOptions } from './support/load.js'
import type { Side } from './support/sides.js'
import { mosquitto, rabbitmq, rivuletMqtt, withShared } from './support/sides.js'
import { median, rounded } from './support/statistics.js'
import type { Sustained } from './support/sustained.js'
import { compare, figureOf, findSustained } from './support/sustained.js'

const bytesPerKb = 1_000
const bytesPerMb = 1_000_000

/** As many updates and bytes as a reader may be behind; nothing is kept longer than it is owed. Rivals queue without a bound. */
const history = { count: 100_000, bytes: 64 * 1_024 * 1_024, age: '0s' }
const historyNote = `a topic rule raises how much a reader may be behind to ${history.count.toLocaleString('en')} updates and ${history.bytes / 1_024 / 1_024} MiB`

const ours = rivuletMqtt({ 'topics.rules': JSON.stringify([{ selector: 'bench/#', history }]) })

/** One kind of load. */
interface Case {
  readonly subscribers: number
  readonly sizeKb: number
  readonly qos: 0 | 1
}

const cases: readonly Case[] = [1, 100].flatMap((subscribers) =>
  [1, 10, 100].flatMap((sizeKb) => ([0, 1] as const).map((qos) => ({ subscribers, sizeKb, qos }))),
)

/** What was found in one case. */
interface Outcome {
  readonly of: Case
  readonly ours: Sustained
  readonly rivals: readonly Sustained[]
}

/** Big payloads, one publisher to one and to a hundred subscribers: megabytes a second out. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const outcomes: Outcome[] = []
    for (const each of context.quick ? cases.slice(-1) : cases) {
      context.say(`${nameOf(each)}:`)
      // RabbitMQ takes longer to start than a trial lasts, so that one node serves all trials of a case.
      outcomes.push(await withShared(rabbitmq, (shared) => measureCase(each, [ours, mosquitto, shared], context)))
    }
    return [
      ...outcomes.map(figure),
      leastRatio('mqtt-mbytes.overMosquitto', outcomes, 0),
      leastRatio('mqtt-mbytes.overRabbitmq', outcomes, 1),
    ]
  },
}

const nameOf = ({ subscribers, sizeKb, qos }: Case) => `mqtt-mbytes.out${sizeKb}KBTo${subscribers}Qos${qos}`

const optionsFor = ({ subscribers, sizeKb, qos }: Case): LoadOptions => ({
  subscribers,
  size: sizeKb * bytesPerKb,
  qos,
  complete: true,
  // The checksum of every value that a hundred readers get would make the load client the limit.
  sample: 2,
})

async function measureCase(each: Case, sides: readonly Side[], context: BenchContext): Promise<Outcome> {
  const [first, ...rivals] = await findSustained(planFor(each, sides, context), context)
  if (first === undefined) throw new Error('no side was measured')
  return { of: each, ours: first, rivals }
}

const planFor = (each: Case, sides: readonly Side[], { quick }: BenchContext) => ({
  sides,
  options: () => optionsFor(each),
  // The same megabytes in every case: 10 MB/s out at the lowest step, 5 GB/s at the highest.
  steps: { base: 10 / megabytesOut(each), ratio: 1.15, count: 45 },
  p99MaxMs: 100,
  probeSeconds: quick ? 1 : 4,
  holdSeconds: 5,
  runs: quick ? 0 : 1,
  rivalRuns: 0,
})

const megabytesOut = ({ subscribers, sizeKb }: Case): number => (subscribers * sizeKb * bytesPerKb) / bytesPerMb

function figure({ of, ours: first, rivals }: Outcome): Measured {
  const perUpdate = megabytesOut(of)
  const found = figureOf(first, perUpdate)
  return {
    name: nameOf(of),
    unit: 'MB/s out',
    ...found,
    value: found.value === null ? null : rounded(found.value),
    note: 'note' in found ? `${found.note}; ${historyNote}` : historyNote,
    rivals: rivals.map((rival) => {
      const row = compare(first, rival, perUpdate)
      return { ...row, value: rounded(row.value ?? 0) }
    }),
  }
}

/** The least that ours is ahead of a rival, over all cases, and where that is. */
function leastRatio(name: string, outcomes: readonly Outcome[], place: number): Measured {
  const ratios = outcomes.map(({ of, ours: first, rivals }) => {
    const theirs = median(rivals[place]?.rates ?? [])
    return { of, ratio: median(first.rates) / theirs }
  })
  const least = ratios.reduce((worst, each) => (each.ratio < worst.ratio ? each : worst))
  return {
    name,
    unit: `× ${outcomes[0]?.rivals[place]?.side.name ?? ''}`,
    value: Number.isFinite(least.ratio) ? rounded(least.ratio, 3) : null,
    runs: outcomes.length,
    spread: 0,
    serverCpu: 0,
    loadCpu: 0,
    rivals: [],
    note: `the least of ${outcomes.length} cases: ${nameOf(least.of)}; ${historyNote}`,
    must: { atLeast: 1 },
  }
}
