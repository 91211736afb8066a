import type { EventEncoder, EventWriter } from '../../codecs/sse/index.js'
import type { Batch, CloseReason, Flush, GatewayMessage, Position } from '../../core/index.js'
import { closeReasons } from '../../core/index.js'
import type { Asking } from './asking.js'
import type { Frames } from './frames.js'
import { StandingIds } from './standing-ids.js'
import type { StreamRequest } from './stream-request.js'
import { nowhereIn, positionWanted } from './wishes.js'

/** What one stream has told and is to tell: its ids, and when all that comes first was told. */
export class Telling {
  private readonly ids: StandingIds
  /** Where the reader stood when the last of its subscriptions was told all that comes first. */
  private syncedAt: Position | null
  private subscriptions: number

  constructor(
    readonly frames: Frames,
    private readonly asked: Asking,
    private readonly wanted: StreamRequest,
    private readonly retryMs: number,
  ) {
    const { epoch, lost } = asked
    const resumed = lost.length === 0 ? positionWanted(wanted) : null
    this.ids = new StandingIds(epoch, resumed ?? nowhereIn(epoch))
    this.syncedAt = asked.syncedAt
    this.subscriptions = wanted.selectors.length
  }

  /** Every subscription was ended by the gateway. */
  get isOver(): boolean {
    return this.subscriptions === 0
  }

  /** Where the reader stands. */
  get now(): string {
    return this.ids.now
  }

  /** What a stream begins with. */
  greet(writer: EventWriter): void {
    const { lost, epoch } = this.asked
    writer.retry(this.retryMs)
    const reason = positionWanted(this.wanted)?.epoch === epoch ? 'history' : 'epoch'
    if (lost.length > 0) writer.resync({ reason, topics: [], selectors: lost }, this.now)
    this.beginIfSynced(writer)
  }

  /** What is written for a flush. */
  frameOf({ replies, batch, position }: Flush): Uint8Array {
    if (replies.length === 0 && this.ids.isPlain(batch, position)) {
      const frame = this.frames.sharedFrame(batch)
      if (frame !== null) {
        this.ids.passed(batch)
        return frame
      }
    }
    return this.frames.ownFrame((writer, events) => {
      for (const reply of replies) this.reply(reply, writer)
      this.updates(batch, position, writer, events)
      if (this.isOver) this.end('forbidden', writer)
    })
  }

  /** The last event. */
  end(reason: CloseReason, writer: EventWriter): void {
    const { code, retry, text } = closeReasons[reason]
    writer.closed({ code, reason, text, retry }, this.now)
  }

  private reply(reply: GatewayMessage, writer: EventWriter): void {
    if (reply.kind === 'synced') {
      this.syncedAt = reply.position
      this.told(reply.subscription, writer)
    } else if (reply.kind === 'unsubscribed') {
      writer.unsubscribed(reply, this.now)
      this.subscriptions -= 1
      if (!this.isOver) this.told(reply.subscription, writer)
    } else if (reply.kind === 'resynchronised') writer.resync(reply, this.now)
    else if (reply.kind === 'draining') writer.retry(Math.max(reply.reconnectAfterMs, this.retryMs))
  }

  /** A subscription has nothing more that comes first. */
  private told(subscription: number, writer: EventWriter): void {
    if (this.asked.unsynced.delete(subscription)) this.beginIfSynced(writer)
  }

  private beginIfSynced(writer: EventWriter): void {
    if (this.asked.unsynced.size > 0 || this.syncedAt === null) return
    this.ids.begin(this.syncedAt)
    writer.synced(this.now)
  }

  private updates(batch: Batch, position: Position | null, writer: EventWriter, events: EventEncoder): void {
    const standing = { now: this.now, isSynced: this.asked.unsynced.size === 0 }
    events.writeWith(this.ids.idsFor(batch, position), batch, standing, writer)
  }
}
