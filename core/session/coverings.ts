import type { Subscription } from '../flow/subscription.js'
import { regexLevelsOf } from '../topics/regex-load.js'
import { selectorMatches } from '../topics/selector.js'
import { literalLevel } from '../topics/selector-level.js'
import type { Topic } from '../topics/topic.js'
import type { Session } from './session.js'

/** What taking up a topic costs beside trying selectors, in tries of a selector. */
const ownTries = 8

/** What it costs to try so many selectors, with so many regular expressions, on a path. */
export function triesOf(selectors: number, regexLevels: number, path: string): number {
  return ownTries + selectors + regexLevels * path.length
}

/**
 * Finds which subscriptions of a session cover a topic: the one that names it is looked up, the wildcards are tried.
 *
 * Invariant: what stands here of a session is as its subscriptions are; `changed` forgets it.
 */
export class Coverings {
  /** Wildcards that were tried so far; a character tried against a regular expression counts like one. */
  tries = 0
  private readonly subscriptionsOf: (session: Session) => ReadonlyMap<string, Subscription>
  private readonly wildcards = new WeakMap<Session, Wildcards>()

  /** `subscriptionsOf` gives those of a session by canonical selector. */
  constructor(subscriptionsOf: (session: Session) => ReadonlyMap<string, Subscription>) {
    this.subscriptionsOf = subscriptionsOf
  }

  /** A subscription of the session came, or ended. */
  changed(session: Session): void {
    this.wildcards.delete(session)
  }

  /** The subscriptions that cover a topic and may read it, the one that names it first. */
  of(session: Session, topic: Topic): Subscription[] {
    const { all, regexLevels } = this.wildcardsOf(session)
    const { path } = topic
    const levels = path.split('/')
    const named = this.subscriptionsOf(session).get(levels.map((name) => literalLevel(name).text).join('/'))
    const found: Subscription[] = named && mayRead(session, named, topic) ? [named] : []
    for (const subscription of all) {
      if (selectorMatches(subscription.selector, levels) && mayRead(session, subscription, topic))
        found.push(subscription)
    }
    this.tries += triesOf(all.length, regexLevels, path)
    return found
  }

  private wildcardsOf(session: Session): Wildcards {
    const known = this.wildcards.get(session)
    if (known) return known
    const all = [...this.subscriptionsOf(session).values()].filter(({ selector }) => selector.literalPath === null)
    const regexLevels = all.reduce((count, { selector }) => count + regexLevelsOf(selector), 0)
    const wildcards = { all, regexLevels }
    this.wildcards.set(session, wildcards)
    return wildcards
  }
}

interface Wildcards {
  readonly all: readonly Subscription[]
  readonly regexLevels: number
}

function mayRead(session: Session, { isPartlyReadable }: Subscription, topic: Topic): boolean {
  return !isPartlyReadable || session.rights.mayRead(topic)
}
