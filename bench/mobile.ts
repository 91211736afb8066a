import { setTimeout as sleep } from 'node:timers/promises'
import type { LinkState } from './support/bad-link.js'
import { BadLink, gatewayAddress, whyNoBadLink } from './support/bad-link.js'
import type { Bench, BenchContext } from './support/bench.js'
import type { Measured, Must } from './support/figures.js'
import type { Dialect, LoadOptions, Watched } from './support/load.js'
import { Load } from './support/load.js'
import type { Place, Server } from './support/server.js'
import { startGateway, startRival } from './support/server.js'
import { median, rounded, spread } from './support/statistics.js'

/** Fifty quotes, ten times a second each: about 0.9 Mbit/s as they are. */
const options: LoadOptions = { subscribers: 1, topics: 50, payload: 'stamped-quote', asking: 'branch', keep: true }
const rate = 500

const loss = 0.02
const good: LinkState = { kbits: 1_000, rtt: 100, loss }

/** A ride through town; then a tunnel, out of which the phone comes with another address. */
const ride: readonly LinkState[] = [
  { kbits: 5_000, rtt: 40, loss },
  { kbits: 1_000, rtt: 100, loss },
  { kbits: 200, rtt: 200, loss },
  { kbits: 50, rtt: 600, loss },
  { kbits: 2_000, rtt: 150, loss },
  { kbits: 300, rtt: 400, loss },
  { kbits: 5_000, rtt: 60, loss },
]

/** Up to this round trip values must be younger than a second. */
const nearRttMs = 200
const near = 0
const far = 1

interface MobileSide {
  readonly name: string
  readonly dialect: Dialect
  readonly reader: Partial<LoadOptions>
  start(place: Place): Promise<Server>
}

const ours: MobileSide = {
  name: 'rivulet',
  dialect: 'rivulet',
  reader: { deltas: true, sessionTimeout: 60_000 },
  start: (place) => startGateway({}, place),
}

const queuing: MobileSide = {
  name: 'ws, which queues',
  dialect: 'plain',
  reader: {},
  start: (place) => startRival('ws-plain', place),
}

/** p95 ages in ms, and the seconds from the end of the tunnel until every value was new. */
interface Ride {
  readonly near: number
  readonly far: number
  readonly right: number
  readonly corrupt: number
}

/** How old is what is seen over a link whose rate and round trip change, that loses packets and goes away? */
export const bench: Bench = {
  isQuick: false,
  async run(context) {
    const reason = whyNoBadLink()
    if (reason !== '') return [skipped(reason)]
    const rides: Ride[] = []
    const theirs: Ride[] = []
    for (let run = 0; run < (context.quick ? 1 : 3); run++) {
      rides.push(await takeRide(ours, context, run))
      theirs.push(await takeRide(queuing, context, run))
    }
    const both = { rides, theirs }
    return [
      figure('mobile.ageNear', 'ms p95', both, (each) => each.near, { atMost: 1_000 }),
      figure('mobile.ageFar', 'ms p95', both, (each) => each.far, { atMost: 2_500 }),
      figure('mobile.rightAfterDrop', 's', both, (each) => each.right, { atMost: 1 }),
    ]
  },
}

async function takeRide(side: MobileSide, context: BenchContext, run: number): Promise<Ride> {
  const link = await BadLink.start(context.seed + run)
  try {
    const place = { inside: link.inside('gateway'), host: gatewayAddress }
    const server = await side.start(place)
    const publisher = await Load.start(server, side.dialect, options, context.seed + run, place)
    const phone = { inside: link.inside('mobile'), host: gatewayAddress }
    const reader = await Load.start(server, side.dialect, { ...options, ...side.reader }, context.seed + run, phone)
    try {
      await publisher.publish(rate)
      await link.set(good)
      await reader.connect(1)
      return await drive(side, context, link, reader)
    } finally {
      await Promise.all([reader.stop(), publisher.stop(), server.kill()])
    }
  } finally {
    await link.remove()
  }
}

async function drive(side: MobileSide, { quick, say }: BenchContext, link: BadLink, reader: Load): Promise<Ride> {
  const ages = { [near]: 0, [far]: 0 }
  let corrupt = 0
  for (const state of ride) {
    await link.set(state)
    const group = state.rtt <= nearRttMs ? near : far
    const watched = await reader.watch(quick ? 3 : 10, group)
    ages[group] = watched.p95
    corrupt += watched.corrupt
    say(`${side.name}: ${state.kbits} kbit/s, ${state.rtt} ms: ${agesText(watched)}`)
  }
  const after = await passTunnel(link, reader)
  say(`${side.name}: right ${after.rightSeconds} s after the tunnel`)
  return { near: ages[near], far: ages[far], right: after.rightSeconds, corrupt: corrupt + after.corrupt }
}

function agesText({ p50, p95, max, bytes }: Watched): string {
  return `ages so far p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, max ${max.toFixed(0)} ms; ${bytes} bytes`
}

/** Ten seconds of nothing; then the device knows that it is connected again, and its program dials at once. */
async function passTunnel(link: BadLink, reader: Load): Promise<Watched> {
  await link.down()
  await sleep(10_000)
  link.readdress()
  await link.set(good)
  await reader.redial()
  return await reader.watch(10, near)
}

function figure(
  name: string,
  unit: string,
  { rides, theirs }: Readonly<Record<'rides' | 'theirs', readonly Ride[]>>,
  pick: (ride: Ride) => number,
  must: Must,
): Measured {
  const values = rides.map(pick)
  const value = median(values)
  const their = median(theirs.map(pick))
  const reason = reasonAgainst(rides, values)
  return {
    ...common(name, unit),
    value: reason === '' ? rounded(value) : null,
    runs: values.length,
    spread: rounded(spread(values), 2),
    rivals: [
      {
        name: queuing.name,
        value: rounded(their),
        ratio: their < 0 ? null : rounded(their / value, 3),
        ratioPerCpu: null,
      },
    ],
    ...(reason !== '' && { void: reason }),
    note: `median of the rides; the worst: ${rounded(Math.max(...values), 3)} ${unit}`,
    must,
  }
}

function reasonAgainst(rides: readonly Ride[], values: readonly number[]): string {
  if (rides.some(({ corrupt }) => corrupt > 0)) return 'values were corrupt'
  return values.some((value) => value < 0) ? 'not every value became right within 10 s' : ''
}

/** Nobody is busy on such a link. */
const common = (name: string, unit: string) => ({ name, unit, serverCpu: 0, loadCpu: 0 })

function skipped(reason: string): Measured {
  const nothing = { value: null, runs: 0, spread: 0, rivals: [] }
  return { ...common('mobile.ageNear', 'ms p95'), ...nothing, void: `skipped: ${reason}` }
}
