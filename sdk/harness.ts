/** What the SDK's tests share: time that stands still, and a gateway that says what the test tells it to. */
import type { Welcome } from '../core/index.js'
import type { FakeSocket, RawUpdate } from '../test/support/scripted-gateway.js'
import { epoch, FakeGateway, settled } from '../test/support/scripted-gateway.js'
import type { ConnectOptions, Session, Subscription, SubscriptionOptions, Update } from './index.js'
import { connect } from './index.js'
import type { ClientClock } from './system-clock.js'

export type { FakeSocket } from '../test/support/scripted-gateway.js'
export { epoch, otherEpoch, settled } from '../test/support/scripted-gateway.js'

interface Alarm {
  readonly dueMs: number
  readonly task: () => void
}

/** Time that passes when a test says so. */
export class SimulatedClock implements ClientClock {
  private timeNowMs = 1_000
  private alarms: Alarm[] = []

  nowMs(): number {
    return this.timeNowMs
  }

  /** Tasks that wait for their time. */
  get waiting(): number {
    return this.alarms.length
  }

  after(delayMs: number, task: () => void): () => void {
    const alarm = { dueMs: this.timeNowMs + delayMs, task }
    this.alarms.push(alarm)
    return () => {
      this.alarms = this.alarms.filter((each) => each !== alarm)
    }
  }

  /** Lets time pass, and everything happen that becomes due meanwhile. */
  async pass(ms: number): Promise<void> {
    const endMs = this.timeNowMs + ms
    for (let next = this.next(endMs); next !== undefined; next = this.next(endMs)) {
      this.timeNowMs = Math.max(this.timeNowMs, next.dueMs)
      this.alarms = this.alarms.filter((each) => each !== next)
      next.task()
      await settled()
    }
    this.timeNowMs = endMs
  }

  /** Time passes while nothing can happen, as in a page in the background; what is due happens late, once. */
  oversleep(ms: number): void {
    this.timeNowMs += ms
    const due = this.alarms.filter((alarm) => alarm.dueMs <= this.timeNowMs)
    this.alarms = this.alarms.filter((alarm) => !due.includes(alarm))
    for (const { task } of due) task()
  }

  private next(endMs: number): Alarm | undefined {
    const due = this.alarms.filter((alarm) => alarm.dueMs <= endMs)
    return due.sort((one, other) => one.dueMs - other.dueMs)[0]
  }
}

/** For what a test starts and does not wait for; how it ends is of no interest. */
export function unawaited(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}

/** A live session, its gateway, and the time. */
export interface Scene {
  readonly session: Session
  readonly gateway: FakeGateway
  readonly clock: SimulatedClock
  /** The first link. */
  readonly socket: FakeSocket
}

/** Half of every longest wait, so that tests can say when. */
const random = (): number => 0.5

/** What `connect` is given, and whom it will talk to. */
export function prepare(options: ConnectOptions = {}): {
  gateway: FakeGateway
  clock: SimulatedClock
  options: ConnectOptions
} {
  const gateway = new FakeGateway()
  const clock = new SimulatedClock()
  return { gateway, clock, options: { webSocket: gateway.webSocket, clock, random, ...options } }
}

export async function openSession(given: ConnectOptions = {}, welcome: Partial<Welcome> = {}): Promise<Scene> {
  const { gateway, clock, options } = prepare(given)
  const opening = connect('ws://gateway/ws', options)
  await settled()
  const socket = await gateway.accept(welcome)
  return { session: await opening, gateway, clock, socket }
}

/** The gateway answers the newest subscribe with a number and, once its snapshot was sent, with `synced`. */
export function answerSubscribe(
  socket: FakeSocket,
  subscription: number,
  offset: number,
  updates: readonly RawUpdate[] = [],
): void {
  const subscribe = socket.heard('subscribe').at(-1)
  if (subscribe === undefined) throw new Error('the client has not subscribed')
  socket.reply({ kind: 'subscribed', request: subscribe.request, subscription })
  if (updates.length > 0) socket.update(updates)
  socket.reply({ kind: 'synced', subscription, position: { epoch, offset, held: [] } })
}

/** Updates in few words: the path, then the value, with `-` for a removal and `*` for a snapshot. */
export function brief(update: Update): string {
  const mark = update.snapshot ? '*' : ''
  return update.removed
    ? `${mark}-${update.path}`
    : `${mark}${update.path}=${String(update.value)}${update.gap ? ' after a gap' : ''}`
}

/** What a subscription tells from now on, in few words. */
export function listen(subscription: Subscription): string[] {
  const told: string[] = []
  subscription.on('update', (update) => told.push(brief(update)))
  subscription.on('synced', () => told.push('synced'))
  subscription.on('resynchronised', ({ reason }) => told.push(`lost: ${reason}`))
  subscription.on('closed', (error) => told.push(`closed: ${error?.code ?? 'by us'}`))
  return told
}

export interface Subscribed extends Scene {
  readonly subscription: Subscription
  readonly told: string[]
}

/** A session with one subscription, which the gateway calls 1 and has brought up to offset 10. */
export async function subscribed(selector: string, options: SubscriptionOptions = {}): Promise<Subscribed> {
  const scene = await openSession()
  const subscription = scene.session.subscribe(selector, options)
  const told = listen(subscription)
  await settled()
  answerSubscribe(scene.socket, 1, 10)
  told.length = 0
  return { ...scene, subscription, told }
}
