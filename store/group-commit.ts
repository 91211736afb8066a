import type { Cancel, Clock } from '../core/index.js'
import { assert } from '../core/index.js'
import type { Group, Waiter } from './group.js'
import { deadGroup } from './group.js'
import type { StoreLimits } from './limits.js'
import { StoreError } from './store-error.js'

/** When something counts as committed: handed to the operating system and synced every so often, or synced. */
export type CommitMode = 'interval' | 'always'

/** Where groups go, one at a time. */
export interface Disk {
  begin(): Group
  /** Fulfilled: the group is with the operating system; with `sync`, on the disk, and all groups before it. An empty one may sync, too. */
  write(group: Group, sync: boolean): Promise<void>
}

/** What a group commit needs beside its disk. `failed` is told once, why nothing is committed any more. */
export interface CommitOptions {
  readonly mode: CommitMode
  readonly limits: StoreLimits
  readonly clock: Clock
  failed(error: StoreError): void
}

/**
 * Writes groups: one for each turn of the loop, or for as many turns as the group before it takes.
 *
 * ```text
 *  gathering ──end of a turn, nothing on its way──▶ on its way ──▶ written: who waited is told
 * ```
 *
 * Invariant: while something is gathered or a sync is due, either a group is on its way or the end of this turn is awaited.
 */
export class GroupCommit {
  private readonly disk: Disk
  private readonly options: CommitOptions
  private gathering: Group
  private onItsWay: Group | null = null
  private turn: NodeJS.Immediate | null = null
  /** Set while something is written and not synced. */
  private cancelSync: Cancel | null = null
  private syncIsDue = false
  private over: StoreError | null = null
  private drained: (() => void) | null = null

  constructor(disk: Disk, options: CommitOptions) {
    this.disk = disk
    this.options = options
    this.gathering = disk.begin()
  }

  /** Bytes given to the store and not written yet. */
  get waitingBytes(): number {
    return this.gathering.bytes + (this.onItsWay?.bytes ?? 0)
  }

  /** The group that takes what is written now. After a failure nobody will see it again. */
  gather(): Group {
    assert(this.over?.fault !== 'closed', 'nothing is written to a store that was closed')
    if (this.waitingBytes > this.options.limits.waitingBytesMax) {
      this.fail(new StoreError('overrun', 'more waits to be written than memory may hold: the disk is too slow'))
    }
    if (this.over) return deadGroup()
    this.awaitTurn()
    return this.gathering
  }

  /** Tells the waiter when everything gathered before is written: at once where that is so. */
  wait(waiter: Waiter): void {
    if (this.over) return waiter.failed(this.over)
    const group = this.gathering.isEmpty ? this.onItsWay : this.gathering
    if (group) group.waiters.push(waiter)
    else waiter.written()
  }

  /** Fulfilled when everything gathered before is written. What is read from the disk then, before the turn ends, is whole groups. */
  written(): Promise<void> {
    return new Promise((resolve, reject) => this.wait({ written: resolve, failed: reject }))
  }

  /** Writes and syncs what is left. After a failure there is nothing left. */
  async close(): Promise<void> {
    if (!this.over) {
      await new Promise<void>((resolve) => {
        this.drained = resolve
        this.syncIsDue = true
        this.awaitTurn()
      })
    }
    this.stopSync()
    this.over = new StoreError('closed', 'the store was closed')
  }

  private awaitTurn(): void {
    this.turn ??= setImmediate(() => {
      this.turn = null
      this.turnEnded()
    })
  }

  private turnEnded(): void {
    if (this.onItsWay || this.over) return
    if (!this.gathering.isEmpty || this.syncIsDue) this.send()
    else this.drained?.()
  }

  private send(): void {
    const group = this.gathering
    group.seal()
    this.onItsWay = group
    this.gathering = this.disk.begin()
    const sync = this.options.mode === 'always' || this.syncIsDue || this.drained !== null
    this.syncIsDue = false
    this.disk.write(group, sync).then(
      () => this.sent(group, sync),
      (cause) =>
        this.fail(new StoreError('failed', `the data folder could not be written: ${reason(cause)}`, { cause })),
    )
  }

  private sent(group: Group, sync: boolean): void {
    if (this.over) return
    if (sync) this.stopSync()
    else this.cancelSync ??= this.options.clock.after(this.options.limits.syncMs, () => this.syncFellDue())
    // A waiter that waits again joins the end of this list, so that the order of calls is kept.
    for (const waiter of group.waiters) waiter.written()
    this.onItsWay = null
    if (!this.gathering.isEmpty || this.syncIsDue || this.drained) this.awaitTurn()
  }

  private syncFellDue(): void {
    this.cancelSync = null
    this.syncIsDue = true
    this.awaitTurn()
  }

  private stopSync(): void {
    this.cancelSync?.()
    this.cancelSync = null
  }

  private fail(error: StoreError): void {
    if (this.over) return
    this.over = error
    const waiters = [...(this.onItsWay?.waiters ?? []), ...this.gathering.waiters]
    this.onItsWay = null
    this.gathering = deadGroup()
    this.stopSync()
    for (const waiter of waiters) waiter.failed(error)
    this.options.failed(error)
    this.drained?.()
  }
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
