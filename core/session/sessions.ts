import type { RandomBytes } from '../clock.js'
import { hexOf } from '../hex.js'
import type { Limits } from '../limits.js'
import type { Session } from './session.js'
import { Waiting } from './waiting.js'

/** All sessions, by the id that is shown and by the secret with which a client returns. */
export class Sessions {
  private readonly byId = new Map<string, Session>()
  private readonly byToken = new Map<string, Session>()
  private readonly byName = new Map<string, Session>()
  /** Those without a link. */
  private readonly waiting = new Waiting<Session>()
  /** Those that lost their links since `takeLeft`. */
  private left: Session[] = []
  private begun = 0
  private readonly random: RandomBytes
  private readonly limits: Limits

  constructor(random: RandomBytes, limits: Limits) {
    this.random = random
    this.limits = limits
  }

  get count(): number {
    return this.byId.size
  }

  get isFull(): boolean {
    return this.byId.size >= this.limits.sessionsMax
  }

  /** The one that ends where there is no room; null: all have links. */
  get nextToGo(): Session | null {
    return this.waiting.nextToGo
  }

  all(): IterableIterator<Session> {
    return this.byId.values()
  }

  withId(id: string): Session | null {
    return this.byId.get(id) ?? null
  }

  /** Finds by 128 random bits, so a comparison that takes time of the contents tells nothing of use. */
  withToken(token: Uint8Array): Session | null {
    return this.byToken.get(hexOf(token)) ?? null
  }

  /** The session that its client gave this name. */
  named(name: string): Session | null {
    return this.byName.get(name) ?? null
  }

  newId(): string {
    return hexOf(this.random(8))
  }

  newNumber(): number {
    this.begun += 1
    return this.begun
  }

  add(session: Session): void {
    this.byId.set(session.sessionId, session)
    if (session.name !== null) this.byName.set(session.name, session)
  }

  /** The session has no link from now on. */
  waits(session: Session): void {
    this.waiting.add(session)
    this.left.push(session)
  }

  /** Those that lost their links since this was asked before. */
  takeLeft(): readonly Session[] {
    if (this.left.length === 0) return nobody
    const { left } = this
    this.left = []
    return left
  }

  /** Its client is back. */
  isBack(session: Session): void {
    this.waiting.delete(session)
  }

  /**
   * Gives the session a new secret. The one that the client showed still opens it until the client is heard to have the new
   * one: a welcome may be lost on its way. [SEM 6.3]
   */
  renewToken(session: Session, shown: Uint8Array | null): Uint8Array {
    const token = this.random(16)
    const spentToken = shown ? hexOf(shown) : ''
    for (const before of [session.token, session.spentToken]) if (before !== spentToken) this.byToken.delete(before)
    session.spentToken = spentToken
    session.token = hexOf(token)
    this.byToken.set(session.token, session)
    return token
  }

  /** The client has the new secret: the one before opens nothing any more. */
  dropSpentToken(session: Session): void {
    this.byToken.delete(session.spentToken)
    session.spentToken = ''
  }

  remove(session: Session): void {
    this.byId.delete(session.sessionId)
    if (session.name !== null) this.byName.delete(session.name)
    this.waiting.delete(session)
    this.byToken.delete(session.token)
    this.byToken.delete(session.spentToken)
  }
}

const nobody: readonly Session[] = []
