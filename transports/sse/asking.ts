import type { GatewayMessage, Position, Synced } from '../../core/index.js'
import type { Problem } from '../../net/index.js'
import { problemOfRefusal } from './problems.js'
import type { StreamRequest } from './stream-request.js'

/** What core has answered of all that a reader asked for, before its stream begins. */
export class Asking {
  /** Of the log. */
  epoch = ''
  /** Whose snapshots are to be told. */
  readonly unsynced = new Set<number>()
  /** Where the reader stood when the last snapshot was told of those that are; null: none is. */
  syncedAt: Position | null = null
  /** Selectors of which the past cannot be told. */
  readonly lost: string[] = []
  private unanswered: number

  constructor(private readonly wanted: StreamRequest) {
    this.unanswered = wanted.selectors.length
  }

  /** Nothing is left to be answered: the stream may begin. */
  get isGranted(): boolean {
    return this.unanswered === 0
  }

  /** Returns what is wrong, if that is what core says. */
  hear(reply: GatewayMessage): Problem | null {
    if (reply.kind === 'welcome') this.epoch = reply.epoch
    else if (reply.kind === 'resynchronised') this.lost.push(...reply.selectors)
    else if (reply.kind === 'synced') this.synced(reply)
    else if (reply.kind === 'subscribed') this.subscribed(reply.subscription)
    return reply.kind === 'refused' ? problemOfRefusal(reply.refusal, this.selectorOf(reply.request)) : null
  }

  private subscribed(subscription: number): void {
    this.unanswered -= 1
    this.unsynced.add(subscription)
  }

  private synced({ subscription, position }: Synced): void {
    this.unsynced.delete(subscription)
    this.syncedAt = position
  }

  private selectorOf(request: number): string {
    return this.wanted.selectors[request - 1] ?? ''
  }
}
