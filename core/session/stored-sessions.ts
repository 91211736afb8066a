import type { Principal } from '../access.js'
import type { Clock } from '../clock.js'
import type { QueuedMessage } from '../flow/message-queue.js'
import type { Outbox } from '../flow/outbox.js'
import type { Job } from '../flow/turns.js'
import { hexOf } from '../hex.js'
import type { SubscribeOptions } from '../messages.js'
import type { Records, Store } from '../store.js'
import { readForm, storedForm } from '../topics/stored-form.js'
import type { StoredMessages } from '../topics/stored-messages.js'
import { itemFlags } from '../transport.js'
import type { Session } from './session.js'
import type { Sessions } from './sessions.js'
import type { Subscriptions } from './subscriptions.js'

/** Changes of sessions wait so long before they are stored, ms, where answers do not wait for the store. */
const gatherMs = 20

/** To look at so many queued messages takes about as long as at one session. */
const queuedPerItem = 16

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

/** Where a reader of messages stands. */
export interface StoredStanding {
  /** Everything up to here is done with. */
  readonly offset: number
  /** Beyond it, what was sent and is not settled, and what was settled. */
  readonly sent: readonly number[]
  readonly settled: readonly number[]
}

/** Where a session stands. */
export interface StoredState extends StoredStanding {
  /** When its last link ended, ms since 1970; 0: it had one. */
  readonly detachedMs: number
  /** What its links left, in hexadecimal digits, by their medium. */
  readonly notes: Readonly<Record<string, string>>
}

/**
 * Keeps the sessions that clients find again by a name: what they subscribed to, and where they stand among the stored messages, so
 * that what they were owed is owed again after a restart. [SEM 1.5]
 *
 * Invariant: a message that a session may still have to be told has an offset above the one that is stored for it.
 */
export class StoredSessions {
  private readonly host: StoredSessionsHost
  private readonly messages: StoredMessages
  private readonly records: Records
  private readonly states: Records
  private readonly groups: Records
  private readonly delayMs: number
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
    this.delayMs = answersWait ? 0 : gatherMs
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
    this.host.clock.after(this.delayMs, () => this.host.addJob(this.write))
  }

  ended({ name }: Session): void {
    if (name === null) return
    this.records.delete(name)
    this.states.delete(name)
  }

  /** What no session needs goes. One small step after another, each worth so many items. */
  *trimming(): Generator<number, void> {
    if (!this.isBegun) return
    // What comes from now on is above this.
    let needed = this.unmarkedOffset
    const outboxes = [...this.host.sessions.all()]
      .map(({ outbox }) => outbox)
      .filter(({ outlivesLinks }) => outlivesLinks)
    for (const outbox of [...outboxes, ...Array.from(this.host.subscriptions.groups.all(), ({ outbox }) => outbox)]) {
      needed = Math.min(needed, this.standingOf(outbox).offset)
      yield 1 + outbox.queuedCount / queuedPerItem
    }
    this.messages.trim(needed)
  }

  /** Writes what waits to be written, a little each turn. */
  private readonly write: Job = (deadlineMs) => {
    for (const session of this.changed) {
      this.changed.delete(session)
      this.put(this.records, session, this.storedOf(session))
      if (this.host.clock.nowMs() >= deadlineMs) return false
    }
    for (const session of this.moved) {
      this.moved.delete(session)
      this.put(this.states, session, this.stateOf(session))
      for (const { key, group } of this.host.subscriptions.groups.of(session))
        this.groups.put(key, storedForm(this.standingOf(group.outbox)))
      if (this.host.clock.nowMs() >= deadlineMs) return false
    }
    this.isPlanned = false
    return true
  }

  /** One that has ended meanwhile is not stored again. */
  private put(records: Records, { name, outbox }: Session, form: object): void {
    if (name !== null && outbox.outlivesLinks) records.put(name, storedForm(form))
  }

  private storedOf(session: Session): StoredSession {
    const { sessionId, rights, agent, timeoutMs } = session
    const own = Array.from(this.host.subscriptions.of(session).values(), ({ selector, options, sinceOffset }) => {
      return { selector: session.paths.outwardSelector(selector.text), options, sinceOffset, group: null }
    })
    const shared = this.host.subscriptions.groups.storedOf(session)
    return { sessionId, principal: rights.principal, agent, timeoutMs, subscriptions: [...own, ...shared] }
  }

  private stateOf(session: Session): StoredState {
    const { connection, detachedMs, notes } = session
    const { clock } = this.host
    const sinceMs = clock.timeMs() - Math.round(clock.nowMs() - detachedMs)
    const noted = Array.from(
      notes,
      ([medium, note]) => [medium, hexOf(note instanceof Uint8Array ? note : note.bytes())] as const,
    )
    return {
      ...this.standingOf(session.outbox),
      detachedMs: connection === null ? sinceMs : 0,
      notes: Object.fromEntries(noted),
    }
  }

  private get unmarkedOffset(): number {
    return Math.min(this.host.log.offset, this.host.unmarkedFrom - 1)
  }

  /** Retained values are told anew where they were not settled: they stand outside the order of messages. */
  private standingOf(outbox: Outbox): StoredStanding {
    const { messages, group } = outbox
    const isOwn = ({ flags, group: from }: QueuedMessage) => from === null && (flags & itemFlags.snapshot) === 0
    const sent = (messages?.unsettled.all() ?? []).filter(isOwn)
    const waiting = messages?.oldestOffset(isOwn) ?? Number.POSITIVE_INFINITY
    const atMembers = group?.oldestAtMembers ?? Number.POSITIVE_INFINITY
    const sentOffsets = sent.map(({ update }) => update.offset)
    const oldest = Math.min(waiting, atMembers, outbox.oldestOwedOffset, ...sentOffsets)
    return {
      offset: Math.min(oldest - 1, this.unmarkedOffset),
      sent: sentOffsets,
      settled: messages?.unsettled.settledAhead ?? [],
    }
  }
}

/** A session as its bytes say. */
export const restoredSession = (bytes: Uint8Array): StoredSession => readForm<StoredSession>(bytes).head

/** Where a session stood. */
export const restoredState = (bytes: Uint8Array): StoredState => readForm<StoredState>(bytes).head

/** Where a group stood. */
export const restoredStanding = (bytes: Uint8Array): StoredStanding => readForm<StoredStanding>(bytes).head
