import assert from 'node:assert/strict'
import type { ClientFeatures, Delivery, TopicProperties } from '../../core/index.js'
import { Gateway } from '../../core/index.js'
import type { Arrived } from '../../transports/memory/pipe.js'
import { MemoryPeer } from '../support/memory-peer.js'
import { Random } from '../support/random.js'
import { ImpatientClock, SimulatedClock } from '../support/simulated-clock.js'
import type { Shortened } from './coded-link.js'
import { codedLinks } from './coded-link.js'
import { covers } from './covers.js'

/** What a simulated client can do, and whether it lets itself be told the newest only. */
export interface Manner {
  readonly features: ClientFeatures
  readonly delivery: Delivery | null
}

/** What a simulated run is made of. */
export interface WorldOptions {
  readonly seed: number
  /** One client for each. */
  readonly manners: readonly Manner[]
  readonly steps: number
  /**
   * Clients end subscriptions too, and may ask for the same again at once. What they hold is compared where a snapshot tells of it, since
   * one that ended leaves what another covers as it was.
   */
  readonly isFickle: boolean
  /**
   * Every look at the clock takes time and covering a topic takes many tries, so that the gateway is still busy with one change of subscriptions when the next one comes.
   * What was missed may then be too long to find: all is told again.
   */
  readonly isBusy: boolean
}

const branches = ['a', 'b', 'c/d', 'e/f/g']
const selectors = ['#', 'a/#', '+/1', 'c/d/+', '{a,b}/#', 'e/f/g/3', 'a/0', 'c/+/~"[0-3]"']

/** What covers no topic, and is tried on each: so many that one topic is as much as is looked through at once. */
const futile = Array.from({ length: 60 }, (_, index) => `+/~"[a-f]+x${index}"`)

/** What one client asked for by one selector. */
interface Wish {
  /** Its first snapshot was wanted. */
  readonly snapshot: boolean
  /** How many changes of topics had been before it. */
  readonly sinceChange: number
}

/** One client of the simulated world: its peer and what it asked for. */
interface Actor {
  readonly peer: MemoryPeer
  readonly manner: Manner
  readonly wishes: Map<string, Wish>
  isCut: boolean
  /** Events or its session were lost to it, and it was told all values instead. */
  wasToldAnew: boolean
}

/** What the newest change of a topic left there. */
interface Standing {
  /** Null: the topic is there without a value. */
  readonly value: string | null
  /** How many changes there had been with it. */
  readonly change: number
}

/**
 * A gateway and clients that publish, subscribe, stall, are cut off and come back, all on simulated time and from one seed.
 * Whatever happens on the way, in the end each client holds what the gateway holds.
 */
export class World {
  readonly clock: SimulatedClock
  readonly gateway: Gateway
  readonly failures: unknown[] = []
  readonly shortened: Shortened = { deltas: 0, deflated: 0 }
  private readonly links = codedLinks(this.shortened)
  private readonly random: Random
  private readonly options: WorldOptions
  private readonly actors: Actor[] = []
  /** The topics that stay, once every lifetime is over. */
  private readonly truth = new Map<string, Standing>()
  private changes = 0
  private readonly writer: MemoryPeer

  constructor(options: WorldOptions) {
    this.options = options
    this.random = new Random(options.seed)
    this.clock = options.isBusy ? new ImpatientClock() : new SimulatedClock()
    const { clock } = this
    // What happens must not depend on how often the gateway draws.
    const random = new Random(options.seed + 1_000_000)
    this.gateway = new Gateway({
      clock,
      random: (count) => random.bytes(count),
      failed: (error) => this.failures.push(error),
    })
    this.writer = new MemoryPeer(this.gateway).connect()
    for (const manner of options.manners) this.actors.push(this.newActor(manner))
  }

  /** Runs all steps, then lets everybody come back and catch up. */
  run(): void {
    for (let step = 0; step < this.options.steps; step++) {
      this.act()
      this.clock.advance(this.random.below(30))
    }
    this.settle()
  }

  /** Each client holds exactly the topics that it was to be told of, with the newest values. */
  check(): void {
    assert.deepEqual(this.failures, [], 'core broke none of its own rules')
    for (const [index, actor] of this.actors.entries()) {
      const expected = [...this.truth]
        .filter(([path, standing]) => this.isCompared(path) && isTold(actor, path, standing))
        .map(([path, { value }]) => [path, value ?? ''])
      const held = [...actor.peer.values].filter(([path]) => this.isCompared(path))
      assert.deepEqual(held.sort(), expected.sort(), `client ${index} holds what the gateway holds`)
      assert.deepEqual(actor.peer.puzzled, [], `client ${index} was sent no delta against what it did not hold`)
      const lost = actor.peer.heard.filter((item) => isLoss(item) && !this.options.isBusy)
      assert.deepEqual(lost, [], `client ${index} can be told all that it missed: no bound was reached`)
    }
  }

  /** What every client holds, to compare runs; null: of one that was told anew, which holds what others had to ask for. */
  outcome(): (string | null)[] {
    return this.actors.map(({ peer, wasToldAnew }) => (wasToldAnew ? null : JSON.stringify([...peer.values].sort())))
  }

