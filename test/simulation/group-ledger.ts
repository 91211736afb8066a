import assert from 'node:assert/strict'
import type { GroupOrder } from '../../core/index.js'
import type { GotMessage } from '../support/message-peer.js'
import { covers } from './covers.js'
import type { Message } from './reader-ledger.js'

interface Shared {
  readonly path: string
  isRequired: boolean
  isSettled: boolean
  /** The member that was given it and has not settled it; null: nobody has it. */
  holder: string | null
  /** Its holder is away, and is to be told it again. */
  waitsForHolder: boolean
  /** Who had it left the group: it may come back when others have what came later. */
  mayBeLate: boolean
  /** Until it is settled whatever else comes of its path is for its holder, where the order is by path. */
  bindsPath: boolean
  /** It may have arrived, and nobody else may be told it. */
  isLost: boolean
  /** Who had it when the gateway was killed, if nobody else may be told it: it goes with the session of that one. */
  goesWith: string | null
  /** The gateway has forgotten that it was settled. */
  mayRepeat: boolean
}

/**
 * What a group is owed and which member has it. Throws where two members have the same at a time, one has what it did not join for,
 * or, with order by path, two have messages of one topic at a time or one has them out of order. [SEM 2.7]
 */
export class GroupLedger {
  private readonly members = new Set<string>()
  private readonly owed = new Map<number, Shared>()
  /** The newest that a member was told on its link, by member and path. */
  private readonly newest = new Map<string, Map<string, number>>()

  constructor(
    readonly name: string,
    readonly selector: string,
    readonly order: GroupOrder,
  ) {}

  joined(member: string): void {
    this.members.add(member)
  }

  /** What it has it may settle; with the last member the group ends, and with the group what it was owed. */
  left(member: string): void {
    this.members.delete(member)
    for (const shared of this.owed.values())
      if (shared.holder === member) Object.assign(shared, { bindsPath: false, mayBeLate: true })
    if (this.members.size > 0) return
    for (const shared of this.owed.values()) shared.isRequired = false
  }

  published({ count, path, qos }: Message): void {
    if (this.members.size === 0 || !covers(this.selector, path)) return
    const standing = { holder: null, waitsForHolder: false, bindsPath: false }
    const fate = { isSettled: false, isLost: false, goesWith: null, mayRepeat: false, mayBeLate: false }
    this.owed.set(count, { path, isRequired: qos > 0, ...standing, ...fate })
  }

  told(member: string, { path, qos }: GotMessage, count: number): void {
    const shared = this.owed.get(count)
    const what = `${count} of ${path}`
    assert.ok(shared, `the group was to be told ${what}`)
    assert.ok(!shared.isSettled || shared.mayRepeat, `${what} is told after it was settled`)
    assert.ok(!shared.isLost || shared.mayRepeat, `${what} may have arrived`)
    assert.ok(shared.holder === null || shared.holder === member, `${what} goes to ${member}, ${shared.holder} has it`)
    if (this.order === 'path' && !shared.mayBeLate) this.checkOrder(member, path, count)
    if (this.order === 'path' && qos > 0 && !shared.mayBeLate) this.checkOthers(member, path, count)
    shared.waitsForHolder = false
    shared.bindsPath = !shared.mayBeLate
    if (qos > 0) shared.holder = member
  }

  settled(count: number): void {
    const shared = this.owed.get(count)
    if (!shared) return
    shared.isSettled = true
    shared.holder = null
  }

  /** Others may have what it had not settled; not so what is to arrive exactly once. [MQTT-4.8.2-4, MQTT-4.8.2-5] */
  linkLost(member: string, sure: ReadonlySet<number>, isSessionOver: boolean): void {
    this.newest.delete(member)
    for (const [count, shared] of this.owed) {
      if (isSessionOver && shared.goesWith === member) shared.isRequired = false
      if (shared.holder !== member) continue
      const stays = sure.has(count) || shared.waitsForHolder
      if (isSessionOver && stays) Object.assign(shared, { isLost: true, isRequired: false, holder: null })
      else if (stays) Object.assign(shared, { waitsForHolder: true, bindsPath: false })
      else shared.holder = null
    }
  }

  /** Who had what is forgotten, but for what nobody else may be told, and what was settled may be; what a member had that left the group is not known any more. */
  restarted(): void {
    this.newest.clear()
    for (const shared of this.owed.values()) if (shared.mayBeLate) shared.isRequired = false
    for (const shared of this.owed.values()) {
      const goesWith = shared.waitsForHolder ? shared.holder : shared.goesWith
      Object.assign(shared, { holder: null, waitsForHolder: false, goesWith, mayRepeat: true })
    }
  }

  /** Messages that are to arrive, and did not. */
  get missing(): number[] {
    return [...this.owed].filter(([, { isRequired, isSettled }]) => isRequired && !isSettled).map(([count]) => count)
  }

  private checkOrder(member: string, path: string, count: number): void {
    const told = this.newest.get(member) ?? new Map<string, number>()
    const newest = told.get(path) ?? 0
    assert.ok(newest < count, `${member} is told ${count} of ${path} after ${newest}`)
    this.newest.set(member, told.set(path, count))
  }

  /** What may be lost is done with once it is told, and another may be told the next at the same time. */
  private checkOthers(member: string, path: string, count: number): void {
    for (const [other, { path: otherPath, holder, bindsPath }] of this.owed) {
      const isElsewhere = otherPath === path && holder !== null && holder !== member && bindsPath
      assert.ok(!isElsewhere, `${member} is told ${count} of ${path} while ${holder} has ${other}`)
    }
  }
}
