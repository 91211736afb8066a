import assert from 'node:assert/strict'
import type { Gateway, Hello, Qos } from '../../core/index.js'
import type { GotMessage, MessageSubscription } from '../support/message-peer.js'
import { MessagePeer } from '../support/message-peer.js'
import type { GroupLedger } from './group-ledger.js'
import type { Given, Message } from './reader-ledger.js'
import { ReaderLedger } from './reader-ledger.js'

/** What a device wants published where it goes without a word, and how long after. */
export interface DeviceWill {
  readonly message: Message
  readonly delayMs: number
  /** When it is published; null: the device is here. */
  dueMs: number | null
}

/** A message that its link was given and that it has not settled; of a removal or a cleared value there is no count. */
interface Unsettled extends Omit<Given, 'count'> {
  readonly count: number | null
  readonly qos: Qos
  /** Null: it is for itself. */
  readonly group: GroupLedger | null
}

/** Marks what a device reads for itself; what it shares is marked by the name of the group. */
const ownLabel = 'own'

/** One simulated client that reads messages: its link, its session as it ought to be, and its ledger. */
export class Device {
  /** Null: it has no link. */
  peer: MessagePeer | null = null
  will: DeviceWill | null = null
  own: ReaderLedger
  readonly groups = new Map<string, GroupLedger>()
  private readonly selectors = new Set<string>()
  private unsettled: Unsettled[] = []
  private heard = 0

  constructor(
    readonly name: string,
    /** Its session outlives its links. */
    readonly isLasting: boolean,
    private readonly groupNamed: (name: string) => GroupLedger | null,
    /** Of these nothing is known but that they may come. */
    private readonly doubtful: ReadonlySet<number>,
    private readonly retained: ReadonlySet<number>,
  ) {
    this.own = new ReaderLedger(retained)
  }

  /** A link; one that it had is cut or taken over. */
  connect(gateway: Gateway, window: number, hello: Partial<Hello> & { readonly isClean?: boolean }): void {
    const sessionTimeoutMs = this.isLasting ? 3_600_000 : 0
    this.peer = new MessagePeer(gateway)
    this.peer.window = window
    this.peer.connect(this.name, { sessionTimeoutMs, ...hello })
    this.heard = 0
  }

  subscribe(selector: string, qos: Qos, retained: MessageSubscription['retained'] = 'always'): void {
    this.peer?.subscribe(selector, { qos, retained, labels: [ownLabel] })
    this.own.subscribed(selector, qos)
    this.selectors.add(selector)
  }

  unsubscribe(selector: string): void {
    if (!this.selectors.delete(selector)) return
    this.peer?.unsubscribe(selector)
    this.own.unsubscribed(selector)
  }

  join(group: GroupLedger, qos: Qos): void {
    this.peer?.share(group.name, group.selector, { qos, labels: [group.name] }, group.order)
    this.groups.set(group.name, group)
    group.joined(this.name)
  }

  leave(group: GroupLedger): void {
    if (!this.groups.delete(group.name)) return
    this.peer?.leaveGroup(group.name, group.selector)
    group.left(this.name)
  }

  /** Takes note of what its link was given. */
  hear(mayMiss: boolean): void {
    if (!this.peer) return
    assert.equal(this.peer.closedFor, null, `${this.name} broke no rule`)
    for (const message of this.peer.got.slice(this.heard)) this.take(message, mayMiss)
    this.heard = this.peer.got.length
  }

  settle(count: number): void {
    for (const { count: number, group, isSnapshot } of this.unsettled.splice(0, count)) {
      if (number === null || isSnapshot) continue
      if (group) group.settled(number)
      else this.own.settled(number)
    }
    this.peer?.settle(count)
  }

  /** Its link is gone, and its session with it where it was not to last or `isOver`. */
  linkLost(allGroups: Iterable<GroupLedger>, isOver = !this.isLasting): void {
    this.peer = null
    const own = this.unsettled.filter(({ group }) => group === null)
    this.own.linkLost(own.flatMap(({ count, isSnapshot }) => (count === null ? [] : [{ count, isSnapshot }])))
    for (const group of allGroups) group.linkLost(this.name, this.sureOf(group), isOver)
    this.unsettled = []
    if (isOver) this.forget()
  }

  private sureOf(group: GroupLedger): ReadonlySet<number> {
    const sure = this.unsettled.filter((given) => given.group === group && given.qos === 2)
    return new Set(sure.flatMap(({ count }) => (count === null ? [] : [count])))
  }

  private forget(): void {
    this.own = new ReaderLedger(this.retained)
    this.selectors.clear()
    for (const group of this.groups.values()) group.left(this.name)
    this.groups.clear()
  }

  private take(message: GotMessage, mayMiss: boolean): void {
    const { value, qos, number, isSnapshot, labels } = message
    const [label = ownLabel] = labels
    const group = label === ownLabel ? null : this.groupNamed(label)
    const count = value === '' || this.doubtful.has(Number(value)) ? null : Number(value)
    if (number !== null) this.unsettled.push({ count, qos, isSnapshot, group })
    if (count === null) return
    if (group) group.told(this.name, message, count)
    else this.own.told(message, count, mayMiss)
  }
}
