import assert from 'node:assert/strict'
import type { Qos } from '../../core/index.js'
import type { GotMessage } from '../support/message-peer.js'
import { covers } from './covers.js'

/** A message of the simulated world: no two have the same count, and later ones have higher ones. */
export interface Message {
  readonly count: number
  readonly path: string
  readonly qos: Qos
}

/** A message that a link was given: a retained value may come as such, and as news. */
export interface Given {
  readonly count: number
  readonly isSnapshot: boolean
}

interface Owed {
  /** The subscriptions by which it is to arrive; without any it may come, or not. */
  readonly selectors: Set<string>
  isSettled: boolean
}

/**
 * What one session is owed of what it subscribed to for itself, and what it was told of that. Whatever breaks a promise throws: told
 * without having asked, again after it was settled, out of order, or anything new before what is to come again.
 */
export class ReaderLedger {
  private readonly granted = new Map<string, Qos>()
  private readonly owed = new Map<number, Owed>()
  /** What is to come again on this link, before anything new. */
  private again: readonly Given[] = []
  /** What was under way when the gateway was killed comes again, marked or not. */
  private readonly doubtful = new Set<number>()
  /** The newest of each path that was told on this link. */
  private readonly newest = new Map<string, number>()

  constructor(
    /** All that was ever retained. */
    private readonly retained: ReadonlySet<number>,
  ) {}

  subscribed(selector: string, qos: Qos): void {
    this.granted.set(selector, qos)
  }

  /** What was under way when it gave the subscription up may come, or not. */
  unsubscribed(selector: string): void {
    this.granted.delete(selector)
    for (const { selectors } of this.owed.values()) selectors.delete(selector)
  }

  published({ count, path, qos }: Message): void {
    const matching = [...this.granted].filter(([selector]) => covers(selector, path))
    const sure = matching.filter(([, granted]) => granted > 0 && qos > 0).map(([selector]) => selector)
    if (matching.length > 0) this.owed.set(count, { selectors: new Set(sure), isSettled: false })
  }

  /** `mayMiss`: the queue was so full that the oldest went. */
  told({ path, isSnapshot, isAgain }: GotMessage, count: number, mayMiss: boolean): void {
    if (isAgain) this.checkAgain({ count, isSnapshot }, mayMiss)
    else if (!this.doubtful.has(count)) this.checkNew(count, mayMiss)
    if (isSnapshot) return assert.ok(this.retained.has(count), `${count} was retained`)
    const owed = this.owed.get(count)
    assert.ok(owed, `${count} of ${path} was subscribed to`)
    assert.ok(!owed.isSettled, `${count} of ${path} is told after it was settled`)
    const newest = this.newest.get(path) ?? 0
    assert.ok(newest < count, `${count} of ${path} is told after ${newest}`)
    this.newest.set(path, count)
  }

  settled(count: number): void {
    const owed = this.owed.get(count)
    if (owed) owed.isSettled = true
  }

  /** What its link had not settled, oldest first, comes again. */
  linkLost(unsettled: readonly Given[]): void {
    this.again = [...unsettled, ...this.again]
    this.newest.clear()
  }

  /** Killed, the gateway may have forgotten what it had told, and tells no retained values that were not settled. */
  restarted(): void {
    for (const { count } of this.again) this.doubtful.add(count)
    this.again = []
  }

  /** Messages that are to arrive, and did not. */
  get missing(): number[] {
    return [...this.owed]
      .filter(([, { selectors, isSettled }]) => selectors.size > 0 && !isSettled)
      .map(([count]) => count)
  }

  private checkNew(count: number, mayMiss: boolean): void {
    const [first] = this.again
    assert.ok(!first || mayMiss, `${count} is told before ${first?.count}, which is to come again`)
    this.again = []
  }

  private checkAgain({ count, isSnapshot }: Given, mayMiss: boolean): void {
    const at = this.again.findIndex((given) => given.count === count && given.isSnapshot === isSnapshot)
    if (at < 0 && this.doubtful.has(count)) return
    assert.ok(at >= 0, `${count} is marked as told before`)
    assert.ok(at === 0 || mayMiss, `${count} comes again before ${this.again[0]?.count}`)
    this.again = this.again.slice(at + 1)
  }
}
