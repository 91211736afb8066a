import type { Authorizer, Principal } from '../access.js'
import type { Interests } from '../flow/interests.js'
import type { QueuedMessage } from '../flow/message-queue.js'
import { combined } from '../flow/message-terms.js'
import type { Outbox } from '../flow/outbox.js'
import type { Subscription } from '../flow/subscription.js'
import type { MessageTerms } from '../messages.js'
import { restoredMessage } from '../topics/stored-messages.js'
import { restoredLost, restoredRemoval } from '../topics/stored-removals.js'
import { restoredTopic } from '../topics/stored-topics.js'
import type { Topics } from '../topics/topics.js'
import { itemFlags, qosOf } from '../transport.js'
import type { Update } from '../update.js'
import type { Admission } from './admission.js'
import { PathMap } from './path-map.js'
import { Rights } from './rights.js'
import type { SessionHost } from './session.js'
import { Session } from './session.js'
import type { StoredRetained } from './stored-sessions.js'
import { restoredSession, restoredStanding, restoredState } from './stored-sessions.js'
import type { StoredStanding } from './stored-standing.js'
import { neededFrom, Standing } from './stored-standing.js'
import type { RestoredWill } from './stored-wills.js'
import { restoredWill } from './stored-wills.js'

/** What restoring needs of the gateway. */
export interface RestoringHost extends SessionHost {
  readonly authorizer: Authorizer
  readonly admission: Admission
  readonly interests: Interests
  readonly topics: Topics
}

/**
 * Puts back what a store has of an earlier life, before anybody is let in: first topics that went, then topics, then sessions, then wills and groups, then
 * the messages that these were owed, in the order of their offsets.
 */
export class Restoring {
  private readonly host: RestoringHost
  private readonly standings = new Map<Outbox, Standing>()
  /** What no link was given leaves behind what was: its number is known by that. */
  private readonly fresh: { readonly outbox: Outbox; readonly message: QueuedMessage }[] = []
  private readonly telling: {
    readonly session: Session
    readonly subscription: Subscription
    readonly told: ReadonlySet<number>
  }[] = []
  /** Of groups' messages, by the group's outbox and their offset, with which member they stay. */
  private readonly atMembers = new Map<Outbox, Map<number, Outbox>>()
  private readonly wills: { readonly session: Session; readonly restored: RestoredWill }[] = []
  /** Offsets from here on may be owed to somebody; infinity: nobody is owed anything. */
  neededFrom = Number.POSITIVE_INFINITY

  constructor(host: RestoringHost) {
    this.host = host
  }

  /** From which offset on it is known what went. */
  lost(bytes: Uint8Array): void {
    this.host.topics.removals.lostOffset = restoredLost(bytes)
  }

  /** A topic that went. */
  removal(offset: number, bytes: Uint8Array): void {
    const { topics } = this.host
    topics.restoreRemoved(restoredRemoval(offset, bytes))
    topics.lives?.stored(offset)
  }

  /** What is noted of earlier lives. */
  life(key: string, bytes: Uint8Array): void {
    this.host.topics.lives?.restore(key, bytes)
  }

  topic(path: string, bytes: Uint8Array): void {
    const { topics } = this.host
    const topic = restoredTopic(path, bytes)
    topics.restore(topic)
    topics.lives?.stored(topic.value?.offset ?? 0)
  }

  /** A session, and where it stood; null: that was never stored. */
  session(name: string, bytes: Uint8Array, stateBytes: Uint8Array | null): void {
    const { host } = this
    const stored = restoredSession(bytes)
    const state = stateBytes && restoredState(stateBytes)
    const session = this.begin(name, stored.sessionId, stored.principal)
    host.admission.prepare(session)
    session.agent = stored.agent
    session.waitsFor(stored.timeoutMs)
    const awayMs = state && state.detachedMs > 0 ? Math.max(0, host.clock.timeMs() - state.detachedMs) : 0
    session.detachedMs = host.clock.nowMs() - awayMs
    host.sessions.waits(session)
    const told = new Set(state?.retained.map(({ offset }) => offset))
    for (const each of stored.subscriptions) {
      const subscription = host.subscriptions.restore(session, each)
      if (subscription && each.isTelling) this.telling.push({ session, subscription, told })
    }
    for (const retained of state?.retained ?? []) this.retained(session, retained)
    for (const [key, offsets] of state?.shared ?? []) this.share(session, key, offsets)
    for (const [medium, notes] of state?.notes ?? []) session.keepNotes(medium, notes)
    this.stands(session.outbox, state ?? nowhere)
  }

