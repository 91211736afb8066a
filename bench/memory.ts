import type { Bench, BenchContext } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { settledKb } from './support/kernel.js'
import type { LoadOptions } from './support/load.js'
import { rivulet, withBed } from './support/sides.js'
import { median, rounded, spread } from './support/statistics.js'

const sessions = 5_000

/** What the server holds for an idle session, for a topic, and for a session that reads everything. */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const idle = await repeat(context, 'idle session', () => bytesPerSession(context, { topics: 1 }))
    const topic = await repeat(context, 'topic', () => bytesPerTopic(context))
    const everything = await repeat(context, 'session on #', () => bytesPerSession(context, onEverything))
    const extra = everything.map((bytes) => Math.max(0, bytes - median(idle)))
    return [
      figure('memory.idleSession', 'bytes', idle, 10_240),
      figure('memory.topic', 'bytes', topic, 600),
      // What `#` over many topics adds to a session that has one topic.
      figure('memory.everythingSession', 'bytes', extra, 1_024),
    ]
  },
}

/** Without a snapshot: 5,000 times 100,000 values would be 60 GB on the wire, and none of it is state. */
const onEverything: LoadOptions = {
  subscribers: sessions,
  topics: 100_000,
  deep: true,
  asking: 'everything',
  snapshot: false,
  track: false,
}

async function repeat({ quick, say }: BenchContext, what: string, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = []
  for (let run = 0; run < (quick ? 1 : 3); run++) {
    values.push(await measure())
    say(`${what}: ${values.at(-1)?.toFixed(0)} bytes`)
  }
  return values
}

/** The difference that so many connected sessions make, with all topics there before. */
function bytesPerSession({ seed }: BenchContext, options: Omit<LoadOptions, 'subscribers'>): Promise<number> {
  return withBed(rivulet, { ...options, subscribers: sessions }, seed, async ({ server, load }) => {
    await load.fill()
    const before = await settledKb(server.pid)
    await load.connect(sessions)
    return ((await settledKb(server.pid)) - before) * (1_024 / sessions)
  })
}

/** Topics of five levels with values of 100 bytes. */
function bytesPerTopic({ seed }: BenchContext): Promise<number> {
  const topics = 200_000
  return withBed(rivulet, { subscribers: 1, topics, deep: true, track: false }, seed, async ({ server, load }) => {
    const before = await settledKb(server.pid)
    await load.fill()
    return ((await settledKb(server.pid)) - before) * (1_024 / topics)
  })
}

function figure(name: string, unit: string, values: readonly number[], atMost: number): Measured {
  return {
    name,
    unit,
    value: rounded(median(values)),
    runs: values.length,
    spread: rounded(spread(values), 2),
    // Nobody is busy while memory is read.
    serverCpu: 0,
    loadCpu: 0,
    rivals: [],
    must: { atMost },
  }
}
