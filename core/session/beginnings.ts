import type { Clock } from '../clock.js'
import type { Outbox } from '../flow/outbox.js'
import type { Past } from '../flow/snapshot.js'
import { Snapshot } from '../flow/snapshot.js'
import type { Subscription } from '../flow/subscription.js'
import type { Job } from '../flow/turns.js'
import type { UpdateLog } from '../log/update-log.js'
import type { Position } from '../messages.js'
import { lowest } from '../positions.js'
import { regexLevelsOf } from '../topics/regex-load.js'
import type { Selector } from '../topics/selector.js'
import { selectorMatches } from '../topics/selector.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { triesOf } from './coverings.js'
import type { Effort } from './effort.js'
import { effortToResume } from './effort.js'
import { askedFor, nothing, reachesBack, valuesAnew } from './past.js'
import type { Session } from './session.js'
import { SharedPasts } from './shared-pasts.js'

/** What beginning needs of the gateway. */
export interface BeginningsHost {
  readonly clock: Clock
  readonly log: UpdateLog
  readonly topics: Topics
  addJob(job: Job): void
}

/** What subscriptions are told first: a snapshot, or history, or what was missed; and that this was all. [SEM 2.2, 2.3] */
export class Beginnings {
  private readonly host: BeginningsHost
  private readonly completed: (session: Session) => void
  private readonly sharedPasts = new SharedPasts()

  /** `completed` is called when a subscription of the session was told all that came before. */
  constructor(host: BeginningsHost, completed: (session: Session) => void) {
    this.host = host
    this.completed = completed
  }

  /**
   * What the client asked for. Who asks for a position that nothing reaches back to, or since which too much went to find in one
   * step, is told so, and the current values.
   */
  asked(session: Session, { options, selector }: Subscription, effort = effortToResume(this.host.clock)): Past {
    const { since } = options
    if (since.kind !== 'position') return askedFor(options, this.host)
    const reaches = reachesBack(since.position, [selector], this.host)
    const removals = reaches ? this.removalsOf(selector, since.position, effort) : null
    if (removals) return { ...askedFor(options, this.host), removals, told: this.sharedPasts.join(session, options) }
    const selectors = [session.paths.outwardSelector(selector.text)]
    session.reply({ kind: 'resynchronised', reason: 'history', topics: [], selectors })
    return valuesAnew
  }

  /** What went since the position; null: to find it takes too long. */
  private removalsOf(selector: Selector, position: Position, effort: Effort): Topic[] | null {
    const found: Topic[] = []
    const regexLevels = regexLevelsOf(selector)
    for (const topic of this.host.topics.removals.since(lowest(position))) {
      const { path } = topic
      if (!effort.goesOn(triesOf(1, regexLevels, path))) return null
      if (selectorMatches(selector, path.split('/'))) found.push(topic)
    }
    return found
  }

  /** Begins as if nothing had been told before. */
  start(session: Session, subscription: Subscription, past: Past): void {
    subscription.sinceOffset = this.host.log.offset
    subscription.isSynced = false
    subscription.continues = false
    subscription.owesSynced = true
    subscription.gaveValues = past.values
    this.tell(session, subscription, past)
  }

  /** Tells what came before, then `synced` if that is owed. */
  tell(session: Session, subscription: Subscription, past: Past): void {
    const { selector, outbox } = subscription
    const isWalked = selector.literalPath === null && past !== nothing
    const snapshot = new Snapshot(subscription, this.host.topics, isWalked, past, {
      mayRead: (topic) => !subscription.isPartlyReadable || session.rights.mayRead(topic),
      completed: () => this.synced(session, subscription),
    })
    subscription.snapshot = snapshot
    subscription.startOffset = this.host.log.offset
    takeNamed(subscription, snapshot)
    for (const topic of past.removals) snapshot.take(topic, outbox.owed.byTopic?.get(topic.id) ?? null)
    if (isWalked) this.host.addJob(this.walkOf(snapshot, outbox))
    else snapshot.completeIfSent()
  }

  /** Found enough to send, it is looked at again when less is owed, not before: the reader may stall for hours. */
  private walkOf(snapshot: Snapshot, outbox: Outbox): Job {
    const { clock } = this.host
    const goOn: Job = (deadlineMs) => {
      if (snapshot.step(() => clock.nowMs(), deadlineMs)) return true
      if (!snapshot.hasEnough) return false
      outbox.park(snapshot, () => this.host.addJob(goOn))
      return true
    }
    return goOn
  }

  /** A subscription of the session is no more, or another takes its place. */
  ended(session: Session): void {
    this.sharedPasts.forget(session)
  }

  /** Everything that came before was sent. */
  synced(session: Session, subscription: Subscription): void {
    const { outbox } = session
    subscription.snapshot = null
    subscription.isSynced = true
    this.sharedPasts.leave(session, subscription.options)
    this.completed(session)
    if (!subscription.owesSynced) return
    subscription.owesSynced = false
    outbox.newestOffset = Math.max(outbox.newestOffset, subscription.startOffset)
    session.reply({ kind: 'synced', subscription: subscription.id, position: outbox.position(this.host.log.epoch) })
  }
}

function takeNamed({ reading }: Subscription, snapshot: Snapshot): void {
  if (!reading || reading.topic.isRemoved) return
  snapshot.take(reading.topic, reading)
  // Nothing of the past is owed: it stands with the topic.
  if (!reading.isOwed && !reading.isHeld) reading.cursor = reading.topic.offset
}
