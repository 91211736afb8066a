/** What a walk looks for. */
export interface ParkedWalk {
  /** Nobody wants to be told any more what it finds. */
  readonly isStale: boolean
  /** It found as much as may wait to be sent. */
  readonly hasEnough: boolean
}

/** The walks of one session that wait until less is owed: a reader that stalls costs no turns of the loop. */
export class ParkedWalks {
  private parked: { readonly walk: ParkedWalk; readonly goOn: () => void }[] = []

  /** Calls back once, when there is room; walks that grew stale are forgotten. */
  park(walk: ParkedWalk, goOn: () => void): void {
    this.parked = this.parked.filter((each) => !each.walk.isStale)
    this.parked.push({ walk, goOn })
  }

  /** Less is owed than was. */
  offer(): void {
    if (this.parked.length === 0) return
    const ready = this.parked.filter(({ walk }) => walk.isStale || !walk.hasEnough)
    if (ready.length === 0) return
    this.parked = this.parked.filter((each) => !ready.includes(each))
    for (const { goOn } of ready) goOn()
  }
}
