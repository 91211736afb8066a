import type { Cancel, Clock } from '../clock.js'
import { Fifo } from '../fifo.js'
import { TimeHeap } from '../heap.js'
import { pace } from '../limits.js'
import type { Outbox } from './outbox.js'
import { RecentLongest } from './recent-longest.js'

/** Long work done a little each turn: does about `pace.jobMs` of it and says whether it is complete. */
export type Job = (deadlineMs: number) => boolean

/** What a turn does around the sessions. */
export interface TurnWork {
  /** Marks the readers of what changed, until the deadline. Returns whether something is left. */
  mark(deadlineMs: number): boolean
  /** Sends one session what it is owed; returns how many updates left. */
  flush(outbox: Outbox, nowMs: number, turn: number): number
  /** Our own mistake at one session: it is logged and that session ends. */
  failed(error: unknown, outbox: Outbox | null): void
}

/**
 * Who is served when. [docs/ARCHITECTURE.md "The hot path"]
 *
 *     changed topics ─▶ mark ─▶ FIFO of sessions ─▶ slices of 1 ms ─▶ the loop turns
 *
 * A write costs about the same whatever is in it. A quiet gateway serves at once; under load a session waits until its turn
 * comes round, and then gets everything in one write: the busier the loop, the more is in it. [docs/adr/0007]
 */
export class Turns {
  private readonly clock: Clock
  private readonly work: TurnWork
  private readonly fifo = new Fifo<Outbox>()
  private readonly wakes = new TimeHeap<Outbox>()
  private readonly jobs: Job[] = []
  private turn = 0
  private readonly longest = new RecentLongest(pace.longestTurnMs)
  /** When the last turn ended. */
  private endedMs = 0
  /** What becomes due in a turn is planned at its end. */
  private isInTurn = false
  /** Topics changed in this turn, perhaps behind its marks: a job removed them, say. */
  private isChanged = false
  private plannedMs = Number.POSITIVE_INFINITY
  /** The turn that is planned is overdue, and comes at once. */
  private isHurried = false
  /** How often topics changed. */
  private changes = 0
  private cancel: Cancel | null = null
  private readonly run = () => this.takeTurn()

  constructor(clock: Clock, work: TurnWork) {
    this.clock = clock
    this.work = work
  }

  /** Sessions that wait to be served. */
  get waiting(): number {
    return this.fifo.size
  }

  /** Longest turn of late, ms. */
  get longestTurnMs(): number {
    return this.longest.at(this.clock.nowMs())
  }

  /** A session has something to send; it stands in the FIFO once at most, which the caller sees to. */
  enqueue(outbox: Outbox): void {
    this.fifo.push(outbox)
    if (this.waiting === 1 && !this.isInTurn) this.plan(0)
  }

  /** What came in one go of a session's link is handed over: its answers leave without a turn, where it is owed nothing else. */
  goEnded(outbox: Outbox): void {
    if (outbox.endGo()) this.flush(outbox, this.clock.nowMs())
  }

  /** Topics changed: mark their readers soon. */
  changed(): void {
    this.isChanged = true
    if (this.isInTurn) return
    // With sessions waiting a turn is planned already; marks made in it leave with it.
    if (this.waiting === 0) this.plan(0)
    this.changes += 1
    if (this.changes % pace.changesPerClockRead === 0) this.hurry()
  }

  wakeAt(outbox: Outbox, timeMs: number): void {
    this.wakes.push(timeMs, outbox)
    this.plan(Math.max(0, timeMs - this.clock.nowMs()))
  }

  addJob(job: Job): void {
    this.jobs.push(job)
    this.plan(0)
  }

  /** No turn is taken any more: whatever is asked for comes too late. */
  end(): void {
    this.cancel?.()
    this.plannedMs = Number.NEGATIVE_INFINITY
    this.isHurried = true
  }

  private plan(delayMs: number): void {
    const atMs = this.clock.nowMs() + delayMs
    if (this.plannedMs <= atMs) return
    this.cancel?.()
    this.plannedMs = atMs
    this.cancel = this.clock.after(delayMs, this.run)
  }

  /** The loop brings in one change after another and does not come round: what came in goes out meanwhile. */
  private hurry(): void {
    if (this.isHurried || this.clock.nowMs() - this.plannedMs < pace.overdueMs) return
    this.isHurried = true
    this.cancel?.()
    this.cancel = this.clock.soon(this.run)
  }

  private takeTurn(): void {
    this.isHurried = false
    this.plannedMs = Number.POSITIVE_INFINITY
    this.cancel = null
    this.turn += 1
    this.isInTurn = true
    const startMs = this.clock.nowMs()
    this.isChanged = false
    this.wakeDue(startMs)
    const sliceMs = this.sliceMsAt(startMs)
    // Where the readers are few the time goes into what they are waiting for, be it marks.
    const isMarked = !this.work.mark(startMs + Math.max(pace.markMs, sliceMs / 2))
    this.serve(this.clock.nowMs(), sliceMs)
    const isIdle = this.runJobs()
    const endMs = this.clock.nowMs()
    this.longest.note(endMs - startMs, endMs)
    this.isInTurn = false
    this.endedMs = endMs
    this.planNext(isMarked && isIdle)
  }

  /** Few readers who are owed much get as much time as has passed since the last turn: where much comes in, more must go out than a short slice lets. */
  private sliceMsAt(startMs: number): number {
    if (this.waiting > pace.fewSessions) return pace.sliceMs
    return Math.min(pace.sliceMsMax, Math.max(pace.sliceMs, startMs - this.endedMs))
  }

  private planNext(isCaughtUp: boolean): void {
    if (!isCaughtUp || this.waiting > 0 || this.isChanged) return this.plan(0)
    if (this.wakes.size > 0) this.plan(Math.max(0, this.wakes.nextMs - this.clock.nowMs()))
  }

  private wakeDue(nowMs: number): void {
    for (let outbox = this.wakes.popDue(nowMs); outbox !== null; outbox = this.wakes.popDue(nowMs)) outbox.ready()
  }

  /** Serves sessions for one slice. */
  private serve(startMs: number, sliceMs: number): void {
    let nowMs = startMs
    let futile = 0
    // Who is owed more after its flush stands at the end again, and comes again in the same slice where few are waiting.
    for (let served = 1; this.waiting > 0; served++) {
      const outbox = this.fifo.take()
      if (!outbox) return
      outbox.isDue = false
      const updates = this.flush(outbox, nowMs)
      // What it is owed first has changed and must be marked before it leaves. All who wait, wait for that: nothing leaves in this turn.
      futile = updates === 0 && outbox.isDue ? futile + 1 : 0
      if (futile > 0 && futile >= this.waiting) return
      if (this.waiting > pace.fewSessions && served % pace.writesPerClockRead !== 0) continue
      nowMs = this.clock.nowMs()
      if (nowMs - startMs > sliceMs) return
    }
  }

  private flush(outbox: Outbox, nowMs: number): number {
    try {
      return this.work.flush(outbox, nowMs, this.turn)
    } catch (error) {
      this.work.failed(error, outbox)
      return 0
    }
  }

  /** Goes on with the oldest job; returns whether none is left. */
  private runJobs(): boolean {
    const job = this.jobs.shift()
    if (!job) return true
    try {
      if (!job(this.clock.nowMs() + pace.jobMs)) this.jobs.push(job)
    } catch (error) {
      this.work.failed(error, null)
    }
    return this.jobs.length === 0
  }
}