  /** Where a group stood, under the key of its members' memberships; without members it is over. */
  group(key: string, bytes: Uint8Array): void {
    const group = this.host.subscriptions.groups.withKey(key)
    if (group) this.stands(group.outbox, restoredStanding(bytes))
    else this.host.storedSessions?.groupEnded(key)
  }

  /** A message, for all who were owed it. */
  message(offset: number, bytes: Uint8Array): void {
    const { topics, interests } = this.host
    const update = restoredMessage(offset, bytes, (path) => topics.tree.find(path) ?? { id: 0, path, isRemoved: true })
    const readers = new Map<Outbox, MessageTerms | null>()
    interests.eachOf(update.topic.path, topics.tree.find(update.topic.path), (subscription) => {
      const { outbox, terms, sinceOffset } = subscription
      if (offset > sinceOffset && mayRead(subscription, update.topic.path))
        readers.set(outbox, combined(readers.get(outbox) ?? null, terms))
    })
    for (const [outbox, terms] of readers) if (terms) this.owe(outbox, update, terms)
  }

  /** What a client wants published if it is gone. Where its session was not stored, that ended with the process. */
  will(name: string, bytes: Uint8Array): void {
    const restored = restoredWill(bytes)
    const known = this.host.sessions.named(name)
    const session = known ?? this.begin(name, restored.sessionId, restored.principal)
    this.wills.push({ session, restored })
  }

  /** That was all. */
  end(): void {
    const { removals, lives } = this.host.topics
    lives?.begin()
    removals.stored?.forget(removals.lostOffset)
    for (const { outbox, message } of this.fresh) outbox.queueOf().push(message)
    for (const { session, subscription, told } of this.telling)
      this.host.subscriptions.retained.tell(session, subscription, subscription.sinceOffset, told)
    this.host.storedSessions?.begin()
    for (const { session, restored } of this.wills) {
      this.host.wills.restore(session, restored)
      if (!session.outbox.outlivesLinks) this.host.ended(session)
    }
  }

  private begin(name: string, sessionId: string, principal: Principal): Session {
    const { host } = this
    const paths = new PathMap(principal.rootPath)
    const session = new Session(host, sessionId, new Rights(host.authorizer, principal), paths, name)
    host.sessions.add(session)
    return session
  }

  /** A retained value that it was not known to have. If there is a newer one, that came as news. */
  private retained({ outbox }: Session, { path, offset, isSent, terms }: StoredRetained): void {
    const { topics } = this.host
    const topic = topics.tree.find(path)
    const update = topic && topics.retained.of(topic)
    if (update?.offset !== offset) return
    const message = { update, terms, flags: itemFlags.bind | itemFlags.snapshot, group: null }
    if (isSent) outbox.queueOf().push({ ...message, flags: message.flags | itemFlags.again })
    else this.fresh.push({ outbox, message })
  }

  /** Messages of a group that the session may have got, and no other may. */
  private share({ outbox }: Session, key: string, offsets: readonly number[]): void {
    const group = this.host.subscriptions.groups.withKey(key)
    if (!group) return
    const members = this.atMembers.get(group.outbox) ?? new Map<number, Outbox>()
    this.atMembers.set(group.outbox, members)
    for (const offset of offsets) members.set(offset, outbox)
  }

  private owe(outbox: Outbox, update: Update, terms: MessageTerms): void {
    const { offset, origin } = update
    const standing = this.standings.get(outbox)
    const isDone = !standing || standing.isDone(update.topic.path, offset)
    const isOwn = terms.excludesOwn && origin !== '' && origin === outbox.origin
    if (isDone || isOwn || qosOf(update, terms) === 0) return
    const member = this.atMembers.get(outbox)?.get(offset)
    if (member && outbox.group?.restoreAt(member, update, itemFlags.bind | itemFlags.again)) return
    const message = { update, terms, flags: itemFlags.bind, group: null }
    if (!standing.wasSent(offset)) this.fresh.push({ outbox, message })
    else outbox.queueOf().push({ ...message, flags: itemFlags.bind | itemFlags.again })
  }

  private stands(outbox: Outbox, standing: StoredStanding): void {
    this.standings.set(outbox, new Standing(standing))
    this.neededFrom = Math.min(this.neededFrom, neededFrom(standing))
  }
}

/** By the path: its topic may be gone. */
function mayRead({ outbox, isPartlyReadable }: Subscription, path: string): boolean {
  return !isPartlyReadable || (outbox.owner instanceof Session && outbox.owner.rights.may('subscribe', path))
}

/** Of a session that had no time to be stored everything since its subscriptions may be owed. */
const nowhere: StoredStanding = { offset: 0, waiting: [], sent: [], owed: [] }
