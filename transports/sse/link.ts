import type { CloseReason, Flush, Link, LinkOwner, LinkTraits, Taken } from '../../core/index.js'
import type { PeerInfo, Problem } from '../../net/index.js'
import { Asking } from './asking.js'
import type { StreamExchange } from './exchange.js'
import type { Beating } from './heartbeat.js'
import { sseLimits } from './limits.js'
import type { LinkHost } from './link-host.js'
import type { Outlet } from './outlet.js'
import { problemOfEnd } from './problems.js'
import type { StreamRequest } from './stream-request.js'
import { Telling } from './telling.js'
import { helloOf, subscriptionsOf } from './wishes.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: false, upstream: false }

const nothingTaken: Taken = { items: 0, bytes: 0 }

/** A stream that has begun. */
interface Stream {
  readonly outlet: Outlet
  readonly telling: Telling
}

/**
 * One reader's event stream.
 *
 * All that the reader wants stands in its request, so the link says all of it at once: hello, then a subscription for each selector. The head
 * of the answer is written when core has granted everything; until then whatever is wrong is a problem, and no stream begins.
 *
 *     asking ── welcome, subscribed to all ──▶ telling ──▶ ended
 *        └───── refused, closed: a problem ─────────────────▲
 *
 * Invariants: whoever was told that there is no room hears `writable` once there is; `owner.closed` is called once, when the answer is over,
 * and so never within `send`.
 */
export class SseLink implements Link, Beating {
  readonly traits = traits
  readonly roomItems = Number.POSITIVE_INFINITY
  private readonly owner: LinkOwner
  private readonly asking: Asking
  private stream: Stream | null = null
  /** Why it ends; null while it lives. */
  private reason: CloseReason | null = null
  /** The owner was told that nothing fits. */
  private isAwaited = false
  /** Something was said since the last beat. */
  private isFresh = true
  private beatsSinceEnd = 0
  private readonly leaveHeartbeat: () => void

  constructor(
    private readonly wanted: StreamRequest,
    private readonly exchange: StreamExchange,
    private readonly host: LinkHost,
    private readonly peer: PeerInfo,
  ) {
    this.asking = new Asking(wanted)
    this.leaveHeartbeat = host.heartbeat.add(this)
    this.owner = host.attach(this, peer)
    exchange.whenGone(() => this.gone())
  }

  /** Says what the reader wants. */
  begin(): void {
    this.owner.received(helloOf(this.wanted, this.exchange.credentials, this.exchange.agent))
    for (const message of subscriptionsOf(this.wanted)) if (this.reason === null) this.owner.received(message)
  }

  get roomBytes(): number {
    const isFull = this.reason !== null || this.stream?.outlet.isBusy === true
    if (isFull) this.isAwaited = true
    return isFull ? 0 : sseLimits.roomBytes
  }

  /** All of a flush or nothing, since a position that stands in it is that of the whole. */
  send(flush: Flush): Taken {
    if (this.reason !== null) return nothingTaken
    const { stream } = this
    if (stream !== null) return this.tell(flush, stream, flush.replies.length)
    const heard = this.hear(flush)
    if (heard < 0) return nothingTaken
    if (!this.asking.isGranted) return { items: heard, bytes: 0 }
    const begun = this.open()
    return begun
      ? this.tell({ ...flush, replies: flush.replies.slice(heard) }, begun, flush.replies.length)
      : nothingTaken
  }

  pause(): void {
    // Nothing is read from the peer.
  }

  resume(): void {
    // As above.
  }

  close(reason: CloseReason): void {
    if (this.reason !== null) return
    this.reason = reason
    const { stream } = this
    if (stream === null) this.exchange.refuse(problemOfEnd(reason), reason)
    else if (reason === 'linkLost') stream.outlet.cut()
    else this.sayEnd(reason, stream)
  }

  beat(): void {
    const { stream } = this
    if (stream === null) return
    if (this.reason !== null) {
      this.beatsSinceEnd += 1
      if (this.beatsSinceEnd > 1) stream.outlet.cut()
    } else if (this.isFresh) this.isFresh = false
    else if (!stream.outlet.isBusy) {
      this.isFresh = true
      stream.outlet.write(stream.telling.frames.ownFrame((writer) => writer.comment()))
    }
  }

  /** How many replies, from the front, are answers to what was asked; -1: no stream begins. */
  private hear({ replies }: Flush): number {
    let heard = 0
    for (const reply of replies) {
      // What cannot be told of the past is said once, for all selectors.
      if (this.asking.isGranted && reply.kind !== 'resynchronised') break
      heard += 1
      const problem = this.asking.hear(reply)
      if (problem !== null) {
        this.refuse(problem)
        return -1
      }
    }
    return heard
  }

  private refuse(problem: Problem): void {
    this.reason = 'bye'
    this.exchange.refuse(problem)
  }

  /** Writes the head. Null: that was all, since no more is wanted. */
  private open(): Stream | null {
    const { asking, wanted, host } = this
    if (this.exchange.isHead) {
      this.reason = 'bye'
      this.exchange.answerHead()
      return null
    }
    const outlet = this.exchange.open(host.outgoing, () => this.offerRoom())
    const frames = host.frames.of(asking.epoch, wanted, outlet.isChunked)
    const telling = new Telling(frames, asking, wanted, host.retryMs)
    outlet.write(frames.ownFrame((writer) => telling.greet(writer)))
    this.stream = { outlet, telling }
    return this.stream
  }

  private tell(flush: Flush, { outlet, telling }: Stream, replies: number): Taken {
    const frame = telling.frameOf(flush)
    this.isFresh = true
    if (frame.length > 0) outlet.write(frame)
    if (telling.isOver) {
      this.reason = 'forbidden'
      outlet.end()
    }
    return { items: replies + flush.batch.count, bytes: frame.length }
  }

  private sayEnd(reason: CloseReason, { outlet, telling }: Stream): void {
    outlet.write(telling.frames.ownFrame((writer) => telling.end(reason, writer)))
    outlet.end()
  }

  private offerRoom(): void {
    if (!this.isAwaited || this.roomBytes === 0) return
    this.isAwaited = false
    this.owner.writable()
  }

  /** The answer is over. */
  private gone(): void {
    this.leaveHeartbeat()
    this.reason ??= 'linkLost'
    this.owner.closed(this.reason)
    this.host.ended(this.peer)
  }
}
