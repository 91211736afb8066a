import type { Cancel, Clock } from '../clock.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Lifetimes } from '../topics/lifetimes.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import type { Connection } from './connection.js'
import { historyFloor } from './history-floor.js'
import type { Session } from './session.js'
import type { Sessions } from './sessions.js'
import type { StoredSessions } from './stored-sessions.js'
import type { Subscriptions } from './subscriptions.js'

/** Items looked at between two looks at the clock. */
const itemsPerClockRead = 64
/** Slabs looked at for compaction in one sweep. */
const slabsPerSweep = 64
/** Topics whose time is over that end between two looks at the clock, at most. */
const lifetimesPerStep = 8
/** A sweep looks at this share of the topics of which more is kept than their value, but at no fewer than so many. */
const keptShare = 0.1
const keptPerSweepMin = 1_000

/** What the sweeps look through. */
export interface Household {
  readonly clock: Clock
  readonly log: Pick<UpdateLog, 'offset'>
  readonly topics: Topics
  readonly lifetimes: Lifetimes
  connections(): Iterable<Connection>
  readonly sessions: Sessions
  readonly subscriptions: Subscriptions
  readonly storedSessions: StoredSessions | null
  ended(session: Session): void
  addJob(job: Job): void
}

/** Once a second: silent peers, sessions nobody came back to, topics whose time is over, history nobody needs. */
export class Housekeeping {
  private readonly house: Household
  private cancel: Cancel | null = null

  constructor(house: Household) {
    this.house = house
  }

  /** Starts the next sweep, and the one after it a second later. */
  begin(): void {
    this.house.addJob(this.sweep())
    this.cancel = this.house.clock.after(pace.sweepMs, () => this.begin())
  }

  /** No sweep begins any more. */
  end(): void {
    this.cancel?.()
  }

  private sweep(): Job {
    const steps = this.steps({ offset: Number.POSITIVE_INFINITY })
    return (deadlineMs) => {
      for (let items = 0; ; ) {
        const { done, value } = steps.next()
        if (done) return true
        items += value
        if (items < itemsPerClockRead) continue
        if (this.house.clock.nowMs() > deadlineMs) return false
        items = 0
      }
    }
  }

  /** One small step after another, each worth so many items; between two of them the loop may turn, so collections are copied first. */
  private *steps(floor: { offset: number }): Generator<number, void> {
    const { clock, topics, lifetimes } = this.house
    const nowMs = clock.nowMs()
    for (const connection of [...this.house.connections()]) {
      this.checkStay(connection, nowMs)
      yield 1
    }
    this.house.sessions.takeLeft()
    for (const session of [...this.house.sessions.all()]) {
      this.checkSession(session, nowMs, floor)
      yield 1
    }
    while (!lifetimes.step(clock.timeMs(), lifetimesPerStep)) yield lifetimesPerStep
    const { kept } = topics.versions
    const looks = Math.min(kept.size, Math.max(keptPerSweepMin, kept.size * keptShare))
    for (let look = 0; look < looks; look++) {
      yield* this.lowerForLeft(floor)
      this.tidyNext(nowMs, floor.offset)
      yield 1
    }
    topics.lives?.checkpoint(this.house.log.offset)
    if (this.house.storedSessions) yield* this.house.storedSessions.trimming()
    // To empty a slab takes as long as a whole round of the others.
    for (let slab = 0; slab < slabsPerSweep; slab++) {
      topics.compact(1)
      yield itemsPerClockRead
    }
  }

  /** Whether the client may stay: somebody is there, and what it signed in with still counts. */
  private checkStay(connection: Connection, nowMs: number): void {
    if (connection.silenceMs(nowMs) > connection.silenceMsMax) connection.close(connection.silenceReason)
    else if (connection.validUntilMs <= this.house.clock.timeMs()) connection.close('credentialsExpired')
  }

  private checkSession(session: Session, nowMs: number, floor: { offset: number }): void {
    if (!session.connection && nowMs - session.detachedMs > session.timeoutMs) return this.house.ended(session)
    this.lower(floor, session)
  }

  private lower(floor: { offset: number }, session: Session): void {
    const { subscriptions } = this.house
    floor.offset = Math.min(floor.offset, historyFloor(session, subscriptions.of(session)))
  }

  /** Who left since it was looked at is owed nothing any more: the floor alone keeps what its client needs. */
  private *lowerForLeft(floor: { offset: number }): Generator<number, void> {
    for (let left = this.house.sessions.takeLeft(); left.length > 0; left = this.house.sessions.takeLeft()) {
      for (const session of left) {
        this.lower(floor, session)
        yield 1
      }
    }
  }

  /** Each sweep goes on where the last one stopped: what was looked at stands at the end, if it is kept at all. */
  private tidyNext(nowMs: number, floorOffset: number): void {
    const { kept } = this.house.topics.versions
    const topic = kept.take()
    if (topic === null) return
    // Readers of a topic on the dirty list do not know yet that they owe it.
    if (topic.isDirty) kept.push(topic)
    else this.tidy(topic, nowMs, floorOffset)
  }

  /** History stays for readers behind it, and above the floor for clients that may come back. */
  private tidy(topic: Topic, nowMs: number, floorOffset: number): void {
    const { topics, clock } = this.house
    let needed = floorOffset
    for (const { everyFrom } of topic.live?.readers ?? []) if (everyFrom > 0) needed = Math.min(needed, everyFrom - 1)
    topics.versions.trim(topic, needed, clock.timeMs())
    topics.versions.tidy(topic, nowMs)
  }
}
