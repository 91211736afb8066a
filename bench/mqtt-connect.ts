import type { Bench, BenchContext } from './support/bench.js'
import type { Measured, Must } from './support/figures.js'
import { settledKb } from './support/kernel.js'
import type { Side } from './support/sides.js'
import { aedes, mosquitto, rivuletMqtt, withBed } from './support/sides.js'
import { median, rounded, spread } from './support/statistics.js'

const sessions = 5_000

/** How often each side lets all in: a storm takes a second, and from one to the next it takes up to twice as long. */
const storms = 9

/** So many are dialled at once: a server's queue of connections that it has not taken yet need not be longer. */
const parallel = 100

const sides = [rivuletMqtt(), mosquitto, aedes]

/** What was measured of each side, in the order of the sides. */
type Runs = readonly (readonly number[])[]

/** How fast do 5,000 devices connect, and what does the server hold for each? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const rates = await inTurns(storms, context, 'connects/s', (side) => connectsPerSecond(side, context))
    const bytes = await inTurns(3, context, 'bytes a session', (side) => bytesPerSession(side, context))
    const ratios = rates[0]?.map((rate) => rate / median(rates[2] ?? [])) ?? []
    return [
      figure('mqtt-connect.rate', 'connects/s', rates, (ours, theirs) => ours / theirs),
      figure('mqtt-connect.overAedes', '× aedes', [ratios], () => 1, { atLeast: 2 }),
      figure('mqtt-connect.session', 'bytes', bytes, (ours, theirs) => theirs / ours, { atMost: 8_192 }),
    ]
  },
}

async function inTurns(
  times: number,
  { quick, say }: BenchContext,
  what: string,
  measure: (side: Side) => Promise<number>,
): Promise<Runs> {
  const runs: number[][] = sides.map(() => [])
  for (let run = 0; run < (quick ? 1 : times); run++) {
    for (const [place, side] of sides.entries()) {
      const value = await measure(side)
      runs[place]?.push(value)
      say(`${side.name}: ${Math.round(value)} ${what}`)
    }
  }
  return runs
}

/** From the first dial to the last CONNACK; nobody asks for anything. */
function connectsPerSecond(side: Side, { seed }: BenchContext): Promise<number> {
  return withBed(side, { subscribers: sessions, asking: 'nothing' }, seed, async ({ load }) => {
    const { seconds } = await load.connect(sessions, { parallel })
    return sessions / seconds
  })
}

/** A device that waits for commands: connected, with a subscription to a topic of its own. */
function bytesPerSession(side: Side, { seed }: BenchContext): Promise<number> {
  return withBed(side, { subscribers: sessions, own: 1 }, seed, async ({ server, load }) => {
    const before = await settledKb(server.pid)
    await load.connect(sessions, { parallel })
    return ((await settledKb(server.pid)) - before) * (1_024 / sessions)
  })
}

/** `better`: how many times better ours is, of two values. */
function figure(
  name: string,
  unit: string,
  [ours = [], ...theirs]: Runs,
  better: (ours: number, theirs: number) => number,
  must?: Must,
): Measured {
  const value = rounded(median(ours))
  const rivals = theirs.map((values, place) => {
    const their = rounded(median(values))
    return {
      name: sides[place + 1]?.name ?? '',
      value: their,
      ratio: rounded(better(value, their), 3),
      ratioPerCpu: null,
    }
  })
  const shared = { runs: ours.length, spread: rounded(spread(ours), 2), rivals }
  // A storm has no steady state whose processor time would mean something.
  return { name, unit, value, ...shared, serverCpu: 0, loadCpu: 0, ...(must && { must }) }
}
