import { pace } from '../limits.js'

/** What a walk looks for. */
export interface ParkedWalk {
  /** Nobody wants to be told any more what it finds. */
  readonly isStale: boolean
}

/** The walks of one session that wait until less is owed: a reader that stalls costs no turns of the loop. */
export class ParkedWalks {
  private parked: { readonly walk: ParkedWalk; readonly goOn: () => void }[] = []

  /** Calls back once, when there is room; walks that grew stale are forgotten. */
  park(walk: ParkedWalk, goOn: () => void): void {
    this.parked = this.parked.filter((each) => !each.walk.isStale)
    this.parked.push({ walk, goOn })
  }

  /** So much waits for the link now. */
  offer(ready: number): void {
    if (this.parked.length === 0 || ready >= pace.snapshotOwedMax) return
    const { parked } = this
    this.parked = []
    for (const { goOn } of parked) goOn()
  }
}
