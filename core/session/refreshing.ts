import type { Clock } from '../clock.js'
import type { Reading } from '../flow/reading.js'
import type { Subscription } from '../flow/subscription.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'
import { regexLevelsOf } from '../topics/regex-load.js'
import { selectorMatches } from '../topics/selector.js'
import type { Coverings } from './coverings.js'
import { triesOf } from './coverings.js'
import { Effort } from './effort.js'
import type { Session } from './session.js'

/** What looking through readings needs of the gateway. */
export interface RefreshingHost {
  readonly clock: Clock
  addJob(job: Job): void
}

/** One look through the readings of a session. */
interface Pass {
  readonly changed: readonly Subscription[]
  readonly readings: Iterator<Reading>
}

/**
 * Subscriptions came, went or changed: the readings of what they match serve those that are there now. It is done a little each
 * turn, and until it is no update leaves, so that nobody is told what he just said he does not want, or may not read. [SEM 2.5]
 */
export class Refreshing {
  private readonly host: RefreshingHost
  private readonly coverings: Coverings
  /** Changes that the look at hand came too late for, by session; no entry: none is at hand. */
  private readonly waiting = new WeakMap<Session, Subscription[]>()

  constructor(host: RefreshingHost, coverings: Coverings) {
    this.host = host
    this.coverings = coverings
  }

  changed(session: Session, changed: readonly Subscription[]): void {
    const wildcards: Subscription[] = []
    for (const subscription of changed) {
      if (subscription.selector.literalPath === null) wildcards.push(subscription)
      else this.refreshNamed(session, subscription)
    }
    if (wildcards.length > 0 && session.outbox.owed.byTopic !== null) this.look(session, wildcards)
  }

  /** Most are done at once. */
  private look(session: Session, changed: readonly Subscription[]): void {
    const waiting = this.waiting.get(session)
    if (waiting) waiting.push(...changed)
    else {
      const pass = passOf(session, changed)
      if (this.step(session, pass, this.host.clock.nowMs() + pace.jobMs)) return
      session.outbox.isRefreshing = true
      this.waiting.set(session, [])
      this.host.addJob(this.job(session, pass))
    }
  }

  private job(session: Session, first: Pass): Job {
    let pass = first
    return (deadlineMs) => {
      if (!this.step(session, pass, deadlineMs)) return false
      const waiting = this.waiting.get(session) ?? []
      if (waiting.length > 0) {
        pass = passOf(session, waiting)
        this.waiting.set(session, [])
        return false
      }
      this.waiting.delete(session)
      session.outbox.refreshed()
      return true
    }
  }

  private refreshNamed(session: Session, subscription: Subscription): void {
    const { reading } = subscription
    const concerned = reading ? [reading, ...formerOf(session, subscription)] : formerOf(session, subscription)
    const idle = concerned.filter((each) => !this.serve(session, each, none))
    if (idle.length > 0) session.outbox.drop(new Set(idle))
  }

  /** Goes on until the deadline; true once all readings were looked at. */
  private step(session: Session, { changed, readings }: Pass, deadlineMs: number): boolean {
    const idle = new Set<Reading>()
    const effort = new Effort(this.host.clock, deadlineMs)
    let isOver = false
    for (let goesOn = true; goesOn; ) {
      const { value, done } = readings.next()
      isOver = done === true
      if (done) break
      const before = this.coverings.tries
      const { path } = value.topic
      if (matchesAny(changed, path) && !this.serve(session, value, changed)) idle.add(value)
      goesOn = effort.goesOn(this.coverings.tries - before + triesOfAll(changed, path))
    }
    if (idle.size > 0) session.outbox.drop(idle)
    return isOver
  }

  /** The reading is there for those that cover its topic; false: there are none, or nothing to be there for. */
  private serve(session: Session, reading: Reading, changed: readonly Subscription[]): boolean {
    const { topic, terms } = reading
    const interested = this.coverings.of(session, topic)
    reading.serve(interested)
    if (reading.isHeld && isForgotten(topic.path, changed, interested)) reading.isHeld = false
    // Who holds states is told all the same that the topic went: no snapshot will ever say so.
    const isWanted = interested.length > 0 || (topic.isRemoved && terms === null)
    return isWanted && !reading.isIdle
  }
}

/**
 * Whether the client may have forgotten the topic: when one that covers it ended no other stood that does. Those that came since do not
 * count, since it hears of the end before it hears of them.
 */
function isForgotten(path: string, changed: readonly Subscription[], interested: readonly Subscription[]): boolean {
  return changed.some(
    ({ isEnded, issuedAtEnd, selector }) =>
      isEnded && interested.every(({ id }) => id > issuedAtEnd) && selectorMatches(selector, path.split('/')),
  )
}

/**
 * Readings of topics that had the path before the one that has it now, and still owe: of a subscription that ended, or may not be told
 * everything any more. They are never held back by a rate.
 */
function formerOf({ outbox }: Session, { selector, reading, isEnded, isPartlyReadable }: Subscription): Reading[] {
  if (!isEnded && !isPartlyReadable) return []
  return outbox.owed.ready.filter(
    (each) => each !== reading && each.topic.isRemoved && each.topic.path === selector.literalPath,
  )
}

function passOf({ outbox }: Session, changed: readonly Subscription[]): Pass {
  return { changed, readings: (outbox.owed.byTopic ?? noReadings).values() }
}

function matchesAny(changed: readonly Subscription[], path: string): boolean {
  const levels = path.split('/')
  return changed.some(({ selector }) => selectorMatches(selector, levels))
}

function triesOfAll(changed: readonly Subscription[], path: string): number {
  let tries = 0
  for (const { selector } of changed) tries += triesOf(1, regexLevelsOf(selector), path)
  return tries
}

const none: readonly never[] = []
const noReadings: ReadonlyMap<number, Reading> = new Map()
