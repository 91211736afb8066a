/** The SDK against the gateway's core, through the codec, on simulated time: whatever happens, programs end with what the gateway holds. */
import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Session, Subscription, SubscriptionOptions } from '../../sdk/index.js'
import { connect } from '../../sdk/index.js'
import { Random } from '../support/random.js'
import { SimulatedClock } from '../support/simulated-clock.js'
import { SimulatedNetwork } from './simulated-network.js'

const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 30) }, (_, index) => index + 1)

/** What programs do with subscriptions. */
interface Kind {
  readonly name: string
  /** Several subscriptions in one session, which match the same topics. */
  readonly overlap: boolean
  /** Some topics and some subscriptions deliver all, not only the latest. */
  readonly all: boolean
}

const kinds: readonly Kind[] = [
  { name: 'one subscription a session, of either delivery', overlap: false, all: true },
  { name: 'overlapping subscriptions to latest values', overlap: true, all: false },
  { name: 'overlapping subscriptions of either delivery', overlap: true, all: true },
]

const branches = ['a', 'b', 'c/d', 'e/f/g']
const selectors = ['#', 'a/#', '+/1', 'c/d/+', '{a,b}/#', 'e/f/g/3', 'a/0', 'c/+/~"[0-3]"', '#', 'a/0']
const paths = branches.flatMap((branch) => [0, 1, 2, 3].map((leaf) => `${branch}/${leaf}`))

/** What one subscription has told its program. */
class View {
  readonly values = new Map<string, number>()
  private readonly newest = new Map<string, number>()
  /** A loss was told since the last value of a topic. */
  private readonly excused = new Set<string>()
  readonly faults: string[] = []
  /** Until then what changes is merged into its snapshot, and it may hear what others asked for. */
  private isSynced = false

  constructor(
    readonly subscription: Subscription,
    private readonly isComplete: boolean,
    /** After what it has heard it may be told what came before. */
    private readonly wantsPast: boolean,
  ) {
    subscription.on('synced', () => {
      this.isSynced = true
    })
    subscription.on('update', ({ path, value, removed, gap, snapshot }) => {
      if (removed) this.end(path)
      else this.take(path, Number(String(value).split(' ')[0]), gap || snapshot)
    })
    subscription.on('resynchronised', () => {
      for (const path of paths) this.excused.add(path)
    })
  }

  /** What was published last before a removal goes with the topic's history. */
  private end(path: string): void {
    this.values.delete(path)
    this.newest.delete(path)
  }

  private take(path: string, count: number, isExcused: boolean): void {
    const before = this.newest.get(path)
    this.values.set(path, count)
    this.newest.set(path, count)
    const isAnew = this.excused.delete(path)
    const mayMiss = isAnew || isExcused || before === undefined || !this.isSynced
    // What was not answered is published again to a new gateway, older values first.
    if (before !== undefined && count < before && !isAnew && (this.isSynced || !this.wantsPast))
      this.faults.push(`${path} went back from ${before} to ${count}`)
    if (this.isComplete && !mayMiss && count > before + 1) this.faults.push(`${path} went from ${before} to ${count}`)
  }
}

interface Actor {
  readonly session: Session
  readonly views: View[]
  cut(): void
}

class World {
  readonly clock = new SimulatedClock()
  readonly random: Random
  readonly network: SimulatedNetwork
  readonly publishing: Promise<unknown>[] = []
  private readonly counts = new Map<string, number>()
  private readonly actors: Actor[] = []

  constructor(
    seed: number,
    private readonly kind: Kind,
  ) {
    this.random = new Random(seed)
    this.network = new SimulatedNetwork(this.clock, this.random)
  }

  async run(steps: number): Promise<void> {
    for (let count = 0; count < 4; count++) this.actors.push(await this.newActor())
    for (let step = 0; step < steps; step++) {
      this.act()
      await this.pass(this.random.below(30))
    }
    this.network.isDown = false
    this.network.windowBytes = 65_536
    await this.pass(120_000, 40)
  }

  async check(): Promise<void> {
    assert.deepEqual(this.network.failures, [], 'core broke none of its own rules')
    const asking = await this.newActor()
    for (const [index, { session, views }] of this.actors.entries()) {
      assert.equal(session.state.kind, 'live', `client ${index}`)
      for (const { subscription, values, faults } of views) {
        const name = `client ${index}, ${subscription.selector}`
        assert.deepEqual(faults, [], name)
        const fetching = asking.session.fetch(subscription.selector)
        await this.pass(1_000)
        const truth = (await fetching).map(({ path, value }) => [path, Number(String(value).split(' ')[0])] as const)
        assert.deepEqual([...values].sort(), truth.sort(), name)
      }
    }
    const outcomes = await Promise.allSettled(this.publishing)
    assert.deepEqual(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : [])),
      [],
    )
  }

  private async newActor(): Promise<Actor> {
    const { webSocket, cut } = this.network.clientEnd()
    const options = { webSocket, clock: this.clock, random: () => this.random.next(), keepAliveMs: 20_000 }
    const opening = connect('ws://simulated/ws', { ...options, reconnect: { delayMs: 50, delayMsMax: 1_000 } })
    await this.pass(100)
    return { session: await opening, views: [], cut }
  }

  private act(): void {
    const dice = this.random.below(100)
    const actor = this.random.pick(this.actors)
    if (dice < 65) this.write()
    else if (dice < 78) this.subscribe(actor)
    else if (dice < 84) this.close(actor)
    else if (dice < 91) actor.cut()
    else if (dice < 93) this.network.restart()
    else if (dice < 96) this.network.isDown = !this.network.isDown
    else this.network.windowBytes = this.random.pick([300, 2_000, 65_536])
  }

  /** One client writes, so that its order is the order. */
  private write(): void {
    const [{ session } = { session: null }] = this.actors
    if (session === null) return
    const path = this.random.pick(paths)
    if (this.random.below(12) === 0) {
      this.publishing.push(session.remove(path))
      return
    }
    const count = (this.counts.get(path) ?? 0) + 1
    this.counts.set(path, count)
    const value = `${count} is the value of ${path}, ${'long enough for a delta '.repeat(2)}`
    const delivery = this.kind.all && path.endsWith('1') ? 'all' : 'latest'
    this.publishing.push(session.publish(path, value, { properties: { delivery } }))
  }

  private subscribe({ session, views }: Actor): void {
    if (views.length > 0 && !this.kind.overlap) return
    const delivery = this.random.pick([this.kind.all ? 'all' : 'latest', 'latest', null, null] as const)
    const rate = this.random.pick(['10/s', '1/s', null, null])
    const since = this.kind.all ? this.random.pick([{ count: 3 }, { durationMs: 500 }, null, null, null]) : null
    const options: SubscriptionOptions = {
      ...(delivery && { delivery }),
      ...(rate && { rate }),
      ...(since && { since }),
    }
    views.push(new View(session.subscribe(this.random.pick(selectors), options), delivery === 'all', since !== null))
  }

  private close({ views }: Actor): void {
    const [view] = views.splice(this.random.below(views.length + 1), 1)
    if (view !== undefined) this.publishing.push(view.subscription.close())
  }

  private async pass(ms: number, stepMs = 5): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

for (const kind of kinds) {
  suite(`simulation of the SDK: ${kind.name}`, () => {
    for (const seed of seeds) {
      test(`programs end with what the gateway holds (replay: SEED=${seed} npx mocha test/simulation/sdk.test.ts)`, async function () {
        this.timeout(60_000)
        const world = new World(seed, kind)
        await world.run(250)
        await world.check()
      })
    }
  })
}
