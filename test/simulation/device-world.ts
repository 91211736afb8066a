import assert from 'node:assert/strict'
import type { MessageQueue } from '../../core/flow/message-queue.js'
import type { Gateway, Limits, Qos } from '../../core/index.js'
import { publication } from '../support/memory-peer.js'
import { MessagePeer } from '../support/message-peer.js'
import { Random } from '../support/random.js'
import { startedOn } from '../support/restarted.js'
import { SimulatedClock } from '../support/simulated-clock.js'
import { CopiedStore } from './copied-store.js'
import { Device } from './device.js'
import { GroupLedger } from './group-ledger.js'
import type { Message } from './reader-ledger.js'

const paths = ['a/1', 'a/2', 'b/1', 'b/2']
const selectors = ['#', 'a/#', '+/1', 'b/2', 'a/1', 'will/#']
const qualities = [0, 1, 2] as const

/** Changes of sessions that are stored a little later than they happen; by then they are, ms. */
const storedAfterMs = 60

/** What may happen beside what always does. */
export interface DeviceWorldOptions {
  readonly limits: Partial<Limits>
  /** Now and then the gateway is killed, and another takes its place. */
  readonly restarts: boolean
}

/**
 * A gateway and devices that read messages: they publish, subscribe, share, settle, stall, are cut off, come back, are taken over,
 * begin anew and leave wills, and the gateway is killed and starts again from its store; all on simulated time and from one seed.
 */
export class DeviceWorld {
  readonly clock = new SimulatedClock()
  private readonly random: Random
  private readonly failures: unknown[][] = []
  private readonly queues = new Set<MessageQueue>()
  /** Messages that may be published, or not. */
  private readonly doubtful = new Set<number>()
  private readonly retained = new Set<number>()
  private readonly groups = [
    new GroupLedger('g1', 'a/#', 'none'),
    new GroupLedger('g2', '#', 'path'),
    new GroupLedger('g3', 'b/2', 'path'),
  ]
  private readonly devices: readonly Device[]
  private store = new CopiedStore()
  private gateway: Gateway | null = null
  private writer: MessagePeer | null = null
  private lives = 0
  private count = 0

  constructor(
    private readonly seed: number,
    private readonly options: DeviceWorldOptions,
  ) {
    this.random = new Random(seed)
    const groupNamed = (name: string) => this.groups.find((group) => group.name === name) ?? null
    const names = ['lasting 0', 'lasting 1', 'lasting 2', 'fleeting 0', 'fleeting 1']
    this.devices = names.map(
      (name) => new Device(name, name.startsWith('lasting'), groupNamed, this.doubtful, this.retained),
    )
  }

  /** Runs so many steps, then lets everybody come back and settle all they get. */
  async run(steps: number): Promise<void> {
    await this.begin()
    for (let step = 0; step < steps; step++) {
      if (this.options.restarts && this.random.below(100) === 0) await this.restart()
      else this.act()
      this.pass(this.random.below(20))
    }
    this.settleAll()
  }

  /** What was to arrive did, or was counted as dropped at a bound; and nothing of it is held any more. */
  check(): void {
    assert.deepEqual(this.failures.flat(), [], 'core broke none of its own rules')
    const dropped = [...this.queues].reduce((sum, queue) => sum + queue.dropped, 0)
    const missing = [...this.devices.map(({ name, own }) => [name, own.missing] as const), ...this.missingOfGroups()]
    const count = missing.reduce((sum, [, lost]) => sum + lost.length, 0)
    assert.ok(count <= dropped, `${dropped} were dropped, and these are missing: ${JSON.stringify(missing)}`)
    assert.equal(this.gateway?.queueBounds.bytes, 0, 'nothing waits any more')
  }

  private missingOfGroups() {
    return this.groups.map(({ name, missing }) => [name, missing] as const)
  }

  private act(): void {
    const device = this.random.pick(this.devices)
    const dice = this.random.below(100)
    if (dice < 45) this.publish()
    else if (dice < 47) this.remove()
    else if (dice < 62) device.settle(this.random.below(6))
    else if (!device.peer) this.comeBack(device)
    else if (dice < 78) this.ask(device)
    else if (dice < 86) this.press(device.peer)
    else this.part(device)
  }

  private ask(device: Device): void {
    const dice = this.random.below(10)
    const selector = this.random.pick(selectors)
    const group = this.random.pick(this.groups)
    if (dice < 4)
      device.subscribe(selector, this.qosOf(device, selector), this.random.pick(['always', 'ifNew', 'never']))
    else if (dice < 6) device.unsubscribe(selector)
    else if (dice < 9) device.join(group, this.shareQosOf(device, group))
    else device.leave(group)
  }

  private press(peer: MessagePeer): void {
    const dice = this.random.below(3)
    if (dice === 0) peer.stall()
    else if (dice === 1) peer.unstall()
    else peer.window = this.random.pick([1, 5, 1_000])
  }

  private part(device: Device): void {
    const dice = this.random.below(14)
    if (dice < 8) this.cut(device)
    else if (dice < 10 && device.isLasting) this.takeOver(device)
    else if (dice < 11) this.beginAnew(device)
    else this.leave(device, this.random.below(2) === 0)
  }

