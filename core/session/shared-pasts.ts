import { TopicSet } from '../flow/topic-set.js'
import type { SubscribeOptions } from '../messages.js'
import type { Session } from './session.js'

interface SharedPast {
  readonly asked: Pick<SubscribeOptions, 'since' | 'delivery'>
  readonly told: TopicSet
  /** Subscriptions that are still told of it, at most. */
  readers: number
}

/**
 * Of which topics each session was told what came after a position: several of its subscriptions may ask for it at once, as a
 * stream over several selectors does when it is resumed, and what more than one of them covers is told once. [SEM 2.1]
 */
export class SharedPasts {
  private readonly bySession = new WeakMap<Session, SharedPast>()

  /** One more subscription of the session is told what came after the position that it asked for. */
  join(session: Session, asked: SubscribeOptions): TopicSet {
    const known = this.bySession.get(session)
    const past = known && isSame(known.asked, asked) ? known : { asked, told: new TopicSet(), readers: 0 }
    past.readers += 1
    this.bySession.set(session, past)
    return past.told
  }

  /** A subscription of the session ended, or began anew: what it was to be told may never have left, so that it counts as told to nobody. */
  forget(session: Session): void {
    this.bySession.delete(session)
  }

  /** A subscription of the session was told all that came before. */
  leave(session: Session, asked: SubscribeOptions): void {
    const past = this.bySession.get(session)
    if (!past || !isSame(past.asked, asked)) return
    past.readers -= 1
    if (past.readers === 0) this.bySession.delete(session)
  }
}

/** Who wants each update is told more than who wants the latest. */
function isSame(one: SharedPast['asked'], other: SharedPast['asked']): boolean {
  if (one.delivery !== other.delivery) return false
  return one.since === other.since || JSON.stringify(one.since) === JSON.stringify(other.since)
}
