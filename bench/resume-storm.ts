import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import type { LoadOptions, Recovered } from './support/load.js'
import { Load } from './support/load.js'
import { longestTurnMs } from './support/metrics.js'
import type { Server } from './support/server.js'
import { startGateway } from './support/server.js'
import { worst } from './support/statistics.js'

const sessions = 5_000

const options: LoadOptions = {
  subscribers: sessions,
  own: 20,
  deltas: true,
  sample: 50,
  keep: true,
  sessionTimeout: 60_000,
}

/** Topic updates a second that go on before, during and after. */
const rate = 2_000
const recoverSeconds = 60

interface Storm {
  readonly recovered: Recovered
  readonly longestTurnMs: number
}

/** The gateway is killed and started again: how long until every session has the right value of every topic? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const storms: Storm[] = []
    for (let run = 0; run < (context.quick ? 1 : 3); run++) storms.push(await raise(context))
    const right = storms.map(({ recovered }) => recovered.rightSeconds)
    const turns = storms.map((storm) => storm.longestTurnMs)
    const reason = storms.map(({ recovered }) => faultOf(recovered)).find((fault) => fault !== '')
    return [
      figure('resume-storm.allRight', 's', right, 10, reason),
      figure('resume-storm.longestStep', 'ms', turns, 10, reason),
    ]
  },
}

/** What may not happen; empty if all is well. A dial that is refused is tried again, and only counts if it never succeeds. */
function faultOf({ ready, rightSeconds, corrupt }: Recovered): string {
  if (ready < sessions) return `${sessions - ready} sessions never came back`
  if (rightSeconds < 0) return 'some values never became right'
  return corrupt > 0 ? `${corrupt} values were corrupt or for somebody else` : ''
}

async function raise({ seed, say }: BenchContext): Promise<Storm> {
  const first = await startGateway()
  const load = await Load.start(first, 'rivulet', options, seed)
  try {
    await load.fill()
    await load.connect(sessions)
    await load.publish(rate)
    const recovering = load.recover(recoverSeconds)
    const restarting = restart(first).then(async (second) => ({
      second,
      turn: await longestTurnMs(second, recovering),
    }))
    const [recovered, { second, turn }] = await Promise.all([recovering, restarting])
    await second.kill()
    const { readySeconds, rightSeconds } = recovered
    say(`resume-storm: connected in ${readySeconds} s, right in ${rightSeconds} s, longest turn ${turn} ms`)
    return { recovered, longestTurnMs: turn }
  } finally {
    await load.stop()
    await first.kill()
  }
}

/** Kills it, and starts another on the same port, as a supervisor would. */
async function restart(first: Server): Promise<Server> {
  await first.kill()
  return await startGateway({ 'http.port': first.port('websocket') })
}

function figure(name: string, unit: string, values: readonly number[], atMost: number, reason?: string): Measured {
  return {
    name,
    unit,
    ...worst(values, unit),
    // A storm has no steady state whose processor time would mean something.
    serverCpu: 0,
    loadCpu: 0,
    rivals: [],
    ...(reason !== undefined && { value: null, void: reason }),
    must: { atMost },
  }
}
