import type { Principal } from '../access.js'
import type { Clock } from '../clock.js'
import { copyOfBytes } from '../copies.js'
import type { MessageGroup } from '../flow/message-group.js'
import { staysWithMember } from '../flow/message-group.js'
import type { Outbox } from '../flow/outbox.js'
import type { Job } from '../flow/turns.js'
import type { MessageTerms, SubscribeOptions } from '../messages.js'
import type { Records, Store } from '../store.js'
import { readForm, storedForm } from '../topics/stored-form.js'
import type { StoredMessages } from '../topics/stored-messages.js'
import { qosOf } from '../transport.js'
import type { Session } from './session.js'
import type { Sessions } from './sessions.js'
import type { StoredStanding } from './stored-standing.js'
import { isRetained, neededFrom, standingOf, wasSent } from './stored-standing.js'
import type { Subscriptions } from './subscriptions.js'

/** Changes of sessions wait so long before they are stored, ms, where answers do not wait for the store. */
const gatherMs = 20

/** To look at so many queued messages takes about as long as at one session. */
const queuedPerItem = 16

/** To store a session takes about as long as to look at so many. */
const itemsPerPut = 8

/** What storing sessions needs of the gateway. */
export interface StoredSessionsHost {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly subscriptions: Subscriptions
  readonly log: { readonly offset: number }
  readonly unmarkedFrom: number
  addJob(job: Job): void
}

/** A subscription as it is stored. */
export interface StoredSubscription {
  /** As the client sees it. */
  readonly selector: string
  readonly options: SubscribeOptions
  readonly sinceOffset: number
  /** Its reader is still being told retained values: what of them is not queued is to be found. */
  readonly isTelling: boolean
  readonly group: StoredMembership | null
}

/** Of which group, and what of it is told. */
export interface StoredMembership {
  readonly name: string
  readonly order: 'none' | 'path'
}

/** What a session is, apart from what it was told. */
export interface StoredSession {
  readonly sessionId: string
  readonly principal: Principal
  readonly agent: string
  readonly timeoutMs: number
  readonly subscriptions: readonly StoredSubscription[]
}

/** A retained value that waits, or was sent and not settled. */
export interface StoredRetained {
  readonly path: string
  readonly offset: number
  readonly isSent: boolean
  readonly terms: MessageTerms
}

/** Where a session stands, but for what its links left. */
interface StoredStateHead extends StoredStanding {
  readonly retained: readonly StoredRetained[]
  /** What it has of groups for good: the group's key, and offsets. */
  readonly shared: readonly (readonly [key: string, offsets: readonly number[]])[]
  /** When its last link ended, ms since 1970; 0: it had one. */
  readonly detachedMs: number
}

/** Where a session stands. */
export interface StoredState extends StoredStateHead {
  /** What its links left, with their medium. */
  readonly notes: readonly (readonly [medium: string, bytes: Uint8Array])[]
}

/**
 * Keeps the sessions that clients find again by a name: what they subscribed to, and where they stand among the stored messages, so
 * that what they were owed is owed again after a restart. [SEM 1.5]
 *
 * Invariant: every message that a stored standing leaves open is stored, too: what changed is stored before anything is trimmed.
 */
export class StoredSessions {
  private readonly host: StoredSessionsHost
  private readonly messages: StoredMessages
  private readonly records: Records
  private readonly states: Records
  private readonly groups: Records
  private readonly store: Store
  private readonly answersWait: boolean
  /** Some of those that moved. */
  private readonly changed = new Set<Session>()
  private readonly moved = new Set<Session>()
  private isPlanned = false
  /** All that was stored was put back: before, what is here says nothing of what is owed. */
  private isBegun = false

  constructor(host: StoredSessionsHost, store: Store, messages: StoredMessages, answersWait: boolean) {
    this.host = host
    this.messages = messages
    this.records = store.records('sessions')
    this.states = store.records('session-states')
    this.groups = store.records('groups')
    this.store = store
    this.answersWait = answersWait
  }

  /** From now on what is here is stored. */
  begin(): void {
    this.isBegun = true
  }

  /** What the session is has changed: its subscriptions, how long it waits. */
  changes(session: Session): void {
    if (!this.isBegun || !session.outbox.outlivesLinks) return
    this.changed.add(session)
    this.moves(session)
  }

  /** Where it stands has changed. */
  moves(session: Session): void {
    if (!this.isBegun || !session.outbox.outlivesLinks) return
    this.moved.add(session)
    if (this.isPlanned) return
    this.isPlanned = true
    this.host.clock.after(this.answersWait ? 0 : gatherMs, () => this.host.addJob(this.write))
  }

  /**
   * Calls once what the session is now is stored as surely as answers promise; together with what was written in the call at hand,
   * or not at all. At once where answers do not wait.
   */
  stored(session: Session, done: () => void): void {
    if (!this.answersWait) return done()
    this.put(session)
    this.store.committed(done)
  }

  /** Writes all that waits to be written, in one step: for the end of the process. */
  flush(): void {
    for (const session of [...this.moved]) this.put(session)
  }

  ended(session: Session): void {
    this.changed.delete(session)
    this.moved.delete(session)
    if (session.name === null) return
    this.records.delete(session.name)
    this.states.delete(session.name)
  }

