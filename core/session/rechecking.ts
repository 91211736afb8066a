import type { MessageGroup } from '../flow/message-group.js'
import type { QueuedMessage } from '../flow/message-queue.js'
import type { Subscription } from '../flow/subscription.js'
import type { Groups } from './groups.js'
import type { Session } from './session.js'

/** What checking rights again needs of those who hold the subscriptions. */
export interface RecheckingHost {
  subscriptionsOf(session: Session): ReadonlyMap<string, Subscription>
  readonly groups: Groups
  /** These end, and the client is told. */
  revoke(session: Session, subscriptions: readonly Subscription[], reason: 'forbidden'): void
  /** What waits for the session may serve these no more. */
  refresh(session: Session, changed: readonly Subscription[]): void
  /** What waits for the session is less than it was. */
  moved(session: Session): void
}

/** Rights changed: what a session may not read any more ends, and nothing of it that waits leaves. [SEM 6.1] */
export class Rechecking {
  private readonly host: RecheckingHost

  constructor(host: RecheckingHost) {
    this.host = host
  }

  recheck(session: Session): void {
    session.rights.checked()
    const forbidden: Subscription[] = []
    const partly: Subscription[] = []
    for (const subscription of this.host.subscriptionsOf(session).values()) {
      const coverage = session.rights.coverage('subscribe', subscription.selector.text)
      // Who is away is told when it is back; until then it is asked for each topic, and none may be read.
      if (coverage === 'none' && session.connection) forbidden.push(subscription)
      else subscription.isPartlyReadable = coverage !== 'all'
      if (subscription.isPartlyReadable) partly.push(subscription)
    }
    if (forbidden.length > 0) this.host.revoke(session, forbidden, 'forbidden')
    const left = partly.filter(({ isEnded }) => !isEnded)
    if (left.length > 0) this.host.refresh(session, left)
    this.recheckQueue(session)
    this.host.groups.recheck(session)
  }

  /** Messages that wait, retained values among them. What others of a group may have goes back to it. */
  private recheckQueue(session: Session): void {
    const mayRead = remembered((path) => session.rights.may('subscribe', path))
    const removed = session.outbox.messages?.removeWhere(({ update }) => !mayRead(update.topic.path)) ?? []
    for (const [group, messages] of byGroup(removed)) group.withdraw(messages)
    if (removed.length > 0) this.host.moved(session)
  }
}

function remembered(ask: (path: string) => boolean): (path: string) => boolean {
  const answers = new Map<string, boolean>()
  return (path) => {
    const answer = answers.get(path) ?? ask(path)
    answers.set(path, answer)
    return answer
  }
}

function byGroup(messages: readonly QueuedMessage[]): ReadonlyMap<MessageGroup, readonly QueuedMessage[]> {
  const groups = new Map<MessageGroup, QueuedMessage[]>()
  for (const message of messages) {
    const { group } = message
    if (group) groups.set(group, [...(groups.get(group) ?? []), message])
  }
  return groups
}