  private isCompared(path: string): boolean {
    return !this.options.isFickle || isKept(path)
  }

  private newActor(manner: Manner): Actor {
    const peer = new MemoryPeer(this.gateway, this.links, (task) => this.clock.soon(task))
    peer.connect({ features: manner.features }, this.window())
    for (const selector of this.options.isBusy ? futile : []) peer.subscribe(selector)
    return { peer, manner, wishes: new Map(), isCut: false, wasToldAnew: false }
  }

  private window(): number {
    return this.random.pick([200, 2_000, 1_000_000])
  }

  private act(): void {
    const actor = this.random.pick(this.actors)
    const dice = this.random.below(100)
    if (dice < (this.options.isFickle ? 60 : 70)) this.write()
    else if (dice < 80) this.changeSubscriptions(actor)
    else if (dice < 84) actor.peer.stall()
    else if (dice < 88) actor.peer.unstall()
    else if (dice < 92) this.cut(actor)
    else this.comeBack(actor)
  }

  private write(): void {
    const path = `${this.random.pick(branches)}/${this.random.below(6)}`
    const dice = this.random.below(24)
    if (dice < 2) this.remove(path)
    else if (dice === 2) this.create(path)
    else this.publish(path)
  }

  private remove(path: string): void {
    this.writer.send({ kind: 'remove', request: 1, selector: path })
    this.clock.advance(2)
    this.truth.delete(path)
  }

  /** A topic without a value, unless it is there. */
  private create(path: string): void {
    if (this.options.isFickle || this.gateway.topics.tree.find(path)) return
    this.writer.send({ kind: 'create', request: 1, path, properties: this.properties(path) })
    this.changed(path, null)
  }

  private publish(path: string): void {
    // Long enough for a delta, and now and then to be deflated.
    const filling = 'a value of which little changes, '.repeat(this.random.pick([1, 2, 10]))
    const value = `value of ${path} ${filling}${this.random.below(1_000_000)}`
    const lifetimeMs = this.random.pick([0, 0, 0, 0, 50, 1_000])
    this.writer.publish(path, value, { properties: this.properties(path), lifetimeMs })
    this.changed(path, value)
    // It goes with its topic, unless a newer value comes.
    if (lifetimeMs > 0) this.truth.delete(path)
  }

  private properties(path: string): Partial<TopicProperties> {
    return { delivery: this.random.below(3) === 0 ? 'all' : 'latest', keep: isKept(path) }
  }

  private changed(path: string, value: string | null): void {
    this.changes += 1
    this.truth.set(path, { value, change: this.changes })
  }

  private changeSubscriptions(actor: Actor): void {
    if (actor.isCut) return
    const selector = this.random.pick(selectors)
    const dice = this.options.isFickle ? this.random.below(6) : 6
    if (dice < 4 && actor.wishes.delete(selector)) actor.peer.unsubscribe(selector)
    if (dice > 0) this.subscribe(actor, selector)
  }

  private subscribe(actor: Actor, selector: string): void {
    // A change of rate alone keeps what is held.
    const snapshot = this.options.isFickle || this.random.below(2) === 0
    const known = actor.wishes.get(selector) ?? { snapshot: false, sinceChange: this.changes }
    actor.wishes.set(selector, { ...known, snapshot: known.snapshot || snapshot })
    const { delivery } = actor.manner
    actor.peer.subscribe(selector, { intervalMs: this.random.pick([0, 0, 100, 1_000]), snapshot, delivery })
  }

  private cut(actor: Actor): void {
    if (actor.isCut) return
    actor.isCut = true
    actor.peer.cut()
  }

  private comeBack(actor: Actor): void {
    if (!actor.isCut) return
    actor.isCut = false
    actor.peer.unstall()
    const { resynchronised } = this.gateway.statistics()
    // Without a token, since it was cut off before it read any, it begins anew.
    const isNew = actor.peer.token === null
    actor.peer.resume({ features: actor.manner.features }, this.window())
    if (!isNew && this.gateway.statistics().resynchronised === resynchronised) return
    actor.wasToldAnew = true
    for (const selector of actor.wishes.keys())
      actor.wishes.set(selector, { snapshot: true, sinceChange: this.changes })
  }

  private settle(): void {
    for (const actor of this.actors) {
      actor.peer.unstall()
      this.comeBack(actor)
    }
    this.clock.advance(300_000)
  }
}

/** Topics of one name have nothing for those who come later. */
function isKept(path: string): boolean {
  return !path.endsWith('/0')
}

/** Whether a client was to be told of a topic: of its newest change, or of its value in a snapshot. */
function isTold({ wishes }: Actor, path: string, { value, change }: Standing): boolean {
  const hasSnapshot = isKept(path) && value !== null
  return [...wishes].some(
    ([selector, { snapshot, sinceChange }]) =>
      covers(selector, path) && (change > sinceChange || (snapshot && hasSnapshot)),
  )
}

/** It says that something of the past was not there any more. [SEM 1.6, 3.3] */
const isLoss = (item: Arrived) => item.kind === 'resynchronised' || (item.kind === 'update' && item.isGap)