  /** The last member of a group, by its key, has left. */
  groupEnded(key: string): void {
    this.groups.delete(key)
  }

  /** What no session needs goes. One small step after another, each worth so many items. */
  *trimming(): Generator<number, void> {
    if (!this.isBegun) return
    // What comes from now on is above this.
    let needed = this.markedOffset + 1
    const outboxes = [...this.host.sessions.all()]
      .map(({ outbox }) => outbox)
      .filter(({ outlivesLinks }) => outlivesLinks)
    for (const outbox of [...outboxes, ...Array.from(this.host.subscriptions.groups.all(), ({ outbox }) => outbox)]) {
      needed = Math.min(needed, neededFrom(standingOf(outbox, this.markedOffset)))
      yield 1 + outbox.queuedCount / queuedPerItem
    }
    for (const session of [...this.moved]) {
      this.put(session)
      yield itemsPerPut
    }
    this.messages.trim(needed - 1)
  }

  /** Writes what waits to be written, a little each turn; while the store is behind nothing, since most would be replaced soon. */
  private readonly write: Job = (deadlineMs) => {
    if (this.store.isBehind) return this.wait()
    for (const session of this.moved) {
      this.put(session)
      if (this.host.clock.nowMs() >= deadlineMs) return false
    }
    this.isPlanned = false
    return true
  }

  /** Looks again once what waits is written; a turn later, since until then the store counts it. */
  private wait(): true {
    const { clock } = this.host
    this.store.committed(() => clock.after(0, () => this.host.addJob(this.write)))
    return true
  }

  /** One that has ended meanwhile is not stored again. */
  private put(session: Session): void {
    const { name, outbox } = session
    const isChanged = this.changed.delete(session)
    this.moved.delete(session)
    if (name === null || !outbox.outlivesLinks) return
    if (isChanged) this.records.put(name, storedForm(this.storedOf(session)))
    this.states.put(name, formOf(this.stateOf(session)))
    for (const { key, group } of this.host.subscriptions.groups.of(session))
      this.groups.put(key, storedForm(standingOf(group.outbox, this.markedOffset)))
  }

  private storedOf(session: Session): StoredSession {
    const { sessionId, rights, agent, timeoutMs } = session
    const { subscriptions } = this.host
    const own = Array.from(subscriptions.of(session).values(), (subscription) => {
      const { selector, options, sinceOffset } = subscription
      const isTelling = subscriptions.retained.isTelling(session, subscription)
      return { selector: session.paths.outwardSelector(selector.text), options, sinceOffset, isTelling, group: null }
    })
    const shared = subscriptions.groups.storedOf(session)
    return { sessionId, principal: rights.principal, agent, timeoutMs, subscriptions: [...own, ...shared] }
  }

  private stateOf(session: Session): StoredState {
    const { connection, detachedMs, notes } = session
    const { clock } = this.host
    const sinceMs = clock.timeMs() - Math.round(clock.nowMs() - detachedMs)
    return {
      ...standingOf(session.outbox, this.markedOffset),
      retained: retainedOf(session.outbox),
      shared: Array.from(this.host.subscriptions.groups.of(session), ({ key, group }) => [
        key,
        heldFor(session.outbox, group),
      ]),
      detachedMs: connection === null ? sinceMs : 0,
      notes: Array.from(notes, ([medium, note]) => [medium, note instanceof Uint8Array ? note : note.bytes()]),
    }
  }

  /** Who reads what came up to here knows that he owes it. */
  private get markedOffset(): number {
    return Math.min(this.host.log.offset, this.host.unmarkedFrom - 1)
  }
}

/** Retained values that its reader is to have for sure, and is not known to have. */
function retainedOf({ messages }: Outbox): StoredRetained[] {
  const left = messages?.left().filter((message) => isRetained(message) && qosOf(message.update, message.terms) > 0)
  return (left ?? []).map((message) => {
    const { update, terms } = message
    return { path: update.topic.path, offset: update.offset, isSent: wasSent(message), terms }
  })
}

/** What the reader may have got of a group, and no other member may. */
function heldFor({ messages }: Outbox, group: MessageGroup): number[] {
  const held = messages?.left().filter((message) => message.group === group && staysWithMember(message))
  return (held ?? []).map(({ update }) => update.offset)
}

/** A session as its bytes say. */
export const restoredSession = (bytes: Uint8Array): StoredSession => readForm<StoredSession>(bytes).head

/** The notes stand behind the rest as bytes, since they may be long and are written with each change. */
function formOf({ notes, ...head }: StoredState): Uint8Array {
  const lengths = notes.map(([medium, { length }]) => [medium, length] as const)
  return storedForm({ ...head, lengths }, ...notes.map(([, bytes]) => bytes))
}

/** Where a session stood; its notes are copies. */
export function restoredState(bytes: Uint8Array): StoredState {
  const { head, rest } = readForm<StoredStateHead & { readonly lengths: readonly (readonly [string, number])[] }>(bytes)
  const { lengths, ...standing } = head
  let at = 0
  const notes = lengths.map(([medium, length]) => {
    at += length
    return [medium, copyOfBytes(rest.subarray(at - length, at))] as const
  })
  return { ...standing, notes }
}

/** Where a group stood. */
export const restoredStanding = (bytes: Uint8Array): StoredStanding => readForm<StoredStanding>(bytes).head