  /** The same device grants a selector always alike: what was published before it subscribed again is told as it was to be. */
  private qosOf({ name }: Device, selector: string): Qos {
    return qualities[(name.charCodeAt(name.length - 1) + selector.length) % 3] ?? 0
  }

  /** What waits for one member alone is told out of order: where that matters nobody wants exactly once. */
  private shareQosOf(device: Device, { name, order }: GroupLedger): Qos {
    return order === 'none' && this.qosOf(device, name) === 2 ? 2 : 1
  }

  private publish(): void {
    const message = this.newMessage(this.random.pick(paths), this.random.pick(qualities))
    const isRetained = this.random.below(5) === 0
    this.writer?.publish(message.path, `${message.count}`, message.qos, isRetained)
    if (isRetained) this.retained.add(message.count)
    this.published(message)
  }

  private newMessage(path: string, qos: Qos): Message {
    this.count += 1
    return { count: this.count, path, qos }
  }

  private published(message: Message): void {
    for (const { own } of this.devices) own.published(message)
    for (const group of this.groups) group.published(message)
  }

  private remove(): void {
    const path = this.random.pick(paths)
    if (this.random.below(2) === 0) this.writer?.publish(path, '', 1, true)
    else this.writer?.say({ kind: 'remove', request: 1, selector: path })
  }

  private comeBack(device: Device, isClean = false): void {
    const { gateway } = this
    if (!gateway) return
    const delayMs = this.random.pick([0, 0, 100, 5_000])
    const message = this.newMessage(`will/${device.name}`, 1)
    const publish = publication(message.path, `${message.count}`, {
      handling: { qos: 1, isRetained: false, isMessage: true },
    })
    const hasWill = this.random.below(2) === 0
    const window = this.random.pick([1, 5, 1_000])
    device.connect(gateway, window, { isClean, ...(hasWill && { will: { publish, delayMs } }) })
    device.will = hasWill ? { message, delayMs, dueMs: null } : null
  }

  private cut(device: Device): void {
    device.peer?.cut()
    this.linkLost(device)
  }

  private linkLost(device: Device): void {
    device.linkLost(this.groups)
    const { will } = device
    if (will) will.dueMs = this.clock.nowMs() + (device.isLasting ? will.delayMs : 0)
    this.publishWills()
  }

  private leave(device: Device, publishesWill: boolean): void {
    device.peer?.say({ kind: 'leave', publishesWill, sessionTimeoutMs: null })
    if (!publishesWill) device.will = null
    this.linkLost(device)
  }

  /** A will without delay is published, one with a delay is not any more. */
  private takeOver(device: Device): void {
    const { will } = device
    if (will) will.dueMs = will.delayMs === 0 ? 0 : null
    this.publishWills()
    device.linkLost(this.groups)
    this.comeBack(device)
  }

  /** The will of a session that ends is published at once. */
  private beginAnew(device: Device): void {
    if (this.random.below(2) === 0) this.cut(device)
    if (device.will) device.will.dueMs = 0
    this.publishWills()
    device.linkLost(this.groups, true)
    this.comeBack(device, true)
  }

  private publishWills(): void {
    for (const device of this.devices) {
      const { will } = device
      if (will?.dueMs == null || will.dueMs > this.clock.nowMs()) continue
      device.will = null
      this.published(will.message)
    }
  }

  private pass(ms: number): void {
    this.clock.advance(ms)
    this.publishWills()
    for (const { outbox } of this.gateway?.sessions.all() ?? []) if (outbox.messages) this.queues.add(outbox.messages)
    for (const { outbox } of this.gateway?.subscriptions.groups.all() ?? [])
      if (outbox.messages) this.queues.add(outbox.messages)
    for (const device of this.devices) device.hear('queueUpdatesMax' in this.options.limits)
  }

  private async begin(): Promise<void> {
    this.lives += 1
    const seed = this.seed * 1_000 + this.lives
    const { gateway, failures } = await startedOn(this.store, this.clock, { limits: this.options.limits, seed })
    this.gateway = gateway
    this.failures.push(failures)
    this.writer = new MessagePeer(gateway).connect('writer', { sessionTimeoutMs: 0 })
  }

  /** Killed: all that is left is what the store has. Whether that has wills is not looked at. */
  private async restart(): Promise<void> {
    this.pass(storedAfterMs)
    for (let messages = this.random.below(4); messages > 0; messages--) this.publish()
    const store = await this.store.copy()
    this.gateway?.close()
    this.store = store
    for (const device of this.devices) {
      if (device.will) this.doubtful.add(device.will.message.count)
      device.will = null
      device.linkLost(this.groups)
      device.own.restarted()
    }
    for (const group of this.groups) group.restarted()
    await this.begin()
  }

  private settleAll(): void {
    for (let round = 0; round < 150; round++) {
      for (const device of this.devices) {
        if (!device.peer) this.comeBack(device)
        if (device.peer) device.peer.window = 1_000
        device.peer?.unstall()
        device.settle(Number.POSITIVE_INFINITY)
      }
      this.pass(50)
    }
  }
}
