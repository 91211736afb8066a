import type { Interests } from '../flow/interests.js'
import { MessageGroup } from '../flow/message-group.js'
import { Outbox } from '../flow/outbox.js'
import type { OutboxHost } from '../flow/outbox-host.js'
import { Subscription } from '../flow/subscription.js'
import type { UpdateLog } from '../log/update-log.js'
import type { GroupOptions, MessageTerms, SubscribeOptions } from '../messages.js'
import type { Selector } from '../topics/selector.js'
import type { Topics } from '../topics/topics.js'
import type { ClientFeatures } from '../values.js'
import type { Session } from './session.js'
import type { StoredSessions } from './stored-sessions.js'

/** What groups need of the gateway. */
export interface GroupsHost extends OutboxHost {
  readonly log: UpdateLog
  readonly topics: Topics
  readonly interests: Interests
  readonly storedSessions: StoredSessions | null
}

/** A group, and the one subscription by which it reads. */
interface Known {
  readonly key: string
  readonly name: string
  readonly group: MessageGroup
  readonly subscription: Subscription
}

const plain: ClientFeatures = { deltas: false, deflate: false }

/** Whatever is published; how surely a member gets it is for that member to say. */
const everything: MessageTerms = { qos: 2, excludesOwn: false, labels: [] }

const reading: SubscribeOptions = {
  snapshot: false,
  intervalMs: 0,
  delivery: 'all',
  priority: null,
  since: { kind: 'now' },
  overflow: 'conflate',
  messages: { terms: everything, retained: 'never' },
}

/** Groups of sessions that share what one reads: made by the first member, gone with the last. [SEM 2.7] */
export class Groups {
  private readonly host: GroupsHost
  private readonly byKey = new Map<string, Known>()
  private readonly bySession = new WeakMap<Session, Map<string, Known>>()

  constructor(host: GroupsHost) {
    this.host = host
  }

  get count(): number {
    return this.byKey.size
  }

  /** The groups of which the session is a member. */
  of(session: Session): Iterable<Known> {
    return this.bySession.get(session)?.values() ?? []
  }

  /** Every group there is. */
  *all(): Iterable<MessageGroup> {
    for (const { group } of this.byKey.values()) yield group
  }

  /** The group under a key; null: there is none. */
  withKey(key: string): MessageGroup | null {
    return this.byKey.get(key)?.group ?? null
  }

  /** How a session's memberships are stored. */
  storedOf(session: Session) {
    return Array.from(this.of(session), ({ group, name, subscription }) => {
      const terms = group.termsOf(session.outbox) ?? everything
      const selector = session.paths.outwardSelector(subscription.selector.text)
      const options: SubscribeOptions = { ...reading, messages: { terms, retained: 'never' } }
      return {
        selector,
        options,
        sinceOffset: subscription.sinceOffset,
        isTelling: false,
        group: { name, order: group.order },
      }
    })
  }

  /** How many groups the session is a member of. */
  countOf(session: Session): number {
    return this.bySession.get(session)?.size ?? 0
  }

  /** Joins a group, or joins it anew with other terms. Returns a number that names the membership. */
  join(session: Session, options: GroupOptions, selector: Selector, terms: MessageTerms): number {
    const key = keyOf(session, options.name, selector)
    const known = this.byKey.get(key) ?? this.make(key, session, options, selector)
    const { group, subscription } = known
    group.join({ outbox: session.outbox, terms, mayRead: (topic) => session.rights.may('subscribe', topic.path) })
    const joined = this.bySession.get(session) ?? new Map<string, Known>()
    this.bySession.set(session, joined.set(key, known))
    return subscription.id
  }

  /** As it was before a restart: what came since then may be owed. */
  restore(session: Session, options: GroupOptions, selector: Selector, terms: MessageTerms, sinceOffset: number): void {
    this.join(session, options, selector, terms)
    const known = this.byKey.get(keyOf(session, options.name, selector))
    if (known) known.subscription.sinceOffset = Math.min(known.subscription.sinceOffset, sinceOffset)
  }

  /** Leaves a group; false: the session was no member. */
  leave(session: Session, name: string, selector: Selector): boolean {
    const joined = this.bySession.get(session)
    const known = joined?.get(keyOf(session, name, selector))
    if (!joined || !known) return false
    joined.delete(known.key)
    this.end(session, known)
    return true
  }

  /** Rights changed: memberships that let it read nothing end, and what only it might have taken waits for it no more. */
  recheck(session: Session): void {
    for (const known of [...this.of(session)]) {
      const { selector, id } = known.subscription
      const isForbidden = session.rights.coverage('subscribe', selector.text) === 'none'
      if (!isForbidden || !session.connection) known.group.dispatch()
      else {
        this.leave(session, known.name, selector)
        this.host.storedSessions?.changes(session)
        const outward = session.paths.outwardSelector(selector.text)
        session.reply({ kind: 'unsubscribed', subscription: id, selector: outward, reason: 'forbidden' })
      }
    }
  }

  /** The session is over. */
  leaveAll(session: Session): void {
    for (const known of this.bySession.get(session)?.values() ?? []) this.end(session, known)
    this.bySession.delete(session)
  }

  private make(key: string, { paths, rights }: Session, { name, order }: GroupOptions, selector: Selector): Known {
    const { host } = this
    const outbox = new Outbox(host)
    outbox.ownerName = rights.principal.name
    outbox.audience = { features: plain, outwardPath: (path) => paths.outward(path) }
    const subscription = new Subscription(outbox, 0, selector, reading, host.log.offset)
    const topic = selector.literalPath === null ? null : host.topics.tree.find(selector.literalPath)
    host.interests.begin(subscription, topic)
    const known = { key, name, group: new MessageGroup(outbox, order), subscription }
    this.byKey.set(key, known)
    return known
  }

  private end({ outbox }: Session, { key, group, subscription }: Known): void {
    group.leave(outbox)
    if (group.size > 0) return
    this.byKey.delete(key)
    this.host.storedSessions?.groupEnded(key)
    this.host.interests.end(subscription)
    subscription.reading?.detach()
    group.outbox.end()
  }
}

function keyOf({ paths }: Session, name: string, { text }: Selector): string {
  return `${name}/${paths.root}/${text}`
}
